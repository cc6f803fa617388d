import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { daysBetween } from "../dates.ts";
import { AmendTreatment } from "../generated/operations.ts";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import type { Treatment } from "./shape.ts";

type Noticed = "benefitNoticedOn" | "woreOffOn";

interface RunningProps {
  injection: Treatment;
  today: string;
  changed: () => void;
}

/** Benefit that has not come in six weeks will not; and what was given last week does not wear off yet. */
const NOTICED_WITHIN_DAYS = 42;
const WEARS_OFF_FROM_DAY = 14;

/** The last injection, and one tap for what the person notices of it today; each can be undone. */
export function Running({ injection, today, changed }: RunningProps) {
  const { words } = useSession();
  const amend = useMutation(AmendTreatment);
  const [done, setDone] = useState<Noticed>();
  const [problem, setProblem] = useState<TypedProblem>();
  const days = daysBetween(injection.startedOn, today);

  const say = async (what: Noticed, day: string | null) => {
    const input = { treatmentId: injection.id, amendmentId: crypto.randomUUID(), [what]: day };
    const answer = (await amend.run({ input }))?.amendTreatment;
    if (answer?.__typename === "TreatmentAmended") {
      setProblem(undefined);
      setDone(day === null ? undefined : what);
      changed();
    } else setProblem(answer);
  };
  return (
    <section class="card" aria-label={words.say("kind.TOXIN_INJECTION")}>
      <p>{days > 0 ? words.count("treatment.running", days) : words.say("treatment.runningToday")}</p>
      <Status>{done && words.say(done === "woreOffOn" ? "treatment.woreOffSaved" : "treatment.noticedSaved")}</Status>
      {done ? (
        <button type="button" disabled={amend.busy} onClick={() => say(done, null)}>
          {words.say("action.undo")}
        </button>
      ) : (
        <div class="equal">
          {!injection.benefitNoticedOn && !injection.woreOffOn && days > 0 && days <= NOTICED_WITHIN_DAYS && (
            <button type="button" disabled={amend.busy} onClick={() => say("benefitNoticedOn", today)}>
              {words.say("treatment.noticeNow")}
            </button>
          )}
          {!injection.woreOffOn && days >= WEARS_OFF_FROM_DAY && (
            <button type="button" disabled={amend.busy} onClick={() => say("woreOffOn", today)}>
              {words.say("treatment.wearsOffNow")}
            </button>
          )}
        </div>
      )}
      <Problem problem={amend.trouble ?? problem} fields="messages" />
      <a class="way" href="/trend/cycles">
        {words.say("treatment.seeCycles")}
      </a>
    </section>
  );
}
