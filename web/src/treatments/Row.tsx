import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { RestoreTreatment, WithdrawTreatment } from "../generated/operations.ts";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { useRowFocus } from "../useRowFocus.ts";
import type { Treatment } from "./shape.ts";
import { type SavedTreatment, TreatmentForm } from "./TreatmentForm.tsx";
import { useFacts } from "./useFacts.ts";

interface RowProps {
  treatment: Treatment;
  changed: (answer: SavedTreatment) => void;
  /** It was taken out, or brought back; it stays in its place, where it can be undone. */
  gone: (isGone: boolean) => void;
}

/** One treatment with all that was said of it, a way to change it, and a deletion that can be undone. */
export function Row({ treatment, changed, gone }: RowProps) {
  const { words, dates } = useSession();
  const withdraw = useMutation(WithdrawTreatment);
  const restore = useMutation(RestoreTreatment);
  const [shown, setShown] = useState<"facts" | "form" | "gone">("facts");
  const [problem, setProblem] = useState<TypedProblem>();
  const [saved, setSaved] = useState(false);
  const row = useRowFocus(shown);
  const { title, facts } = useFacts(treatment);
  const about = { treatmentId: treatment.id };
  const trouble = withdraw.trouble ?? restore.trouble ?? problem;

  const remove = async () => {
    const input = { ...about, withdrawalId: crypto.randomUUID() };
    const answer = (await withdraw.run({ input }))?.withdrawTreatment;
    if (answer?.__typename === "TreatmentWithdrawn") {
      setShown("gone");
      setSaved(false);
      gone(true);
    }
    setProblem(answer && "code" in answer ? answer : undefined);
  };
  const undo = async () => {
    const input = { ...about, restorationId: crypto.randomUUID() };
    const answer = (await restore.run({ input }))?.restoreTreatment;
    if (answer?.__typename === "TreatmentRestored") {
      setShown("facts");
      gone(false);
    }
    setProblem(answer && "code" in answer ? answer : undefined);
  };
  if (shown === "gone") {
    return (
      <li ref={row}>
        <div role="status">
          {words.say("treatment.removed", { what: `${title}, ${dates.partial(treatment.startedOn)}` })}
          <Problem problem={trouble} />
        </div>
        <button type="button" disabled={restore.busy} onClick={undo}>
          {words.say("action.undo")}
        </button>
      </li>
    );
  }
  if (shown === "form") {
    return (
      <li ref={row} class="treatment">
        <TreatmentForm
          treatment={treatment}
          saved={(answer) => {
            setSaved(true);
            setShown("facts");
            changed(answer);
          }}
          cancel={() => setShown("facts")}
        />
      </li>
    );
  }
  const called = { what: `${title}, ${dates.partial(treatment.startedOn)}` };
  return (
    <li ref={row} class="treatment">
      <h2>
        {title}
        <span class="hint">
          {dates.partial(treatment.startedOn)}
          {treatment.endedOn && ` – ${dates.partial(treatment.endedOn)}`}
        </span>
      </h2>
      {facts.length > 0 && (
        <dl class="facts">
          {facts.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <Status>{saved && <p class="note note-good">{words.say("treatment.changed")}</p>}</Status>
      <Problem problem={trouble} />
      <div class="row row-tight">
        <button type="button" aria-label={words.say("treatment.changeThis", called)} onClick={() => setShown("form")}>
          {words.say("treatment.change")}
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={words.say("treatment.removeThis", called)}
          disabled={withdraw.busy}
          onClick={remove}
        >
          {words.say("treatment.remove")}
        </button>
      </div>
    </li>
  );
}
