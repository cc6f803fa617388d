import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Given, ItemQuestion, useAnswerText } from "../parts/Rating.tsx";
import { type DraftKey, keepDraft } from "../queue/drafts.ts";
import { useSession } from "../session.tsx";
import { given, inOrder } from "./answering.ts";
import type { Answers } from "./standing.ts";
import type { Instrument } from "./useDiary.ts";

/** How long a chosen answer is shown before the next question, and how long that one then takes no tap. */
const SHOWN_MS = 250;
const SETTLING_MS = 350;

interface StepsProps {
  instrument: Instrument;
  draft: DraftKey;
  start: Answers;
  /** Begins with the list of all answers. */
  review: boolean;
  save: (answers: Answers) => Promise<void>;
}

/** One question a screen; a tap leads on, and at the end all answers stand in a list before they are saved. */
export function Steps({ instrument, draft, start, review, save }: StepsProps) {
  const { words } = useSession();
  const { items } = instrument;
  const [answers, setAnswers] = useState(() => given(start));
  const [place, setPlace] = useState(() => (review ? items.length : firstOpen(instrument, given(start))));
  const [fault, setFault] = useState<"empty" | "storage">();
  const [settling, setSettling] = useState(false);
  const question = useRef<HTMLParagraphElement>(null);
  const first = useRef(true);
  const saving = useRef(false);
  const item = items[place];

  // biome-ignore lint/correctness/useExhaustiveDependencies: each new question is reached and read aloud, before another key can be pressed.
  useLayoutEffect(() => {
    if (!first.current) question.current?.focus({ preventScroll: true });
    if (!first.current) scrollTo(0, 0);
    first.current = false;
  }, [place]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new question is out of the way of a second tap.
  useEffect(() => {
    const timer = setTimeout(() => setSettling(false), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [place]);

  const answer = (id: string, answered: Given, byTouch: boolean) => {
    if (settling) return;
    const now = { ...answers, [id]: answered };
    setFault(undefined);
    setAnswers(now);
    void keepDraft({ ...draft, answers: inOrder(instrument, now) });
    if (!byTouch) return;
    setSettling(true);
    setTimeout(() => setPlace((before) => (items[before]?.id === id ? before + 1 : before)), SHOWN_MS);
  };
  const submit = async () => {
    const all = inOrder(instrument, answers);
    if (all.length === 0) return setFault("empty");
    if (saving.current) return;
    saving.current = true;
    await save(all).catch(() => setFault("storage"));
    saving.current = false;
  };
  return (
    <form
      class="steps"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (item) setPlace(place + 1);
        else void submit();
      }}
    >
      <p class="step" ref={question} tabIndex={-1}>
        {item ? words.say("questions.place", { number: place + 1, total: items.length }) : words.say("questions.end")}
      </p>
      <progress max={items.length} value={place} aria-label={words.say("questions.progress")} />
      {item ? (
        <ItemQuestion
          key={item.id}
          item={item}
          given={answers[item.id]}
          answer={(answered, byTouch) => answer(item.id, answered, byTouch)}
        />
      ) : (
        <Review instrument={instrument} answers={answers} go={setPlace} />
      )}
      <p class="fault" role="alert">
        {fault && words.say(`today.fault.${fault}`)}
      </p>
      <div class="step-buttons">
        {place > 0 && (
          <button type="button" onClick={() => setPlace(place - 1)}>
            {words.say("action.back")}
          </button>
        )}
        <button type="submit" class="primary">
          {words.say(item ? "action.next" : "action.save")}
        </button>
      </div>
    </form>
  );
}

interface ReviewProps {
  instrument: Instrument;
  answers: Readonly<Record<string, Given>>;
  go: (place: number) => void;
}

function Review({ instrument, answers, go }: ReviewProps) {
  const { words } = useSession();
  const text = useAnswerText();
  return (
    <ol class="review">
      {instrument.items.map((item, place) => {
        const one = answers[item.id];
        return (
          <li key={item.id}>
            <button type="button" onClick={() => go(place)}>
              <span>{item.label}</span>
              <strong>{one ? text(one, item) : words.say("questions.open")}</strong>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function firstOpen({ items }: Instrument, answers: Readonly<Record<string, Given>>): number {
  const open = items.findIndex(({ id }) => !answers[id]);
  return open < 0 ? items.length : open;
}
