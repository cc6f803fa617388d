import type { Sex } from "../generated/types.ts";
import { OneOf } from "../parts/Choices.tsx";
import { DateParts } from "../parts/DateParts.tsx";
import { TextField } from "../parts/Field.tsx";
import { faultOf } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import type { StepProps } from "./Enrol.tsx";

const SEXES: readonly Sex[] = ["FEMALE", "MALE", "OTHER", "UNDISCLOSED"];

export function YouStep({ draft, change, missing, problem }: StepProps) {
  const { words } = useSession();
  return (
    <>
      <TextField
        label={words.say("enrol.name")}
        hint={words.say("enrol.nameHint")}
        fault={missing.includes("name") ? words.say("gap.name") : faultOf(problem, "name")}
        value={draft.name}
        change={(name) => change({ name })}
        autocomplete="name"
        maxLength={120}
      />
      <DateParts
        legend={words.say("enrol.birth")}
        hint={words.say("enrol.birthHint")}
        fault={missing.includes("birth") ? words.say("gap.birth") : faultOf(problem, "birthMonth")}
        value={draft.birth}
        change={(birth) => change({ birth })}
        upTo="month"
        autocomplete
      />
      <OneOf
        legend={words.say("enrol.sex")}
        fault={missing.includes("sex") ? words.say("gap.choose") : faultOf(problem, "sex")}
        choices={SEXES.map((value) => ({ value, label: words.say(`sex.${value}`) }))}
        value={draft.sex}
        choose={(sex) => change({ sex })}
        compact
      />
    </>
  );
}
