import { useEffect, useState } from "preact/hooks";
import { useMutation, useQuery } from "../asking.ts";
import { ChangeSettings, Plans } from "../generated/operations.ts";
import type { PlanInput, PlanRhythm, PlansQuery, SettingsInput, Weekday } from "../generated/types.ts";
import { OneOf } from "../parts/Choices.tsx";
import { SelectField } from "../parts/Field.tsx";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status, WhenReady } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import { weekdayNames } from "./weekdays.ts";

type Settings = NonNullable<PlansQuery["me"]["patient"]>["settings"];
type Plan = Settings["plans"][number];
type DailyPrompt = NonNullable<Settings["dailyPrompt"]>;

/** How often each questionnaire is asked; a change can be undone. */
export function PlanSettings() {
  const { words } = useSession();
  const asked = useQuery(Plans, { language: words.language });
  const save = useMutation(ChangeSettings);
  const [problem, setProblem] = useState<TypedProblem>();
  const [before, setBefore] = useState<PlanInput>();

  const send = async (input: SettingsInput, undo?: PlanInput) => {
    const answer = (await save.run({ input }))?.changeSettings;
    const changed = answer?.__typename === "SettingsChanged";
    setProblem(changed ? undefined : answer);
    if (!changed) return;
    setBefore(undo);
    asked.reload();
  };
  return (
    <>
      <WhenReady asked={asked}>
        {(data) => (
          <>
            {data.me.patient?.settings.plans.map((plan) => (
              <PlanChoice
                key={plan.instrumentId}
                plan={plan}
                busy={save.busy}
                save={(wish) => void send({ plans: [wish] }, plan.usual ? usual(plan) : wishOf(plan))}
              />
            ))}
          </>
        )}
      </WhenReady>
      <Problem problem={save.trouble ?? problem} fields="messages" />
      <Status>
        {before && (
          <div class="row">
            <span>{words.say("state.saved")}</span>
            <button type="button" onClick={() => void send({ plans: [before] })}>
              {words.say("action.undo")}
            </button>
          </div>
        )}
      </Status>
    </>
  );
}

/** Why texts come less often than every day, and one tap that brings them back. */
export function FadedPrompt() {
  const { words, dates } = useSession();
  const { settings } = usePatient();
  const asked = useQuery(Plans, { language: words.language });
  const save = useMutation(ChangeSettings);
  const prompt = asked.data?.me.patient?.settings.dailyPrompt;
  const [back, setBack] = useState(false);
  const again = async () => {
    const answer = (await save.run({ input: { dailyPromptsAgain: true } }))?.changeSettings;
    if (answer?.__typename !== "SettingsChanged") return;
    setBack(true);
    asked.reload();
  };
  return (
    <>
      {prompt && prompt.pace !== "DAILY" && (
        <div class="note">
          <p>{reason(prompt)}</p>
          <div class="row">
            <button type="button" disabled={save.busy} onClick={() => void again()}>
              {words.say("faded.again")}
            </button>
          </div>
          <Problem problem={save.trouble} />
        </div>
      )}
      <Status>{back && prompt?.pace === "DAILY" && <p>{words.say("faded.back")}</p>}</Status>
    </>
  );

  function reason({ pace, nextAt, unanswered }: DailyPrompt): string {
    if (pace === "RESTING" || !nextAt) return words.say("faded.resting");
    return words.say("faded.weekly", { unanswered, date: dates.moment(nextAt, settings.timeZone) });
  }
}

interface PlanChoiceProps {
  plan: Plan;
  busy: boolean;
  save: (wish: PlanInput) => void;
}

function PlanChoice({ plan, busy, save }: PlanChoiceProps) {
  const { words, dates } = useSession();
  const names = weekdayNames(document.documentElement.lang);
  const [rhythm, setRhythm] = useState(plan.rhythm);
  const [weekday, setWeekday] = useState(plan.weekday);
  useEffect(() => {
    setRhythm(plan.rhythm);
    setWeekday(plan.weekday);
  }, [plan.rhythm, plan.weekday]);
  const label = (value: PlanRhythm) =>
    words.say(`plan.${value}`, { weeks: plan.weeksFromInjection, every: plan.everyWeeks });
  return (
    <details class="more">
      <summary>
        <span class="choice-text">
          <span>{plan.title}</span>
          <span class="choice-hint">
            {label(plan.rhythm)}
            {plan.nextOn && ` ${words.say("plan.next", { day: dates.day(plan.nextOn) })}`}
          </span>
        </span>
      </summary>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save({ ...wishOf(plan), rhythm, weekday });
        }}
      >
        <OneOf
          legend={words.say("plan.legend")}
          choices={plan.rhythms.map((value) => ({ value, label: label(value) }))}
          value={rhythm}
          choose={setRhythm}
        />
        {rhythm !== "OFF" && rhythm !== "DAILY" && (
          <SelectField
            label={words.say("plan.weekday")}
            hint={words.say("plan.weekdayHint")}
            value={weekday}
            change={(day) => setWeekday(day as Weekday)}
          >
            {names.map(({ value, name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        <button type="submit" class="primary" disabled={busy}>
          {words.say("action.save")}
        </button>
      </form>
    </details>
  );
}

function wishOf({ instrumentId, rhythm, weekday, everyWeeks, weeksFromInjection }: Plan): PlanInput {
  return { instrumentId, rhythm, weekday, everyWeeks, weeksFromInjection };
}

/** The wish that lets what is usual hold again. */
function usual({ instrumentId }: Plan): PlanInput {
  return { instrumentId };
}
