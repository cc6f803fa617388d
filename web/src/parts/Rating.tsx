import { useId, useRef } from "preact/hooks";
import type { AnswerInput, InstrumentsQuery } from "../generated/types.ts";
import { useSession } from "../session.tsx";

export type Item = InstrumentsQuery["instruments"][number]["items"][number];
export type Given = Omit<AnswerInput, "itemId">;

interface ItemQuestionProps {
  item: Item;
  given: Given | undefined;
  /** `byTouch` is false where the keyboard moved through the answers. */
  answer: (given: Given, byTouch: boolean) => void;
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
      choose={(byTouch) => answer({ notAnswered: "SKIPPED" }, byTouch)}
      quiet
    />
  );
  return (
    <fieldset class="item" data-item={item.id} aria-describedby={item.kind === "RATING" ? `${name}-scale` : undefined}>
      <legend>{item.label}</legend>
      {item.kind === "RATING" ? (
        <div class="ratings">
          {numbers(item).map((rating) => (
            <Button
              key={rating}
              name={name}
              text={String(rating)}
              chosen={given?.rating === rating}
              choose={(byTouch) => answer({ rating }, byTouch)}
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
            choose={(byTouch) => answer({ yes: true }, byTouch)}
          />
          <Button
            name={name}
            text={words.say("answer.no")}
            chosen={given?.yes === false}
            choose={(byTouch) => answer({ yes: false }, byTouch)}
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
          choose={(byTouch) => answer({ notAnswered: "DOES_NOT_APPLY" }, byTouch)}
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
  choose: (byTouch: boolean) => void;
  quiet?: boolean;
}

function Button({ name, text, chosen, choose, quiet }: ButtonProps) {
  // A click that the keyboard makes counts no taps; it comes just before the change.
  const taps = useRef(0);
  return (
    <label class={quiet ? "rating rating-quiet" : "rating"}>
      <input
        type="radio"
        name={name}
        value={text}
        checked={chosen}
        onClick={({ detail }) => {
          taps.current = detail;
        }}
        onChange={() => choose(taps.current > 0)}
      />
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
