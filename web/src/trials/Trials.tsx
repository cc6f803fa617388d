import { useQuery } from "../asking.ts";
import { TrialsForMe } from "../generated/operations.ts";
import type { TrialsForMeQuery } from "../generated/types.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, WhenReady } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import { TrialCard } from "./TrialCard.tsx";

export type Match = TrialsForMeQuery["trialsForMe"]["edges"][number]["node"];

const FIRST = 50;

interface TrialsProps {
  /** The match that a link in a text leads to. */
  only?: string | undefined;
}

export function Trials({ only }: TrialsProps) {
  const { words } = useSession();
  const asked = useQuery(TrialsForMe, { first: FIRST });
  const { consents } = usePatient();
  const compares = consents.some(({ purpose, state }) => purpose === "TRIAL_CONTACT" && state === "GRANTED");
  const change = (changed: Pick<Match, "id"> & Partial<Match>) =>
    asked.put((data) => ({
      trialsForMe: {
        ...data.trialsForMe,
        edges: data.trialsForMe.edges.map((edge) =>
          edge.node.id === changed.id ? { node: { ...edge.node, ...changed } } : edge,
        ),
      },
    }));
  return (
    <Page
      title={words.say(only ? "trials.oneTitle" : "trials.title")}
      lead={only ? undefined : words.say("trials.lead")}
    >
      {compares ? (
        <WhenReady asked={asked}>
          {({ trialsForMe }) => {
            const matches = trialsForMe.edges.map(({ node }) => node);
            return only ? (
              <OneMatch matches={matches} id={only} change={change} />
            ) : (
              <Groups matches={matches} change={change} />
            );
          }}
        </WhenReady>
      ) : (
        <NotCompared />
      )}
    </Page>
  );
}

/** Without the consent nothing that a person told is compared with the rules of a trial. */
function NotCompared() {
  const { words } = useSession();
  return (
    <Empty>
      <p>{words.say("trials.noContact")}</p>
      <p>
        <a class="button" href="/consent/trial_contact">
          {words.say("trials.noContactLink")}
        </a>
      </p>
    </Empty>
  );
}

interface ListProps {
  matches: readonly Match[];
  change: (changed: Pick<Match, "id"> & Partial<Match>) => void;
}

function OneMatch({ matches, id, change }: ListProps & { id: string }) {
  const { words } = useSession();
  const found = matches.find((match) => match.id === id || match.trial.id === id);
  return (
    <>
      {found ? <TrialCard match={found} change={change} open /> : <Empty>{words.say("trials.gone")}</Empty>}
      <p>
        <a class="way" href="/trials">
          {words.say("trials.all")}
        </a>
      </p>
    </>
  );
}

function Groups({ matches, change }: ListProps) {
  const { words } = useSession();
  if (matches.length === 0) return <Empty>{words.say("trials.empty")}</Empty>;
  const open = matches.filter(({ declinedAt }) => !declinedAt);
  const later = (match: Match) => match.state !== "MAY_FIT" && match.possibleFrom !== null;
  const card = (match: Match) => <TrialCard key={match.id} match={match} change={change} />;
  const groups = [
    { key: "trials.mayFit", found: open.filter(({ state }) => state === "MAY_FIT") },
    { key: "trials.later", found: open.filter(later) },
    { key: "trials.unknown", found: open.filter((match) => match.state === "UNKNOWN" && !later(match)) },
  ] as const;
  const rest = [
    { key: "trials.notFit", found: open.filter((match) => match.state === "DOES_NOT_FIT" && !later(match)) },
    { key: "trials.aside", found: matches.filter(({ declinedAt }) => declinedAt) },
  ] as const;
  return (
    <>
      {groups.every(({ found }) => found.length === 0) && <Empty>{words.say("trials.empty")}</Empty>}
      {groups.map(
        ({ key, found }) =>
          found.length > 0 && (
            <section key={key}>
              <h2>{words.say(key)}</h2>
              {found.map(card)}
            </section>
          ),
      )}
      {rest.map(
        ({ key, found }) =>
          found.length > 0 && (
            <details key={key}>
              <summary>
                <h2>
                  {words.say(key)} ({found.length})
                </h2>
              </summary>
              {found.map(card)}
            </details>
          ),
      )}
    </>
  );
}
