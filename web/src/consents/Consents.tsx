import { useState } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { send, Trouble } from "../client.ts";
import { ConsentHistory } from "../generated/operations.ts";
import type { ConsentHistoryQuery } from "../generated/types.ts";
import { Page } from "../parts/Page.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Empty, WhenReady } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";

type Record = NonNullable<ConsentHistoryQuery["me"]["patient"]>;
type Signature = Record["consentHistory"]["edges"][number]["node"];
type Change = Record["participationHistory"]["edges"][number]["node"];

const A_PAGE = 20;

/** How each consent stands, everything that was ever signed or changed, and the ways out. */
export function Consents() {
  const { words } = useSession();
  return (
    <Page title={words.say("consents.title")} lead={words.say("settings.consentsHint")}>
      <ConsentList />
      <Ways />
      <section>
        <h2>{words.say("consents.history")}</h2>
        <p class="hint">{words.say("consents.historyHint")}</p>
        <History />
      </section>
    </Page>
  );
}

/** The six, each with its answer and the way to another one. */
export function ConsentList() {
  const { words, dates } = useSession();
  const { consents, settings } = usePatient();
  return (
    <ul class="plain-list">
      {consents.map(({ purpose, state, signedAt, asksAgain }) => {
        const title = words.say(`purpose.${purpose}`);
        const [shown, named] = asksAgain
          ? (["consent.readChanged", "consents.readChangedNamed"] as const)
          : state === "NEVER_ASKED"
            ? (["settings.answerConsent", "settings.answerNamed"] as const)
            : (["action.change", "settings.changeConsent"] as const);
        return (
          <li key={purpose}>
            <div>
              <strong>{title}</strong>
              <p class="hint">
                {words.say(`consent.state.${state}`)}
                {signedAt && ` · ${dates.moment(signedAt, settings.timeZone)}`}
              </p>
            </div>
            <a class="button" href={`/consent/${purpose.toLowerCase()}`} aria-label={words.say(named, { title })}>
              {words.say(shown)}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

/** Pausing and stopping, as near as everything else. */
function Ways() {
  const { words } = useSession();
  return (
    <div class="equal">
      <a class="button" href="/pause">
        {words.say("pause.title")}
      </a>
      <a class="button" href="/leave">
        {words.say("leave.title")}
      </a>
    </div>
  );
}

function History() {
  const asked = useQuery(ConsentHistory, { first: A_PAGE });
  return (
    <WhenReady asked={asked} lines={4}>
      {({ me }) => me.patient && <Entries first={me.patient} />}
    </WhenReady>
  );
}

function Entries({ first }: { first: Record }) {
  const { words, dates } = useSession();
  const { settings } = usePatient();
  const [pages, setPages] = useState<readonly Record["consentHistory"][]>([first.consentHistory]);
  const [trouble, setTrouble] = useState<Trouble>();
  const [busy, setBusy] = useState(false);
  const signatures = pages.flatMap(({ edges }) => edges.map(({ node }) => node));
  const last = pages[pages.length - 1]?.pageInfo;
  const more = async () => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const { me } = await send(ConsentHistory, { first: A_PAGE, after: last?.endCursor ?? null });
      const page = me.patient?.consentHistory;
      if (page) setPages((before) => [...before, page]);
    } catch (fault) {
      setTrouble(fault instanceof Trouble ? fault : new Trouble("fault", String(fault)));
    } finally {
      setBusy(false);
    }
  };
  const changes = first.participationHistory.edges.map(({ node }) => node);
  if (signatures.length === 0) return <Empty>{words.say("consents.none")}</Empty>;
  return (
    <>
      <ol class="plain-list">
        {inOrder(signatures, changes, Boolean(last?.hasNextPage)).map((entry) =>
          "purpose" in entry ? (
            <li key={entry.id}>
              <div>
                <strong>{words.say(`purpose.${entry.purpose}`)}</strong>
                <p class="hint">
                  {words.say(`consent.state.${entry.decision}`)} · {dates.moment(entry.signedAt, settings.timeZone)} ·{" "}
                  {words.say("consent.version", { version: entry.version })}
                </p>
              </div>
              <a
                class="button"
                href={`/consents/${entry.id}`}
                aria-label={words.say("consents.openNamed", {
                  title: words.say(`purpose.${entry.purpose}`),
                  date: dates.moment(entry.signedAt, settings.timeZone),
                })}
              >
                {words.say("consents.open")}
              </a>
            </li>
          ) : (
            <li key={`${entry.change}${entry.at}`}>
              <div>
                <strong>
                  {words.say(`participation.${entry.change}`, {
                    date: entry.until ? dates.moment(entry.until, settings.timeZone) : "",
                  })}
                </strong>
                <p class="hint">
                  {dates.moment(entry.at, settings.timeZone)} · {words.say(`how.${entry.how}`)}
                </p>
              </div>
            </li>
          ),
        )}
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

/** Both kinds together, newest first; changes older than the last signature shown wait for their page. */
function inOrder(
  signatures: readonly Signature[],
  changes: readonly Change[],
  hasMore: boolean,
): readonly (Signature | Change)[] {
  const at = (entry: Signature | Change) => ("purpose" in entry ? entry.signedAt : entry.at);
  const oldest = signatures[signatures.length - 1]?.signedAt ?? "";
  const shown = hasMore ? changes.filter((change) => change.at >= oldest) : changes;
  return [...signatures, ...shown].sort((one, other) => Date.parse(at(other)) - Date.parse(at(one)));
}
