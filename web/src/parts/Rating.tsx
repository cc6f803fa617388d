import { useId } from "preact/hooks";
import type { AnswerInput, InstrumentsQuery } from "../generated/types.ts";
import { useSession } from "../session.tsx";

export type Item = InstrumentsQuery["instruments"][number]["items"][number];
export type Given = Omit<AnswerInput, "itemId">;

interface ItemQuestionProps {
  item: Item;
  given: Given | undefined;
  answer: (given: Given) => void;
}

/** One daily item: large buttons, nothing chosen beforehand; skipped, "does not apply" and 0 are three answers. */
export function ItemQuestion({ item, given, answer }: ItemQuestionProps) {
  const { words } = useSession();
  const name = useId();
  const skip = (
    <Button
      name={name}
      text={words.say("answer.SKIPPED")}
      chosen={given?.notAnswered === "SKIPPED"}
      choose={() => answer({ notAnswered: "SKIPPED" })}
      quiet
    />
  );
  return (
    <fieldset class="item" aria-describedby={item.kind === "RATING" ? `${name}-scale` : undefined}>
      <legend>{item.label}</legend>
      {item.kind === "RATING" ? (
        <div class="ratings">
          {numbers(item).map((rating) => (
            <Button
              key={rating}
              name={name}
              text={String(rating)}
              chosen={given?.rating === rating}
              choose={() => answer({ rating })}
            />
          ))}
          {skip}
        </div>
      ) : (
        <div class="ratings ratings-few">
          <Button
            name={name}
            text={words.say("answer.yes")}
            chosen={given?.yes === true}
            choose={() => answer({ yes: true })}
          />
          <Button
            name={name}
            text={words.say("answer.no")}
            chosen={given?.yes === false}
            choose={() => answer({ yes: false })}
          />
          {skip}
        </div>
      )}
      <div class="item-foot">
        {item.kind === "RATING" && (
          <p class="scale" id={`${name}-scale`}>
            {words.say("rating.scale", {
              minimum: item.minimum ?? 0,
              lowest: item.lowest ?? words.say("rating.none"),
              maximum: item.maximum ?? 10,
              highest: item.highest ?? words.say("rating.worst"),
            })}
          </p>
        )}
        <Button
          name={name}
          text={words.say("answer.DOES_NOT_APPLY")}
          chosen={given?.notAnswered === "DOES_NOT_APPLY"}
          choose={() => answer({ notAnswered: "DOES_NOT_APPLY" })}
          quiet
        />
      </div>
    </fieldset>
  );
}

interface ButtonProps {
  name: string;
  text: string;
  chosen: boolean;
  choose: () => void;
  quiet?: boolean;
}

function Button({ name, text, chosen, choose, quiet }: ButtonProps) {
  return (
    <label class={quiet ? "rating rating-quiet" : "rating"}>
      <input type="radio" name={name} value={text} checked={chosen} onChange={choose} />
      <span>{text}</span>
    </label>
  );
}

function numbers(item: Item): number[] {
  const first = item.minimum ?? 0;
  return Array.from({ length: (item.maximum ?? 10) - first + 1 }, (_, step) => first + step);
}

/** An answer in words, for lists and tables. */
export function useAnswerText(): (given: Partial<Record<keyof Given, unknown>>) => string {
  const { words } = useSession();
  return (given) => {
    if (typeof given.rating === "number") return String(given.rating);
    if (typeof given.yes === "boolean") return words.say(given.yes ? "answer.yes" : "answer.no");
    return words.say(given.notAnswered === "DOES_NOT_APPLY" ? "answer.DOES_NOT_APPLY" : "answered.SKIPPED");
  };
}
