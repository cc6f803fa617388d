import { useMemo, useState } from "preact/hooks";
import { useMutation, useQuery } from "../asking.ts";
import type { Trouble } from "../client.ts";
import { timeZones } from "../enrol/places.ts";
import { ChangeSettings, Instruments } from "../generated/operations.ts";
import type { SettingsInput } from "../generated/types.ts";
import { type Choice, SomeOf } from "../parts/Choices.tsx";
import { SelectField } from "../parts/Field.tsx";
import { faultOf, Problem, type TypedProblem } from "../parts/Problem.tsx";
import { PromptTime } from "../parts/PromptTime.tsx";
import { Skeleton, Status, WhenReady } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";

/** Ratings that are no symptoms: the two to follow are chosen among the others. */
const NO_SYMPTOMS: ReadonlySet<string> = new Set(["fear_of_being_looked_at", "stopped_doing", "distress"]);
const CHOSEN = 2;

/** The hour of the daily text, the zone it is told in, and the two measures to follow; a change can be undone. */
export function DiarySettings() {
  const { words, refresh } = useSession();
  const { settings } = usePatient();
  const instruments = useQuery(Instruments, { language: words.language });
  const save = useMutation(ChangeSettings);
  const [problem, setProblem] = useState<TypedProblem>();
  const [before, setBefore] = useState<SettingsInput>();

  const send = async (input: SettingsInput, undo?: SettingsInput) => {
    const answer = (await save.run({ input }))?.changeSettings;
    const changed = answer?.__typename === "SettingsChanged";
    setProblem(changed ? undefined : answer);
    if (!changed) return;
    setBefore(undo);
    await refresh();
  };
  const current = { ...settings, coreItems: [...settings.coreItems], noPrompt: settings.promptTime === null };
  return (
    <>
      <WhenReady asked={instruments}>
        {(data) => {
          const daily = data.instruments.find(({ id }) => id === "daily");
          if (!daily) return <Skeleton />;
          const choices = daily.items
            .filter(({ id, kind }) => kind === "RATING" && !NO_SYMPTOMS.has(id))
            .map(({ id, label }) => ({ value: id, label }));
          return (
            <SettingsForm
              key={JSON.stringify(settings)}
              choices={choices}
              save={(input) => void send(input, current)}
              busy={save.busy}
              problem={problem}
              trouble={save.trouble}
            />
          );
        }}
      </WhenReady>
      <Status>
        {before && (
          <div class="row">
            <span>{words.say("state.saved")}</span>
            <button type="button" onClick={() => void send(before)}>
              {words.say("action.undo")}
            </button>
          </div>
        )}
      </Status>
    </>
  );
}

interface SettingsFormProps {
  choices: readonly Choice<string>[];
  save: (input: SettingsInput) => void;
  busy: boolean;
  problem: TypedProblem | undefined;
  trouble: Trouble | undefined;
}

function SettingsForm({ choices, save, busy, problem, trouble }: SettingsFormProps) {
  const { words } = useSession();
  const { settings } = usePatient();
  const [promptTime, setPromptTime] = useState(settings.promptTime ?? "");
  const [off, setOff] = useState(settings.promptTime === null);
  const [timeZone, setTimeZone] = useState(settings.timeZone);
  const [coreItems, setCoreItems] = useState<readonly string[]>(settings.coreItems);
  const [gap, setGap] = useState<"core" | "time">();
  const zones = useMemo(() => timeZones(settings.timeZone), [settings.timeZone]);

  const submit = () => {
    const missing = coreItems.length !== CHOSEN ? "core" : !off && !promptTime ? "time" : undefined;
    setGap(missing);
    if (!missing) save({ timeZone, coreItems: [...coreItems], noPrompt: off, promptTime: off ? null : promptTime });
  };
  const toggle = (item: string) =>
    setCoreItems(coreItems.includes(item) ? coreItems.filter((one) => one !== item) : [...coreItems, item]);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {choices.length > CHOSEN && (
        <SomeOf
          legend={words.say("settings.core")}
          hint={words.say("settings.coreHint")}
          fault={
            gap === "core" ? words.say("settings.coreGap") : faultOf(problem, "coreItems", "coreItems.0", "coreItems.1")
          }
          choices={choices}
          values={coreItems}
          toggle={toggle}
        />
      )}
      <PromptTime
        time={promptTime}
        off={off}
        change={(time, none) => {
          setPromptTime(time);
          setOff(none);
        }}
        fault={gap === "time" ? words.say("gap.prompt") : faultOf(problem, "promptTime")}
      />
      <SelectField
        label={words.say("settings.zone")}
        fault={faultOf(problem, "timeZone")}
        value={timeZone}
        change={setTimeZone}
      >
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
      </SelectField>
      <Problem problem={trouble ?? problem} fields="messages" />
      <button type="submit" class="primary" disabled={busy}>
        {words.say("action.save")}
      </button>
    </form>
  );
}
