import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { RecordTreatment } from "../generated/operations.ts";
import type { TreatmentKind } from "../generated/types.ts";
import { OneOf } from "../parts/Choices.tsx";
import { DateParts, knownDate, noDate } from "../parts/DateParts.tsx";
import { faultOf, Problem, type TypedProblem } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import { type Injection, InjectionFields, MEDICINES, ProductField, recordedProduct } from "./InjectionFields.tsx";

const KINDS: readonly TreatmentKind[] = ["TOXIN_INJECTION", "ORAL_MEDICINE", "DBS"];

/** One form for the three kinds of treatment; sending it twice adds it once. */
export function AddTreatment({ done }: { done: (saved: boolean) => void }) {
  const { words } = useSession();
  const record = useMutation(RecordTreatment);
  const [treatmentId] = useState(() => crypto.randomUUID());
  const [kind, setKind] = useState<TreatmentKind>();
  const [given, setGiven] = useState<Injection>({ date: noDate, product: "", response: undefined });
  const [gap, setGap] = useState(false);
  const [problem, setProblem] = useState<TypedProblem>();
  const startedOn = knownDate(given.date);
  const fault = gap && !startedOn ? words.say("gap.date") : faultOf(problem, "startedOn");

  const submit = async () => {
    setGap(true);
    if (!kind || !startedOn) return;
    const product = kind === "DBS" ? null : recordedProduct(given.product);
    const response = kind === "TOXIN_INJECTION" ? (given.response ?? null) : null;
    const answer = (await record.run({ input: { treatmentId, kind, startedOn, product, response } }))?.recordTreatment;
    if (answer?.__typename === "TreatmentRecorded") done(true);
    else setProblem(answer);
  };
  return (
    <form
      class="card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <OneOf
        legend={words.say("treatment.kind")}
        fault={gap && !kind ? words.say("gap.choose") : undefined}
        choices={KINDS.map((value) => ({ value, label: words.say(`kind.${value}`) }))}
        value={kind}
        choose={(chosen) => {
          setKind(chosen);
          setGiven({ ...given, product: "" });
        }}
      />
      {kind === "TOXIN_INJECTION" && (
        <InjectionFields legend={words.say("treatment.injectedOn")} fault={fault} value={given} change={setGiven} />
      )}
      {(kind === "ORAL_MEDICINE" || kind === "DBS") && (
        <>
          {kind === "ORAL_MEDICINE" && (
            <ProductField
              label={words.say("treatment.medicine")}
              products={MEDICINES}
              value={given.product}
              change={(product) => setGiven({ ...given, product })}
            />
          )}
          <DateParts
            legend={words.say("treatment.startedOn")}
            hint={words.say("treatment.startedHint")}
            fault={fault}
            value={given.date}
            change={(date) => setGiven({ ...given, date })}
            upTo="day"
          />
        </>
      )}
      <Problem problem={record.trouble ?? problem} fields="messages" />
      <div class="step-buttons">
        <button type="button" onClick={() => done(false)}>
          {words.say("action.cancel")}
        </button>
        <button type="submit" class="primary" disabled={record.busy}>
          {words.say("action.save")}
        </button>
      </div>
    </form>
  );
}
