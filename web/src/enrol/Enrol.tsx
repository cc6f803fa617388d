import { useEffect, useMemo, useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { Enrol as EnrolOperation } from "../generated/operations.ts";
import { focusHeading, Page } from "../parts/Page.tsx";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { go } from "../router.ts";
import { useSession } from "../session.tsx";
import { type Draft, type Missing, missingIn, newDraft, STEPS, type Step, stepOf, toInput } from "./draft.ts";
import { FormsStep } from "./FormsStep.tsx";
import { PlaceStep } from "./PlaceStep.tsx";
import { TreatmentStep } from "./TreatmentStep.tsx";
import { YouStep } from "./YouStep.tsx";

export interface StepProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  /** What is still open, once "Next" was pressed. */
  missing: readonly Missing[];
  problem: TypedProblem | undefined;
}

const steps: Record<Step, (props: StepProps) => preact.JSX.Element> = {
  you: YouStep,
  forms: FormsStep,
  treatment: TreatmentStep,
  place: PlaceStep,
};

/** Four short screens; the same ones correct what is on record later. */
export function Enrol() {
  const { me, words, refresh } = useSession();
  const enrol = useMutation(EnrolOperation);
  const [draft, change] = useDraft();
  const [place, setPlace] = useState(0);
  const [checked, setChecked] = useState(false);
  const [problem, setProblem] = useState<TypedProblem>();
  const step = STEPS[place] ?? "you";
  const StepBody = steps[step];
  const texts = me?.patient?.consents.some(({ purpose, state }) => purpose === "TEXTS" && state === "GRANTED") ?? false;
  const known = Boolean(me?.patient?.enrolment);
  const last = place === STEPS.length - 1;

  const show = (wanted: number) => {
    setPlace(wanted);
    setChecked(false);
    requestAnimationFrame(focusHeading);
  };
  const submit = async () => {
    const answer = (await enrol.run({ input: toInput(draft, words.language) }))?.enrol;
    if (answer?.__typename === "Enrolled") {
      forget();
      await refresh();
      go(known ? "/settings" : "/today");
      return;
    }
    setProblem(answer);
    const path = answer?.__typename === "InvalidInput" ? answer.fields[0]?.path : undefined;
    if (path) show(STEPS.indexOf(stepOf(path)));
  };
  const next = () => {
    setChecked(true);
    if (missingIn(step, draft, texts).length > 0) requestAnimationFrame(focusGap);
    else if (last) void submit();
    else show(place + 1);
  };

  return (
    <Page title={words.say(`enrol.${step}.title`)} lead={words.say(`enrol.${step}.lead`)}>
      <p class="step">{words.say("step", { number: place + 1, total: STEPS.length })}</p>
      <progress max={STEPS.length} value={place} aria-label={words.say("enrol.progress")} />
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          next();
        }}
      >
        <Problem problem={enrol.trouble ?? problem} fields="messages" />
        <StepBody
          draft={draft}
          change={change}
          missing={checked ? missingIn(step, draft, texts) : []}
          problem={problem}
        />
        <div class="step-buttons">
          {place > 0 && (
            <button type="button" onClick={() => show(place - 1)}>
              {words.say("action.back")}
            </button>
          )}
          <button type="submit" class="primary" disabled={enrol.busy}>
            {words.say(last ? (known ? "action.save" : "enrol.join") : "action.next")}
          </button>
        </div>
      </form>
    </Page>
  );
}

function focusGap(): void {
  const gap = [...document.querySelectorAll<HTMLElement>(".fault")].find((fault) => fault.textContent !== "");
  gap?.parentElement?.querySelector<HTMLElement>("input, select")?.focus();
}

const KEPT = "enrolment-draft";

/** Survives a reload within this tab, and nothing longer. */
function useDraft(): [Draft, (part: Partial<Draft>) => void] {
  const { me } = useSession();
  const start = useMemo(() => {
    if (!me) throw new Error("Enrolment needs a caller.");
    const fresh = newDraft(me, Intl.DateTimeFormat().resolvedOptions().timeZone);
    return me.patient?.enrolment ? fresh : { ...fresh, ...recall(me.patient?.id) };
  }, [me]);
  const [draft, setDraft] = useState<Draft>(start);
  useEffect(() => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ owner: me?.patient?.id, draft }));
    } catch {
      // A browser that keeps nothing starts over after a reload.
    }
  }, [draft, me?.patient?.id]);
  return [draft, (part) => setDraft((before) => ({ ...before, ...part }))];
}

function recall(owner: string | undefined): Partial<Draft> {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") as { owner?: string; draft?: Draft };
    return kept.owner === owner && kept.draft ? kept.draft : {};
  } catch {
    return {};
  }
}

function forget(): void {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // Nothing was kept.
  }
}
