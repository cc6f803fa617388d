import { OneOf } from "../parts/Choices.tsx";
import { faultOf } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import { InjectionFields } from "../treatments/InjectionFields.tsx";
import type { StepProps } from "./Enrol.tsx";
import { YES_NO_UNKNOWN } from "./FormsStep.tsx";

export function TreatmentStep({ draft, change, missing, problem }: StepProps) {
  const { words } = useSession();
  return (
    <>
      <OneOf
        legend={words.say("enrol.toxin")}
        hint={words.say("enrol.toxinHint")}
        fault={missing.includes("toxinEver") ? words.say("gap.choose") : faultOf(problem, "toxinEver")}
        choices={YES_NO_UNKNOWN.map((value) => ({ value, label: words.say(`yesNo.${value}`) }))}
        value={draft.toxinEver}
        choose={(toxinEver) => change({ toxinEver })}
        compact
      />
      {draft.toxinEver === "YES" && (
        <InjectionFields
          legend={words.say("enrol.lastInjection")}
          hint={words.say("enrol.lastInjectionHint")}
          fault={faultOf(problem, "startedOn", "treatments.0")}
          value={{ date: draft.lastInjection, product: draft.product, response: draft.response }}
          change={({ date, product, response }) => change({ lastInjection: date, product, response })}
        />
      )}
      <OneOf
        legend={words.say("enrol.dbs")}
        hint={words.say("enrol.dbsHint")}
        fault={missing.includes("dbs") ? words.say("gap.choose") : faultOf(problem, "dbs")}
        choices={YES_NO_UNKNOWN.map((value) => ({ value, label: words.say(`yesNo.${value}`) }))}
        value={draft.dbs}
        choose={(dbs) => change({ dbs })}
        compact
      />
    </>
  );
}
