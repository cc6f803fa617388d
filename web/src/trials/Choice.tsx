import { useEffect, useRef, useState } from "preact/hooks";
import { asTrouble, useMutation } from "../asking.ts";
import { send, type Trouble } from "../client.ts";
import { DeclineTrial, RequestIntroduction } from "../generated/operations.ts";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import type { Match } from "./Trials.tsx";

interface ChoiceProps {
  match: Match;
  change: (changed: Pick<Match, "id"> & Partial<Match>) => void;
}

/** "Introduce me", which first shows what will be shared, and "Not this one", which can be undone. */
export function Choice({ match, change }: ChoiceProps) {
  const { words, dates } = useSession();
  const [asking, setAsking] = useState(false);
  const decline = useDecline(match, change);
  if (decline.pending) {
    return (
      <Status>
        <div class="row">
          <span>{words.say("trials.putAside")}</span>
          <button type="button" onClick={decline.undo}>
            {words.say("action.undo")}
          </button>
        </div>
      </Status>
    );
  }
  if (match.introductionRequestedAt) {
    return (
      <Status>
        <p class="note note-good">
          {words.say("trials.introduced", { date: dates.moment(match.introductionRequestedAt) })}
        </p>
      </Status>
    );
  }
  const open = match.state !== "DOES_NOT_FIT";
  return (
    <>
      {asking && <Share match={match} change={change} back={() => setAsking(false)} />}
      {!asking && (
        <div class="equal">
          {open && (
            <button type="button" onClick={() => setAsking(true)}>
              {words.say("trials.introduce")}
            </button>
          )}
          {!match.declinedAt && (
            <button type="button" onClick={decline.start}>
              {words.say("trials.decline")}
            </button>
          )}
        </div>
      )}
      <Problem problem={decline.problem} />
    </>
  );
}

/** Sharing a name cannot be taken back, so it is shown before it happens. */
function Share({ match, change, back }: ChoiceProps & { back: () => void }) {
  const { words, me } = useSession();
  const { phoneEnding } = usePatient();
  const request = useMutation(RequestIntroduction);
  const [problem, setProblem] = useState<TypedProblem>();
  const heading = useRef<HTMLParagraphElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const share = async () => {
    const answer = (await request.run({ trialId: match.trial.id }))?.requestIntroduction;
    if (answer?.__typename === "IntroductionRequested") change(answer.match);
    else setProblem(answer);
  };
  return (
    <div class="share">
      <p ref={heading} tabIndex={-1}>
        {words.say("trials.share")}
      </p>
      <ul>
        <li>{words.say("trials.shareName", { name: me?.name ?? "" })}</li>
        <li>{words.say("trials.sharePhone", { ending: phoneEnding })}</li>
      </ul>
      <p class="hint">{words.say("trials.shareNothingElse")}</p>
      <Problem problem={request.trouble ?? problem} />
      <div class="equal">
        <button type="button" disabled={request.busy} onClick={share}>
          {words.say("trials.shareYes")}
        </button>
        <button type="button" onClick={back}>
          {words.say("trials.shareNo")}
        </button>
      </div>
    </div>
  );
}

const GRACE_MS = 8_000;

/** "Not this one" is sent after a moment in which it can be undone, or when the page is left. */
function useDecline(match: Match, change: ChoiceProps["change"]) {
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<TypedProblem | Trouble>();
  const undone = useRef(false);
  const trialId = match.trial.id;
  const settle = useRef(change);
  settle.current = change;

  useEffect(() => {
    if (!pending) return undefined;
    let sent = false;
    undone.current = false;
    const act = async () => {
      if (sent || undone.current) return;
      sent = true;
      try {
        const { declineTrial: answer } = await send(DeclineTrial, { trialId }, { keepalive: true });
        if (answer.__typename === "TrialDeclined") settle.current(answer.match);
        else setProblem(answer);
      } catch (fault) {
        setProblem(asTrouble(fault));
      }
      setPending(false);
    };
    const timer = setTimeout(act, GRACE_MS);
    addEventListener("pagehide", act);
    return () => {
      clearTimeout(timer);
      removeEventListener("pagehide", act);
      void act();
    };
  }, [pending, trialId]);

  const undo = () => {
    undone.current = true;
    setPending(false);
  };
  return { pending, problem, start: () => setPending(true), undo };
}
