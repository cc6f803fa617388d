import { useEffect, useMemo, useRef, useState } from "preact/hooks";
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

/** Injections, medicines and DBS, newest first: one tap for what is noticed today, and all the rest below. */
export function Treatments() {
  const { words } = useSession();
  const { settings } = usePatient();
  const today = useMemo(() => openDay(new Date(), settings.timeZone), [settings.timeZone]);
  const asked = useQuery(TreatmentsOperation, {});
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState(false);
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const [warned, setWarned] = useState<SavedTreatment>();
  const warning = useRef<HTMLParagraphElement>(null);
  // What may be an emergency is read before anything else, wherever on the page it was stated.
  useEffect(() => {
    if (warned?.advice) warning.current?.focus();
  }, [warned]);
  const tell = (answer: SavedTreatment, isNew: boolean) => {
    setAdding(false);
    setAdded(isNew);
    setWarned(answer);
    asked.reload();
  };
  const open = () => {
    setAdded(false);
    setAdding(true);
  };
  const take = (id: string, isGone: boolean) => {
    setAdded(false);
    setTaken((before) => new Set(isGone ? [...before, id] : [...before].filter((each) => each !== id)));
  };
  return (
    <Page title={words.say("treatment.title")} lead={words.say("treatment.lead")}>
      <div role="alert">
        {warned?.advice && (
          <p ref={warning} tabIndex={-1} class="problem urgent">
            {warned.advice}
          </p>
        )}
      </div>
      <Status>{added && <p class="note note-good">{words.say("treatment.added")}</p>}</Status>
      <WhenReady asked={asked} lines={3}>
        {({ me }) => {
          const treatments = me.patient?.treatments.edges.map(({ node }) => node) ?? [];
          const injection = running(
            treatments.filter(({ id }) => !taken.has(id)),
            today,
          );
          return (
            <>
              {injection && !adding && <Running injection={injection} today={today} changed={asked.reload} />}
              {adding ? (
                <TreatmentForm saved={(answer) => tell(answer, true)} cancel={() => setAdding(false)} />
              ) : (
                <button type="button" class="add-treatment" onClick={open}>
                  {words.say("treatment.add")}
                </button>
              )}
              <List treatments={treatments} changed={(answer) => tell(answer, false)} gone={take} />
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
  gone: (id: string, isGone: boolean) => void;
}

function List({ treatments, changed, gone }: ListProps) {
  const { words } = useSession();
  if (treatments.length === 0) return <Empty>{words.say("treatment.empty")}</Empty>;
  const newestFirst = [...treatments].sort((one, other) => other.startedOn.localeCompare(one.startedOn));
  return (
    <ul class="plain-list roomy">
      {newestFirst.map((treatment) => (
        <Row key={treatment.id} treatment={treatment} changed={changed} gone={(isGone) => gone(treatment.id, isGone)} />
      ))}
    </ul>
  );
}
