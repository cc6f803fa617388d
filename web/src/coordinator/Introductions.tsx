import { useEffect, useRef, useState } from "preact/hooks";
import { asTrouble } from "../asking.ts";
import { send, type Trouble } from "../client.ts";
import { Introductions as IntroductionsOperation } from "../generated/operations.ts";
import type { IntroductionsQuery } from "../generated/types.ts";
import { Problem } from "../parts/Problem.tsx";
import { Empty } from "../parts/Waiting.tsx";
import { useStepUp } from "../passkeys/StepUp.tsx";
import { useSession } from "../session.tsx";
import { Totals } from "./Totals.tsx";

type Person = NonNullable<NonNullable<IntroductionsQuery["trial"]>["introductions"]>["edges"][number]["node"];

interface IntroductionsProps {
  trialId: string;
  count: number;
}

/** How many asked; who they are only when the coordinator wants to know, after proving that it is they. */
export function Introductions({ trialId, count }: IntroductionsProps) {
  const { words } = useSession();
  const { people, more, busy, trouble, show } = usePeople(trialId);
  if (count === 0) return <Empty>{words.say("trial.nobody")}</Empty>;
  return (
    <>
      <p>{words.count("trial.asking", count)}</p>
      <p class="hint">{words.say("trial.introductionsHint")}</p>
      {people && <People trialId={trialId} people={people} />}
      <Problem problem={trouble} />
      {(!people || more) && (
        <div class="after">
          <button type="button" disabled={busy} onClick={show}>
            {words.say(people ? "trial.showMore" : "trial.showNames")}
          </button>
        </div>
      )}
    </>
  );
}

function People({ trialId, people }: { trialId: string; people: readonly Person[] }) {
  const { words, dates } = useSession();
  const [typing, setTyping] = useState<string>();
  const [saved, setSaved] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.focus(), []);
  return (
    <ul class="plain-list" ref={list} tabIndex={-1} aria-label={words.say("trial.introductions")}>
      {people.map(({ id, name, phone, requestedAt }) => (
        <li key={id}>
          <div>
            <strong>{name}</strong>
            <p class="hint">{words.say("trial.askedOn", { date: dates.moment(requestedAt) })}</p>
          </div>
          <a class="button" href={`tel:${phone.replaceAll(/[^\d+]/g, "")}`}>
            {phone}
          </a>
          {typing !== id && (
            <button type="button" aria-label={words.say("totals.about", { name })} onClick={() => setTyping(id)}>
              {words.say("totals.add")}
            </button>
          )}
          {saved === id && typing !== id && (
            <p class="hint" role="status">
              {words.say("totals.saved")}
            </p>
          )}
          {typing === id && (
            <Totals
              trialId={trialId}
              introductionId={id}
              name={name}
              done={(kept) => {
                setTyping(undefined);
                setSaved(kept ? id : undefined);
                list.current?.focus();
              }}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function usePeople(trialId: string) {
  const stepUp = useStepUp();
  const [people, setPeople] = useState<readonly Person[]>();
  const [after, setAfter] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const show = async () => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const answer = await stepUp(() => send(IntroductionsOperation, { trialId, after }));
      const page = answer?.trial?.introductions;
      if (page) {
        setPeople([...(people ?? []), ...page.edges.map(({ node }) => node)]);
        setAfter(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
      }
    } catch (fault) {
      setTrouble(asTrouble(fault));
    }
    setBusy(false);
  };
  return { people, more: after !== null, busy, trouble, show };
}
