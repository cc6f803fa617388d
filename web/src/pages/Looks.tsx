import { useState } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { send, Trouble } from "../client.ts";
import { LooksAtMyRecord } from "../generated/operations.ts";
import type { LooksAtMyRecordQuery } from "../generated/types.ts";
import { Page } from "../parts/Page.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Empty, WhenReady } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";

type Looked = LooksAtMyRecordQuery["looksAtMyRecord"];

/** Everybody who saw who this person is, newest first; one cannot look without being listed here. */
export function Looks() {
  const { words } = useSession();
  const asked = useQuery(LooksAtMyRecord, {});
  return (
    <Page title={words.say("looks.title")} lead={words.say("looks.lead")}>
      <WhenReady asked={asked} lines={4}>
        {({ looksAtMyRecord }) =>
          looksAtMyRecord.edges.length > 0 ? (
            <LookList first={looksAtMyRecord} />
          ) : (
            <Empty>
              <p>{words.say("looks.none")}</p>
            </Empty>
          )
        }
      </WhenReady>
      <p>
        <a class="button" href="/settings">
          {words.say("action.back")}
        </a>
      </p>
    </Page>
  );
}

function LookList({ first }: { first: Looked }) {
  const { words, dates } = useSession();
  const { settings } = usePatient();
  const [pages, setPages] = useState<readonly Looked[]>([first]);
  const [trouble, setTrouble] = useState<Trouble>();
  const [busy, setBusy] = useState(false);
  const last = pages[pages.length - 1]?.pageInfo;
  const more = async () => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const { looksAtMyRecord } = await send(LooksAtMyRecord, { after: last?.endCursor ?? null });
      setPages((before) => [...before, looksAtMyRecord]);
    } catch (fault) {
      setTrouble(fault instanceof Trouble ? fault : new Trouble("fault", String(fault)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <ol class="plain-list">
        {pages
          .flatMap(({ edges }) => edges)
          .map(({ cursor, node: { at, name, role, study } }) => (
            <li key={cursor}>
              <div>
                <strong>{name ?? words.say("looks.gone")}</strong>
                <p class="hint">
                  {words.say(`role.${role}`)} · {dates.moment(at, settings.timeZone)}
                </p>
                {study && <p>{words.say("looks.introduction", { study })}</p>}
              </div>
            </li>
          ))}
      </ol>
      {trouble && <Problem problem={trouble} />}
      {last?.hasNextPage && (
        <button type="button" disabled={busy} onClick={() => void more()}>
          {words.say("looks.more")}
        </button>
      )}
    </>
  );
}
