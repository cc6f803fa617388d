import { useEffect, useRef, useState } from "preact/hooks";
import { useMutation, useQuery } from "../asking.ts";
import { AddQuestion, MyQuestions, QuestionSuggestions, RemoveQuestion } from "../generated/operations.ts";
import type { AddQuestionMutation, MyQuestionsQuery, QuestionSuggestionsQuery } from "../generated/types.ts";
import { TextField } from "../parts/Field.tsx";
import { faultOf, Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Empty, Status, WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { useRowFocus } from "../useRowFocus.ts";
import { MOST, remaining, withGone } from "./asking.ts";

type Question = MyQuestionsQuery["myQuestions"][number];
type Added = Extract<AddQuestionMutation["addQuestion"], { __typename: "QuestionAdded" }>;
type Reply = NonNullable<Added["reply"]>;
type Suggestion = QuestionSuggestionsQuery["questionSuggestions"][number];
type Gone = { question: Question; place: number };

interface QuestionsProps {
  /** The sheet holds other questions now. */
  changed: () => void;
}

/** Up to five questions for the visit, picked without typing or written; each can be taken off and brought back. */
export function Questions({ changed }: QuestionsProps) {
  const { words } = useSession();
  const asked = useQuery(MyQuestions, {});
  const offered = useQuery(QuestionSuggestions, { language: words.language });
  const [gone, setGone] = useState<Gone>();
  const [reply, setReply] = useState<Reply>();
  const [news, setNews] = useState("");
  const adding = useMutation(AddQuestion);
  const removing = useMutation(RemoveQuestion);
  const [problem, setProblem] = useState<TypedProblem>();
  const labels = new Map(offered.data?.questionSuggestions.map(({ id, label }) => [id, label]));
  const textOf = ({ suggestionId, text }: Question) => text ?? labels.get(suggestionId ?? "") ?? "…";
  const put = (questions: readonly Question[]) => {
    asked.put(() => ({ myQuestions: [...questions] }));
    changed();
  };
  const add = async (question: Question, place: number | null = null): Promise<boolean> => {
    setProblem(undefined);
    const { id, suggestionId, text } = question;
    const input = { questionId: id, suggestionId: suggestionId ?? null, text: text ?? null, place };
    const answer = (await adding.run({ input }))?.addQuestion;
    if (answer?.__typename !== "QuestionAdded") {
      setProblem(answer as TypedProblem | undefined);
      return false;
    }
    put(answer.questions);
    setNews(words.say("visit.added", { question: textOf(question) }));
    if (answer.reply) setReply(answer.reply);
    if (gone?.question.id === id) setGone(undefined);
    return true;
  };
  const remove = async (question: Question, place: number) => {
    setProblem(undefined);
    const answer = (await removing.run({ questionId: question.id }))?.removeQuestion;
    if (answer?.__typename !== "QuestionRemoved") {
      setProblem(answer as TypedProblem | undefined);
      return;
    }
    setGone({ question, place });
    setNews("");
    put(answer.questions);
  };
  const busy = adding.busy || removing.busy;
  return (
    <section>
      <h2>{words.say("visit.questions")}</h2>
      {reply && <Danger reply={reply} />}
      <WhenReady asked={asked} lines={2}>
        {({ myQuestions }) => (
          <>
            {myQuestions.length === 0 && !gone && <Empty>{words.say("visit.noQuestions")}</Empty>}
            <ul class="plain-list">
              {withGone(myQuestions, gone).map(({ question, place, removed }) => (
                <Row
                  key={question.id}
                  text={textOf(question)}
                  removed={removed}
                  busy={busy}
                  press={() => void (removed ? add(question, place) : remove(question, place))}
                />
              ))}
            </ul>
            <Status>{news && <span class="visually-hidden">{news}</span>}</Status>
            <Problem problem={problem ?? adding.trouble ?? removing.trouble} />
            {myQuestions.length >= MOST ? (
              <p class="hint">{words.say("visit.enough", { most: MOST })}</p>
            ) : (
              <>
                <Picks
                  offered={remaining(offered.data?.questionSuggestions ?? [], myQuestions)}
                  opened={myQuestions.length === 0}
                  busy={busy}
                  pick={(suggestionId) => add({ id: crypto.randomUUID(), suggestionId, text: null })}
                />
                <Writing busy={busy} fault={faultOf(problem, "text") && words.say("visit.ownFault")} add={add} />
              </>
            )}
          </>
        )}
      </WhenReady>
    </section>
  );
}

interface PicksProps {
  offered: readonly Suggestion[];
  /** Open at first, for who has no question yet; afterwards it stays as the person has it. */
  opened: boolean;
  busy: boolean;
  pick: (suggestion: string) => Promise<boolean>;
}

/** What others ask, each one a tap. */
function Picks({ offered, opened, busy, pick }: PicksProps) {
  const { words } = useSession();
  const [open] = useState(opened);
  const list = useRef<HTMLUListElement>(null);
  const press = async (id: string, place: number) => {
    if (!(await pick(id))) return;
    // The button that was pressed is gone: whoever has no mouse goes on with the one in its place.
    const left = list.current?.querySelectorAll("button");
    left?.[Math.min(place, left.length - 1)]?.focus({ preventScroll: true });
  };
  return (
    <details class="more" open={open}>
      <summary>{words.say("visit.choose")}</summary>
      <ul class="picks" ref={list}>
        {offered.map(({ id, label }, place) => (
          <li key={id}>
            <button type="button" disabled={busy} onClick={() => void press(id, place)}>
              <span aria-hidden="true">+</span> {label}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface RowProps {
  text: string;
  removed: boolean;
  busy: boolean;
  press: () => void;
}

/** One question, or the way back to it. */
function Row({ text, removed, busy, press }: RowProps) {
  const { words } = useSession();
  const row = useRowFocus(`${removed}`);
  return (
    <li ref={row}>
      <div role={removed ? "status" : undefined} class={removed ? "hint" : undefined}>
        {removed ? words.say("visit.taken", { question: text }) : text}
      </div>
      <button
        type="button"
        disabled={busy}
        aria-label={removed ? undefined : words.say("visit.takeOffNamed", { question: text })}
        onClick={press}
      >
        {words.say(removed ? "action.undo" : "visit.takeOff")}
      </button>
    </li>
  );
}

interface WritingProps {
  busy: boolean;
  fault: string | undefined;
  add: (question: Question) => Promise<boolean>;
}

/** A question in the person's own words; it keeps its id until it is on the list. */
function Writing({ busy, fault, add }: WritingProps) {
  const { words } = useSession();
  const [text, setText] = useState("");
  const [id, setId] = useState(() => crypto.randomUUID() as string);
  const send = async (event: Event) => {
    event.preventDefault();
    if (!text.trim() || !(await add({ id, suggestionId: null, text: text.trim() }))) return;
    setText("");
    setId(crypto.randomUUID());
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <TextField
        label={words.say("visit.own")}
        hint={words.say("visit.ownHint")}
        fault={fault}
        value={text}
        maxLength={140}
        change={setText}
      />
      <button type="submit" disabled={busy}>
        {words.say("visit.add")}
      </button>
    </form>
  );
}

/** Fixed words after words of danger; they come before anything else, with the number to call. */
function Danger({ reply }: { reply: Reply }) {
  const { words } = useSession();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
  }, []);
  return (
    <div ref={box} class="question danger" role="alert" tabIndex={-1}>
      <p>{reply.message}</p>
      {reply.call && (
        <a class="button primary" href={`tel:${reply.call.replaceAll(" ", "")}`}>
          {words.say("visit.call", { number: reply.call })}
        </a>
      )}
    </div>
  );
}
