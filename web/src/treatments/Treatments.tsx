import { useState } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { Treatments as TreatmentsOperation } from "../generated/operations.ts";
import type { TreatmentsQuery } from "../generated/types.ts";
import { Empty, Status, WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { AddTreatment } from "./AddTreatment.tsx";

type Treatment = NonNullable<TreatmentsQuery["me"]["patient"]>["treatments"]["edges"][number]["node"];

/** Injections, medicines and DBS, newest first, and a form to add one. */
export function Treatments() {
  const { words } = useSession();
  const asked = useQuery(TreatmentsOperation, {});
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState(false);
  return (
    <>
      <WhenReady asked={asked} lines={2}>
        {({ me }) => <List treatments={me.patient?.treatments.edges.map(({ node }) => node) ?? []} />}
      </WhenReady>
      <Status>{added && words.say("treatment.added")}</Status>
      {adding ? (
        <AddTreatment
          done={(saved) => {
            setAdding(false);
            setAdded(saved);
            if (saved) asked.reload();
          }}
        />
      ) : (
        <button type="button" onClick={() => setAdding(true)}>
          {words.say("treatment.add")}
        </button>
      )}
    </>
  );
}

function List({ treatments }: { treatments: readonly Treatment[] }) {
  const { words, dates } = useSession();
  if (treatments.length === 0) return <Empty>{words.say("treatment.empty")}</Empty>;
  const newestFirst = [...treatments].sort((one, other) => other.startedOn.localeCompare(one.startedOn));
  return (
    <ul class="plain-list">
      {newestFirst.map(({ id, kind, startedOn, endedOn, product, response }) => (
        <li key={id}>
          <div>
            <strong>{words.say(`kind.${kind}`)}</strong>
            <p class="hint">
              {[
                dates.partial(startedOn) + (endedOn ? ` – ${dates.partial(endedOn)}` : ""),
                product && (words.known(`product.${product}`) ?? product),
                response &&
                  words.say("treatment.helped", { how: words.say(`response.${response}`).toLocaleLowerCase() }),
              ]
                .filter(Boolean)
                .join(" · ")}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
