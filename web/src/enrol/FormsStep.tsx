import { noDate } from "../dateParts.ts";
import type { Distribution, YesNoUnknown } from "../generated/types.ts";
import { OneOf, SomeOf } from "../parts/Choices.tsx";
import { DateParts } from "../parts/DateParts.tsx";
import { faultOf } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import { FORMS } from "./draft.ts";
import type { StepProps } from "./Enrol.tsx";

const DISTRIBUTIONS: readonly Distribution[] = [
  "FOCAL",
  "SEGMENTAL",
  "MULTIFOCAL",
  "GENERALISED",
  "HEMIDYSTONIA",
  "UNKNOWN",
];
export const YES_NO_UNKNOWN: readonly YesNoUnknown[] = ["YES", "NO", "UNKNOWN"];
const NONE = "NONE";

export function FormsStep({ draft, change, missing, problem }: StepProps) {
  const { words } = useSession();
  const toggle = (value: (typeof FORMS)[number] | typeof NONE) => {
    if (value === NONE) return change({ unaffected: !draft.unaffected, forms: [] });
    const had = draft.forms.includes(value);
    return change({
      unaffected: false,
      forms: FORMS.filter((form) => (form === value ? !had : draft.forms.includes(form))),
    });
  };
  return (
    <>
      <SomeOf
        legend={words.say("enrol.forms")}
        hint={words.say("enrol.formsHint")}
        fault={missing.includes("forms") ? words.say("gap.forms") : faultOf(problem, "forms")}
        choices={[
          ...FORMS.map((value) => ({
            value,
            label: words.say(`form.${value}`),
            hint: words.say(`form.${value}.hint`),
          })),
          { value: NONE, label: words.say("form.NONE"), hint: words.say("form.NONE.hint") },
        ]}
        values={draft.unaffected ? [NONE] : draft.forms}
        toggle={toggle}
      />
      {draft.forms.map((form, place) => (
        <DateParts
          key={form}
          legend={words.say("enrol.onset", { form: words.say(`form.${form}`) })}
          hint={words.say("enrol.onsetHint")}
          fault={faultOf(problem, `forms.${place}.onset`)}
          value={draft.onsets[form] ?? noDate}
          change={(onset) => change({ onsets: { ...draft.onsets, [form]: onset } })}
          upTo="month"
        />
      ))}
      <details class="more">
        <summary>{words.say("enrol.moreForms")}</summary>
        <OneOf
          legend={words.say("enrol.distribution")}
          fault={faultOf(problem, "distribution")}
          choices={DISTRIBUTIONS.map((value) => ({
            value,
            label: words.say(`distribution.${value}`),
            hint: words.say(`distribution.${value}.hint`),
          }))}
          value={draft.distribution}
          choose={(distribution) => change({ distribution })}
        />
        <OneOf
          legend={words.say("enrol.isolated")}
          hint={words.say("enrol.isolatedHint")}
          choices={YES_NO_UNKNOWN.map((value) => ({ value, label: words.say(`isolated.${value}`) }))}
          value={draft.isolated}
          choose={(isolated) => change({ isolated })}
        />
      </details>
    </>
  );
}
