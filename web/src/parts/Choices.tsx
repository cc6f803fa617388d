import { useId } from "preact/hooks";
import { Fault } from "./Field.tsx";

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  hint?: string;
}

interface Frame<Value extends string> {
  legend: string;
  hint?: string | undefined;
  fault?: string | undefined;
  choices: readonly Choice<Value>[];
  /** Side by side where they are short. */
  compact?: boolean;
}

interface OneOfProps<Value extends string> extends Frame<Value> {
  value: Value | undefined;
  choose: (value: Value) => void;
}

/** One of a few answers as large buttons; nothing is chosen beforehand. */
export function OneOf<Value extends string>({ value, choose, ...frame }: OneOfProps<Value>) {
  const name = useId();
  return <Group {...frame} type="radio" name={name} isChosen={(one) => one === value} choose={choose} />;
}

interface SomeOfProps<Value extends string> extends Frame<Value> {
  values: readonly Value[];
  toggle: (value: Value) => void;
}

/** Any number of answers as large buttons. */
export function SomeOf<Value extends string>({ values, toggle, ...frame }: SomeOfProps<Value>) {
  const name = useId();
  return <Group {...frame} type="checkbox" name={name} isChosen={(one) => values.includes(one)} choose={toggle} />;
}

interface GroupProps<Value extends string> extends Frame<Value> {
  type: "radio" | "checkbox";
  name: string;
  isChosen: (value: Value) => boolean;
  choose: (value: Value) => void;
}

function Group<Value extends string>({
  legend,
  hint,
  fault,
  choices,
  compact,
  type,
  name,
  isChosen,
  choose,
}: GroupProps<Value>) {
  return (
    <fieldset class="choices" aria-describedby={hint ? `${name}-hint` : undefined}>
      <legend>{legend}</legend>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      <div class={compact ? "choice-row" : "choice-list"}>
        {choices.map((choice) => (
          <label key={choice.value} class="choice">
            <input
              type={type}
              name={name}
              value={choice.value}
              checked={isChosen(choice.value)}
              aria-labelledby={`${name}-${choice.value}`}
              aria-describedby={choice.hint ? `${name}-${choice.value}-hint` : undefined}
              onChange={() => choose(choice.value)}
            />
            <span class="choice-text">
              <span id={`${name}-${choice.value}`}>{choice.label}</span>
              {choice.hint && (
                <span class="choice-hint" id={`${name}-${choice.value}-hint`}>
                  {choice.hint}
                </span>
              )}
            </span>
          </label>
        ))}
      </div>
      <Fault text={fault} />
    </fieldset>
  );
}
