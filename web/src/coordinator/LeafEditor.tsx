import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { OneOf, SomeOf } from "../parts/Choices.tsx";
import { TextField } from "../parts/Field.tsx";
import { useSession } from "../session.tsx";
import type { Key } from "../words.ts";
import { LEAVES, type Leaf, type LeafName } from "./tree.ts";

const FORMS = ["CERVICAL", "BLEPHAROSPASM", "LARYNGEAL", "CRANIOFACIAL", "LIMB", "OTHER"];

/** The values of the leaves that choose from a list, with the start of their keys in the catalogue. */
const CHOICES: Partial<Record<LeafName, { stem: string; values: readonly string[] }>> = {
  form: { stem: "form", values: FORMS },
  symptomMonths: { stem: "form", values: FORMS },
  sex: { stem: "sex", values: ["FEMALE", "MALE", "OTHER"] },
  distribution: { stem: "distribution", values: ["FOCAL", "SEGMENTAL", "MULTIFOCAL", "GENERALISED", "HEMIDYSTONIA"] },
  lastToxinResponse: { stem: "response", values: ["GOOD", "PARTIAL", "POOR"] },
};

interface LeafEditorProps {
  leaf: Leaf;
  change: (leaf: Leaf) => void;
  incomplete: boolean;
  remove: () => void;
}

/** One criterion with the few fields that it needs. */
export function LeafEditor({ leaf, change, incomplete, remove }: LeafEditorProps) {
  const { words } = useSession();
  const name = words.say(`leaf.${leaf.leaf}`);
  return (
    <fieldset class="criterion">
      <legend>{leaf.negated ? words.say("criteria.not", { criterion: name }) : name}</legend>
      <Fields leaf={leaf} change={change} />
      <p class="fault" role="alert">
        {incomplete && words.say("criteria.gap")}
      </p>
      <div class="row">
        <button
          type="button"
          class="quiet"
          aria-pressed={leaf.negated}
          onClick={() => change({ ...leaf, negated: !leaf.negated })}
        >
          {words.say("criteria.negate")}
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={words.say("criteria.removeNamed", { criterion: name })}
          onClick={remove}
        >
          {words.say("criteria.remove")}
        </button>
      </div>
    </fieldset>
  );
}

type FieldsProps = Pick<LeafEditorProps, "leaf" | "change">;

function Fields({ leaf, change }: FieldsProps): ComponentChildren {
  const { words } = useSession();
  const shape = LEAVES[leaf.leaf];
  const unit =
    shape === "choices" || shape === "codes" || shape === "yesNo" ? "" : words.say(`leaf.${leaf.leaf}.unit` as Key);
  const min = () => (
    <NumberField
      label={words.say("criteria.min", { unit })}
      value={leaf.min}
      change={(value) => change({ ...leaf, min: value })}
    />
  );
  const max = () => (
    <NumberField
      label={words.say("criteria.max", { unit })}
      value={leaf.max}
      change={(value) => change({ ...leaf, max: value })}
    />
  );
  switch (shape) {
    case "choices":
      return <ChosenValues leaf={leaf} change={change} />;
    case "symptoms":
      return (
        <>
          <ChosenValues leaf={leaf} change={change} />
          {min()}
        </>
      );
    case "codes":
      return <Codes leaf={leaf} change={change} />;
    case "yesNo":
      return (
        <OneOf
          legend={words.say("criteria.mustBe")}
          choices={(["yes", "no"] as const).map((value) => ({ value, label: words.say(`answer.${value}`) }))}
          value={leaf.is}
          choose={(is) => change({ ...leaf, is })}
          compact
        />
      );
    case "range":
      return (
        <div class="date-row">
          {min()}
          {max()}
        </div>
      );
    case "atLeast":
      return min();
    case "atMost":
      return max();
  }
}

function ChosenValues({ leaf, change }: FieldsProps) {
  const { words } = useSession();
  const known = CHOICES[leaf.leaf];
  return (
    <SomeOf
      legend={words.say("criteria.oneOf")}
      choices={(known?.values ?? []).map((value) => ({ value, label: words.say(`${known?.stem}.${value}` as Key) }))}
      values={leaf.chosen}
      toggle={(value) =>
        change({
          ...leaf,
          chosen: leaf.chosen.includes(value) ? leaf.chosen.filter((one) => one !== value) : [...leaf.chosen, value],
        })
      }
      compact
    />
  );
}

function Codes({ leaf, change }: FieldsProps) {
  const { words } = useSession();
  const [text, setText] = useState(leaf.chosen.join(", "));
  const shown = leaf.leaf === "language" ? (code: string) => code.toLowerCase() : (code: string) => code.toUpperCase();
  return (
    <TextField
      label={words.say("criteria.codes")}
      hint={words.say(leaf.leaf === "language" ? "criteria.languageHint" : "criteria.countryHint")}
      value={text}
      change={(typed) => {
        setText(typed);
        change({
          ...leaf,
          chosen: typed
            .split(/[\s,;]+/)
            .filter(Boolean)
            .map(shown),
        });
      }}
      autocomplete="off"
    />
  );
}

function NumberField({ label, value, change }: { label: string; value: string; change: (value: string) => void }) {
  return (
    <TextField
      label={label}
      value={value}
      change={change}
      inputmode="decimal"
      autocomplete="off"
      maxLength={6}
      class="short"
    />
  );
}
