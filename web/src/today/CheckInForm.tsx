import { useRef, useState } from "preact/hooks";
import { type Given, type Item, ItemQuestion } from "../parts/Rating.tsx";
import { type DraftKey, keepDraft } from "../queue/drafts.ts";
import { useSession } from "../session.tsx";
import { toNextQuestion } from "./advance.ts";
import { given, inOrder } from "./answering.ts";
import type { Answers } from "./standing.ts";
import type { Instrument } from "./useDiary.ts";

interface CheckInFormProps {
  instrument: Instrument;
  start: Answers;
  /** Where taps are kept until they are saved. */
  draft?: DraftKey;
  save: (answers: Answers) => Promise<void>;
  cancel?: () => void;
}

/** The three core ratings, the rest under "More", and one button. */
export function CheckInForm({ instrument, start, draft, save, cancel }: CheckInFormProps) {
  const { words } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const saving = useRef(false);
  const [answers, setAnswers] = useState(() => given(start));
  const [fault, setFault] = useState<"empty" | "storage">();
  const core = instrument.items.filter((item) => item.core);
  const rest = instrument.items.filter((item) => !item.core);
  const [open] = useState(() => rest.some(({ id }) => answers[id]));

  const answer = (item: Item, answered: Given, byTouch: boolean) => {
    const now = { ...answers, [item.id]: answered };
    setFault(undefined);
    setAnswers(now);
    if (draft) void keepDraft({ ...draft, answers: inOrder(instrument, now) });
    if (byTouch && form.current) toNextQuestion(form.current, item.id, (id) => Boolean(now[id]));
  };
  const submit = async () => {
    const all = inOrder(instrument, answers);
    if (all.length === 0) return setFault("empty");
    // A hand that taps twice saves once.
    if (saving.current) return;
    saving.current = true;
    await save(all).catch(() => setFault("storage"));
    saving.current = false;
  };
  const question = (item: Item) => (
    <ItemQuestion
      key={item.id}
      item={item}
      given={answers[item.id]}
      answer={(answered, byTouch) => answer(item, answered, byTouch)}
    />
  );
  return (
    <form
      ref={form}
      class="check-in"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {core.map(question)}
      {rest.length > 0 && (
        <details class="more" open={open || undefined}>
          <summary>{words.say("today.more")}</summary>
          {rest.map(question)}
        </details>
      )}
      <div class="save-bar">
        <p class="fault" role="alert">
          {fault && words.say(`today.fault.${fault}`)}
        </p>
        <button type="submit" class="primary">
          {words.say("action.save")}
        </button>
        {cancel && (
          <button type="button" class="quiet" onClick={cancel}>
            {words.say("action.cancel")}
          </button>
        )}
      </div>
    </form>
  );
}
