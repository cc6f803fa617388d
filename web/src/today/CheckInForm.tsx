import { useState } from "preact/hooks";
import type { AnswerInput, InstrumentsQuery } from "../generated/types.ts";
import { type Given, type Item, ItemQuestion } from "../parts/Rating.tsx";
import { useSession } from "../session.tsx";

interface CheckInFormProps {
  daily: InstrumentsQuery["instruments"][number];
  start: readonly AnswerInput[];
  save: (answers: readonly AnswerInput[]) => void;
  cancel?: () => void;
}

/** The three core ratings, the rest under "More", and one button. */
export function CheckInForm({ daily, start, save, cancel }: CheckInFormProps) {
  const { words } = useSession();
  const [given, setGiven] = useState<Readonly<Record<string, Given>>>(() =>
    Object.fromEntries(start.map(({ itemId, ...answer }) => [itemId, answer])),
  );
  const [fault, setFault] = useState<"empty" | "storage">();
  const core = daily.items.filter((item) => item.core);
  const rest = daily.items.filter((item) => !item.core);
  const ready = core.every(({ id }) => given[id]);
  const open = rest.some(({ id }) => given[id]);

  const question = (item: Item) => (
    <ItemQuestion
      key={item.id}
      item={item}
      given={given[item.id]}
      answer={(answer) => {
        setFault(undefined);
        setGiven((before) => ({ ...before, [item.id]: answer }));
      }}
    />
  );
  const submit = () => {
    const answers = daily.items.flatMap(({ id }) => (given[id] ? [{ itemId: id, ...given[id] }] : []));
    if (answers.length === 0) return setFault("empty");
    try {
      return save(answers);
    } catch {
      return setFault("storage");
    }
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {core.map(question)}
      {rest.length > 0 && (
        <details class="more" open={open || undefined}>
          <summary>{words.say("today.more")}</summary>
          {rest.map(question)}
        </details>
      )}
      <div class={ready ? "save-bar save-bar-ready" : "save-bar"}>
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
