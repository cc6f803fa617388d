import type { DraftDate } from "../dateParts.ts";
import { useSession } from "../session.tsx";
import { SelectField, TextField } from "./Field.tsx";

interface DatePartsProps {
  legend: string;
  hint?: string | undefined;
  fault?: string | undefined;
  value: DraftDate;
  change: (value: DraftDate) => void;
  /** How fine a date may be given. */
  upTo: "month" | "day";
  autocomplete?: boolean;
}

/** A date as far as the person knows it: a year, with a month and a day where they are known. */
export function DateParts({ legend, hint, fault, value, change, upTo, autocomplete }: DatePartsProps) {
  const { words, dates } = useSession();
  return (
    <fieldset class="date-parts">
      <legend>{legend}</legend>
      {hint && <p class="hint">{hint}</p>}
      <div class="date-row">
        {upTo === "day" && (
          <TextField
            label={words.say("date.day")}
            value={value.day}
            change={(day) => change({ ...value, day })}
            inputmode="numeric"
            maxLength={2}
            class="narrow"
          />
        )}
        <SelectField
          label={words.say("date.month")}
          value={value.month}
          change={(month) => change({ ...value, month })}
          empty={words.say("date.any")}
          {...(autocomplete ? { autocomplete: "bday-month" } : {})}
        >
          {dates.monthNames.map((name, index) => (
            <option key={name} value={String(index + 1)}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField
          label={words.say("date.year")}
          value={value.year}
          change={(year) => change({ ...value, year })}
          inputmode="numeric"
          maxLength={4}
          class="narrow"
          autocomplete={autocomplete ? "bday-year" : "off"}
        />
      </div>
      <p class="fault" role="alert">
        {fault}
      </p>
    </fieldset>
  );
}
