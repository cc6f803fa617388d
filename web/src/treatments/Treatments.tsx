import { useMemo, useState } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { openDay } from "../dates.ts";
import { Treatments as TreatmentsOperation } from "../generated/operations.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, Status, WhenReady } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import { Row } from "./Row.tsx";
import { Running } from "./Running.tsx";
import { running, type Treatment } from "./shape.ts";
import { type SavedTreatment, TreatmentForm } from "./TreatmentForm.tsx";

type Told = SavedTreatment & { what: "added" | "changed" };

/** Injections, medicines and DBS, newest first: one tap for what is noticed today, and all the rest below. */
export function Treatments() {
  const { words } = useSession();
  const { settings } = usePatient();
  const today = useMemo(() => openDay(new Date(), settings.timeZone), [settings.timeZone]);
  const asked = useQuery(TreatmentsOperation, {});
  const [adding, setAdding] = useState(false);
  const [told, setTold] = useState<Told>();
  const tell = (what: Told["what"]) => (answer: SavedTreatment) => {
    setAdding(false);
    setTold({ ...answer, what });
    asked.reload();
  };
  return (
    <Page title={words.say("treatment.title")} lead={words.say("treatment.lead")}>
      <div role="alert">{told?.advice && <p class="problem urgent">{told.advice}</p>}</div>
      <Status>{told && <p class="note note-good">{words.say(`treatment.${told.what}`)}</p>}</Status>
      <WhenReady asked={asked} lines={3}>
        {({ me }) => {
          const treatments = me.patient?.treatments.edges.map(({ node }) => node) ?? [];
          const injection = running(treatments, today);
          return (
            <>
              {injection && !adding && <Running injection={injection} today={today} changed={asked.reload} />}
              {adding ? (
                <TreatmentForm saved={tell("added")} cancel={() => setAdding(false)} />
              ) : (
                <button type="button" class="add-treatment" onClick={() => setAdding(true)}>
                  {words.say("treatment.add")}
                </button>
              )}
              <List treatments={treatments} changed={tell("changed")} />
            </>
          );
        }}
      </WhenReady>
    </Page>
  );
}

interface ListProps {
  treatments: readonly Treatment[];
  changed: (answer: SavedTreatment) => void;
}

function List({ treatments, changed }: ListProps) {
  const { words } = useSession();
  if (treatments.length === 0) return <Empty>{words.say("treatment.empty")}</Empty>;
  const newestFirst = [...treatments].sort((one, other) => other.startedOn.localeCompare(one.startedOn));
  return (
    <ul class="plain-list roomy">
      {newestFirst.map((treatment) => (
        <Row key={treatment.id} treatment={treatment} changed={changed} />
      ))}
    </ul>
  );
}
