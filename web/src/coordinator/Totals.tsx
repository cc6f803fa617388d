import { useEffect, useRef, useState } from "preact/hooks";
import { asTrouble, useQuery } from "../asking.ts";
import { send, type Trouble } from "../client.ts";
import { knownDate, noDate } from "../dateParts.ts";
import { RecordTotals, StaffTotals } from "../generated/operations.ts";
import type { StaffTotalsQuery } from "../generated/types.ts";
import { DateParts } from "../parts/DateParts.tsx";
import { SelectField, TextField } from "../parts/Field.tsx";
import { faultOf, Problem, type TypedProblem } from "../parts/Problem.tsx";
import { WhenReady } from "../parts/Waiting.tsx";
import { useStepUp } from "../passkeys/StepUp.tsx";
import { useSession } from "../session.tsx";
import { tags } from "../words.ts";

type Instrument = StaffTotalsQuery["instruments"][number];
type Scale = Instrument["scales"][number];

interface TotalsProps {
  trialId: string;
  introductionId: string;
  name: string;
  done: (saved: boolean) => void;
}

/** Totals of a clinician's scale about one person, who sees them in their diary. */
export function Totals({ trialId, introductionId, name, done }: TotalsProps) {
  const { words } = useSession();
  const asked = useQuery(StaffTotals, { language: words.language });
  return (
    <WhenReady asked={asked}>
      {({ instruments }) => (
        <TotalsForm
          instruments={instruments.filter(({ kind }) => kind === "TYPED_IN")}
          trialId={trialId}
          introductionId={introductionId}
          name={name}
          done={done}
        />
      )}
    </WhenReady>
  );
}

function TotalsForm({
  instruments,
  trialId,
  introductionId,
  name,
  done,
}: TotalsProps & { instruments: readonly Instrument[] }) {
  const { words } = useSession();
  const stepUp = useStepUp();
  const [entryId] = useState(() => crypto.randomUUID());
  const [chosen, setChosen] = useState("");
  const [date, setDate] = useState(noDate);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [gap, setGap] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const [problem, setProblem] = useState<TypedProblem>();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.focus(), []);
  const scales = instruments.find(({ id }) => id === chosen)?.scales ?? [];
  const assessedOn = knownDate(date);
  const whole = assessedOn?.length === "2026-01-01".length ? assessedOn : undefined;
  const totals = scales.flatMap(({ id }) => (typed[id]?.trim() ? [{ scaleId: id, value: numberOf(typed[id]) }] : []));

  const submit = async () => {
    setGap(true);
    setTrouble(undefined);
    setProblem(undefined);
    if (!whole || totals.length === 0 || totals.some(({ value }) => Number.isNaN(value))) return;
    setBusy(true);
    try {
      const input = { entryId, trialId, introductionId, instrumentId: chosen, assessedOn: whole, totals };
      const answer = (await stepUp(() => recorded(input)))?.answer;
      if (answer?.__typename === "TotalsRecorded") done(true);
      else setProblem(answer);
    } catch (fault) {
      setTrouble(asTrouble(fault));
    }
    setBusy(false);
  };
  const plain = (value: number) => value.toLocaleString(tags[words.language]);
  const faultAt = (scale: Scale) => {
    const wrong = faultOf(problem, scale.id) !== undefined || Number.isNaN(numberOf(typed[scale.id] || "0"));
    return wrong ? words.say("totals.outOfRange") : undefined;
  };
  return (
    <form
      ref={form}
      tabIndex={-1}
      class="totals"
      aria-label={words.say("totals.about", { name })}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p class="hint">{words.say("totals.hint")}</p>
      <SelectField
        label={words.say("totals.scale")}
        value={chosen}
        change={(id) => {
          setChosen(id);
          setTyped({});
        }}
        empty={words.say("totals.choose")}
        fault={gap && !chosen ? words.say("gap.choose") : undefined}
      >
        {instruments.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </SelectField>
      <DateParts
        legend={words.say("totals.assessedOn")}
        value={date}
        change={setDate}
        fault={(gap && !whole) || faultOf(problem, "assessedOn", "about") ? words.say("totals.day") : undefined}
        upTo="day"
      />
      {scales.map((scale) => (
        <TextField
          key={scale.id}
          label={scale.title}
          hint={words.say("totals.range", {
            low: plain(scale.minimum),
            high: plain(scale.maximum),
            step: plain(scale.step ?? 1),
          })}
          value={typed[scale.id] ?? ""}
          change={(text) => setTyped({ ...typed, [scale.id]: text })}
          inputmode="decimal"
          autocomplete="off"
          maxLength={6}
          class="narrow"
          fault={faultAt(scale)}
        />
      ))}
      {gap && chosen && totals.length === 0 && (
        <p class="fault" role="alert">
          {words.say("totals.none")}
        </p>
      )}
      <Problem problem={trouble ?? problem} />
      <div class="step-buttons">
        <button type="button" onClick={() => done(false)}>
          {words.say("action.cancel")}
        </button>
        <button type="submit" class="primary" disabled={busy}>
          {words.say("action.save")}
        </button>
      </div>
    </form>
  );
}

async function recorded(input: Parameters<NonNullable<typeof RecordTotals.types>>[0]["input"]) {
  const answer = (await send(RecordTotals, { input })).recordTotals;
  // A proof that is wanted must be seen by whoever asks for it, wherever the answer lies.
  return { answer, code: "code" in answer ? answer.code : undefined };
}

/** The number in a text, with a point or a comma; NaN where there is none. */
function numberOf(text: string | undefined): number {
  const plain = (text ?? "").trim().replace(",", ".");
  return plain === "" ? Number.NaN : Number(plain);
}
