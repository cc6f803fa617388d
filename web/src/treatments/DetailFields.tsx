import { noDate } from "../dateParts.ts";
import type { Form, TreatmentKind } from "../generated/types.ts";
import { OneOf, SomeOf } from "../parts/Choices.tsx";
import { DateParts } from "../parts/DateParts.tsx";
import { TextField } from "../parts/Field.tsx";
import { usePatient, useSession } from "../session.tsx";
import { MUSCLES, SIDE_EFFECTS, STOP_REASONS } from "./codes.ts";
import type { Draft, Gap } from "./shape.ts";

interface DetailFieldsProps {
  kind: TreatmentKind;
  draft: Draft;
  gap: (name: Gap, text: string) => string | undefined;
  change: (changed: Partial<Draft>) => void;
  open: boolean;
}

/** What may be told besides: nothing of it is needed, and all of it is chosen from lists. */
export function DetailFields({ kind, draft, gap, change, open }: DetailFieldsProps) {
  const { words } = useSession();
  const injection = kind === "TOXIN_INJECTION";
  const toggle = <Value,>(all: readonly Value[], one: Value) =>
    all.includes(one) ? all.filter((each) => each !== one) : [...all, one];
  return (
    <details class="more" open={open}>
      <summary>{words.say("treatment.details")}</summary>
      {injection ? (
        <>
          <DateParts
            legend={words.say("treatment.noticed")}
            hint={words.say("treatment.dayHint")}
            fault={gap("benefitNoticedOn", words.say("treatment.dayFault"))}
            value={draft.noticed}
            change={(noticed) => change({ noticed })}
            upTo="day"
          />
          <DateParts
            legend={words.say("treatment.woreOff")}
            hint={words.say("treatment.dayHint")}
            fault={gap("woreOffOn", words.say("treatment.dayFault"))}
            value={draft.woreOff}
            change={(woreOff) => change({ woreOff })}
            upTo="day"
          />
        </>
      ) : (
        <>
          <Changes kind={kind} draft={draft} fault={gap("changes", words.say("gap.date"))} change={change} />
          <DateParts
            legend={words.say("treatment.endedOn")}
            hint={words.say("treatment.endedHint")}
            fault={gap("endedOn", words.say("gap.date"))}
            value={draft.ended}
            change={(ended) => change({ ended })}
            upTo="day"
          />
        </>
      )}
      <SomeOf
        legend={words.say("treatment.sideEffects")}
        choices={SIDE_EFFECTS[kind].map((value) => ({ value, label: words.say(`sideEffect.${value}`) }))}
        values={draft.sideEffects}
        toggle={(effect) => change({ sideEffects: toggle(draft.sideEffects, effect) })}
        compact
      />
      {injection && (
        <Muscles values={draft.muscles} toggle={(muscle) => change({ muscles: toggle(draft.muscles, muscle) })} />
      )}
      <OneOf
        legend={words.say("treatment.stopReason")}
        choices={[
          { value: "NONE" as const, label: words.say("treatment.noReason") },
          ...STOP_REASONS.map((value) => ({ value, label: words.say(`stopReason.${value}`) })),
        ]}
        value={draft.stopReason ?? "NONE"}
        choose={(reason) => change({ stopReason: reason === "NONE" ? undefined : reason })}
        compact
      />
    </details>
  );
}

/** The muscles of this person's own forms first; those of the others behind one tap. */
function Muscles({ values, toggle }: { values: readonly string[]; toggle: (muscle: string) => void }) {
  const { words } = useSession();
  const { enrolment } = usePatient();
  const own = (enrolment?.forms ?? []).map(({ form }) => form);
  const others = (Object.keys(MUSCLES) as Form[]).filter((form) => !own.includes(form));
  const choices = (forms: readonly Form[]) =>
    forms.flatMap((form) => MUSCLES[form]).map((value) => ({ value, label: words.known(`muscle.${value}`) ?? value }));
  const elsewhere = choices(others);
  return (
    <>
      {own.length > 0 && (
        <SomeOf legend={words.say("treatment.muscles")} choices={choices(own)} values={values} toggle={toggle} />
      )}
      <details open={elsewhere.some(({ value }) => values.includes(value))}>
        <summary>{words.say(own.length > 0 ? "treatment.otherMuscles" : "treatment.muscles")}</summary>
        <SomeOf legend={words.say("treatment.otherMuscles")} choices={elsewhere} values={values} toggle={toggle} />
      </details>
    </>
  );
}

interface ChangesProps extends Pick<DetailFieldsProps, "kind" | "draft" | "change"> {
  fault: string | undefined;
}

/** New doses of a medicine, or new settings of a stimulator, each with its day. */
function Changes({ kind, draft, fault, change }: ChangesProps) {
  const { words } = useSession();
  const put = (place: number, changed: Partial<Draft["changes"][number]>) =>
    change({ changes: draft.changes.map((each, index) => (index === place ? { ...each, ...changed } : each)) });
  const last = draft.changes.length - 1;
  return (
    <>
      {draft.changes.map((each, place) => (
        <div key={place}>
          <DateParts
            legend={words.say("treatment.changedOn")}
            fault={place === last ? fault : undefined}
            value={each.on}
            change={(on) => put(place, { on })}
            upTo="day"
          />
          {kind === "ORAL_MEDICINE" && (
            <TextField
              label={words.say("treatment.dailyDose")}
              value={each.dose}
              change={(dose) => put(place, { dose })}
              inputmode="decimal"
              maxLength={8}
              class="short"
            />
          )}
        </div>
      ))}
      <button type="button" onClick={() => change({ changes: [...draft.changes, { on: noDate, dose: "" }] })}>
        {words.say(kind === "DBS" ? "treatment.newChange.settings" : "treatment.newChange.dose")}
      </button>
    </>
  );
}
