import { useQuery } from "../asking.ts";
import { Trials } from "../generated/operations.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { ImportTrial } from "./ImportTrial.tsx";
import { inBand } from "./reach.ts";

const FIRST = 50;

/** A coordinator's own trials, and the way to bring in another. */
export function Coordinator() {
  const { words, dates } = useSession();
  const asked = useQuery(Trials, { first: FIRST });
  return (
    <Page title={words.say("coordinator.title")} wide>
      <WhenReady asked={asked}>
        {({ trials }) =>
          trials.edges.length === 0 ? (
            <Empty>{words.say("coordinator.empty")}</Empty>
          ) : (
            <ul class="plain-list roomy">
              {trials.edges.map(({ node }) => (
                <li key={node.id}>
                  <div>
                    <a class="list-link" href={`/coordinator/trials/${encodeURIComponent(node.id)}`}>
                      {node.title}
                    </a>
                    <p class="hint">
                      {node.nctId} · {words.say(`status.${node.status}`)}
                      {node.importedAt &&
                        ` · ${words.say("coordinator.imported", { date: dates.partial(node.importedAt.slice(0, 10)) })}`}
                    </p>
                  </div>
                  <p class="chip">
                    {node.reach
                      ? words.say("trial.people", { band: inBand(node.reach, words) })
                      : words.say("coordinator.noCriteria")}
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </WhenReady>
      <h2>{words.say("import.title")}</h2>
      <ImportTrial imported={asked.reload} />
    </Page>
  );
}
