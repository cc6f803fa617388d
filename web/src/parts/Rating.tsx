import { useId, useRef } from "preact/hooks";
import type { AnswerInput, InstrumentsQuery, NoAnswer } from "../generated/types.ts";
import { useSession } from "../session.tsx";

export type Item = InstrumentsQuery["instruments"][number]["items"][number];
export type Given = Omit<AnswerInput, "itemId">;

interface ItemQuestionProps {
  item: Item;
  given: Given | undefined;
  /** `byTouch` is false where the keyboard moved through the answers. */
  answer: (given: Given, byTouch: boolean) => void;
}

/** One item: large buttons, nothing chosen beforehand; skipped, "does not apply" and 0 are three answers. */
export function ItemQuestion({ item, given, answer }: ItemQuestionProps) {
  const { words } = useSession();
  const name = useId();
  const none = (notAnswered: NoAnswer) =>
    item.permits.includes(notAnswered) && (
      <Button
        name={name}
        text={words.say(`answer.${notAnswered}`)}
        chosen={given?.notAnswered === notAnswered}
        choose={(byTouch) => answer({ notAnswered }, byTouch)}
        quiet
      />
    );
  const rated = (rating: number, text: string) => (
    <Button
      key={rating}
      name={name}
      text={text}
      chosen={given?.rating === rating}
      choose={(byTouch) => answer({ rating }, byTouch)}
    />
  );
  return (
    <fieldset class="item" data-item={item.id} aria-describedby={item.kind === "RATING" ? `${name}-scale` : undefined}>
      <legend>{item.label}</legend>
      {item.kind === "RATING" && (
        <div class="ratings">
          {numbers(item).map((rating) => rated(rating, String(rating)))}
          {none("SKIPPED")}
        </div>
      )}
      {item.kind === "CHOICE" && (
        <div class="ratings ratings-words">
          {item.options.map(({ value, label }) => rated(value, label))}
          {none("SKIPPED")}
        </div>
      )}
      {item.kind === "YES_NO" && (
        <div class="ratings ratings-few">
          {[true, false].map((yes) => (
            <Button
              key={String(yes)}
              name={name}
              text={words.say(yes ? "answer.yes" : "answer.no")}
              chosen={given?.yes === yes}
              choose={(byTouch) => answer({ yes }, byTouch)}
            />
          ))}
          {none("SKIPPED")}
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
        {none("DOES_NOT_APPLY")}
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

/** An answer in words, for lists and tables; a choice reads as its item has it. */
export function useAnswerText(): (
  given: Partial<Record<keyof Given, unknown>>,
  item?: Pick<Item, "options">,
) => string {
  const { words } = useSession();
  return (given, item) => {
    if (typeof given.rating === "number") {
      return item?.options.find(({ value }) => value === given.rating)?.label ?? String(given.rating);
    }
    if (typeof given.yes === "boolean") return words.say(given.yes ? "answer.yes" : "answer.no");
    return words.say(given.notAnswered === "DOES_NOT_APPLY" ? "answer.DOES_NOT_APPLY" : "answered.SKIPPED");
  };
}
