import { useMemo } from "preact/hooks";
import { SelectField, TextField } from "../parts/Field.tsx";
import { faultOf } from "../parts/Problem.tsx";
import { PromptTime } from "../parts/PromptTime.tsx";
import { useSession } from "../session.tsx";
import type { StepProps } from "./Enrol.tsx";
import { countries, timeZones } from "./places.ts";

export function PlaceStep({ draft, change, missing, problem }: StepProps) {
  const { words, me } = useSession();
  const names = useMemo(() => countries(words.language), [words.language]);
  const zones = useMemo(() => timeZones(draft.timeZone), [draft.timeZone]);
  const texts = me?.patient?.consents.some(({ purpose, state }) => purpose === "TEXTS" && state === "GRANTED") ?? false;
  return (
    <>
      <SelectField
        label={words.say("enrol.country")}
        fault={missing.includes("country") ? words.say("gap.choose") : faultOf(problem, "country")}
        value={draft.country}
        change={(country) => change({ country })}
        empty={words.say("action.choose")}
        autocomplete="country"
      >
        {names.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField
        label={words.say("enrol.postalCode")}
        hint={words.say("enrol.postalCodeHint")}
        fault={faultOf(problem, "postalCode")}
        value={draft.postalCode}
        change={(postalCode) => change({ postalCode })}
        autocomplete="postal-code"
        maxLength={16}
        class="short"
      />
      <SelectField
        label={words.say("settings.zone")}
        hint={words.say("enrol.zoneHint")}
        fault={missing.includes("timeZone") ? words.say("gap.choose") : faultOf(problem, "timeZone")}
        value={draft.timeZone}
        change={(timeZone) => change({ timeZone })}
        empty={words.say("action.choose")}
      >
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
      </SelectField>
      {texts && (
        <PromptTime
          time={draft.promptTime}
          off={draft.noPrompt}
          change={(promptTime, noPrompt) => change({ promptTime, noPrompt })}
          fault={missing.includes("promptTime") ? words.say("gap.prompt") : faultOf(problem, "promptTime")}
        />
      )}
    </>
  );
}
