import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { AmendTreatment, RecordTreatment } from "../generated/operations.ts";
import type { TreatmentKind } from "../generated/types.ts";
import { OneOf } from "../parts/Choices.tsx";
import { DateParts } from "../parts/DateParts.tsx";
import { faultOf, Problem, type TypedProblem } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import { DetailFields } from "./DetailFields.tsx";
import { DoseField } from "./DoseField.tsx";
import { ProductField, RESPONSES } from "./InjectionFields.tsx";
import { MEDICINES, TOXINS } from "./products.ts";
import { type Draft, draftOf, emptyDraft, type Gap, saidBy, type Treatment } from "./shape.ts";

const KINDS: readonly TreatmentKind[] = ["TOXIN_INJECTION", "ORAL_MEDICINE", "DBS"];

export interface SavedTreatment {
  /** What to do at once about a side effect, in the words of the service. */
  advice: string | null;
}

interface TreatmentFormProps {
  /** The one to change; a new one without it. */
  treatment?: Treatment;
  saved: (answer: SavedTreatment) => void;
  cancel: () => void;
}

/** One form to add a treatment and to change one; sending it twice does it once. */
export function TreatmentForm({ treatment, saved, cancel }: TreatmentFormProps) {
  const { words } = useSession();
  const record = useMutation(RecordTreatment);
  const amend = useMutation(AmendTreatment);
  const [id] = useState(() => crypto.randomUUID());
  const [draft, setDraft] = useState<Draft>(() => (treatment ? draftOf(treatment) : emptyDraft));
  const [gaps, setGaps] = useState<readonly Gap[]>([]);
  const [problem, setProblem] = useState<TypedProblem>();
  const change = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const gap = (name: Gap, text: string) => (gaps.includes(name) ? text : faultOf(problem, name));

  const submit = async () => {
    const read = saidBy(draft);
    if ("gaps" in read) {
      setGaps(read.gaps);
      return;
    }
    setGaps([]);
    const answer = treatment
      ? (await amend.run({ input: { treatmentId: treatment.id, amendmentId: id, ...read.said } }))?.amendTreatment
      : (await record.run({ input: { treatmentId: id, kind: read.kind, ...read.said } }))?.recordTreatment;
    if (answer && "treatment" in answer) saved({ advice: answer.advice });
    else setProblem(answer);
  };
  const { kind } = draft;
  return (
    <form
      class="card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {!treatment && (
        <OneOf
          legend={words.say("treatment.kind")}
          fault={gap("kind", words.say("gap.choose"))}
          choices={KINDS.map((value) => ({ value, label: words.say(`kind.${value}`) }))}
          value={kind}
          choose={(chosen) => setDraft({ ...emptyDraft, kind: chosen, date: draft.date })}
        />
      )}
      {kind && (
        <>
          <DateParts
            legend={words.say(kind === "TOXIN_INJECTION" ? "treatment.injectedOn" : "treatment.startedOn")}
            hint={kind === "TOXIN_INJECTION" ? undefined : words.say("treatment.startedHint")}
            fault={gap("startedOn", words.say("gap.date"))}
            value={draft.date}
            change={(date) => change({ date })}
            upTo="day"
          />
          {kind !== "DBS" && (
            <>
              <ProductField
                label={words.say(kind === "TOXIN_INJECTION" ? "treatment.product" : "treatment.medicine")}
                products={kind === "TOXIN_INJECTION" ? TOXINS : MEDICINES}
                fault={faultOf(problem, "product")}
                value={draft.product}
                change={(product) => change({ product })}
              />
              <DoseField draft={draft} fault={gap("dose", words.say("treatment.doseFault"))} change={change} />
            </>
          )}
          {kind === "TOXIN_INJECTION" && (
            <OneOf
              legend={words.say("treatment.response")}
              choices={RESPONSES.map((response) => ({ value: response, label: words.say(`response.${response}`) }))}
              value={draft.response}
              choose={(response) => change({ response })}
              compact
            />
          )}
          <DetailFields kind={kind} draft={draft} gap={gap} change={change} open={Boolean(treatment)} />
        </>
      )}
      <Problem problem={record.trouble ?? amend.trouble ?? problem} fields="messages" />
      <div class="step-buttons">
        <button type="button" onClick={cancel}>
          {words.say("action.cancel")}
        </button>
        <button type="submit" class="primary" disabled={record.busy || amend.busy}>
          {words.say("action.save")}
        </button>
      </div>
    </form>
  );
}
