import { useSession } from "../session.tsx";
import { TextField } from "./Field.tsx";

const SUGGESTED = ["09:00", "13:00", "19:00"];

interface PromptTimeProps {
  time: string;
  off: boolean;
  change: (time: string, off: boolean) => void;
  fault?: string | undefined;
}

/** When the daily text comes: one tap on a usual hour, any other time, or never. */
export function PromptTime({ time, off, change, fault }: PromptTimeProps) {
  const { words, dates } = useSession();
  return (
    <fieldset class="choices prompt-time">
      <legend>{words.say("prompt.legend")}</legend>
      <p class="hint">{words.say("prompt.hint")}</p>
      <div class="choice-row">
        {SUGGESTED.map((hour) => (
          <button key={hour} type="button" aria-pressed={!off && time === hour} onClick={() => change(hour, false)}>
            {dates.hour(hour)}
          </button>
        ))}
      </div>
      <TextField
        label={words.say("prompt.time")}
        type="time"
        value={off ? "" : time}
        change={(wish) => change(wish, false)}
        fault={fault}
        class="short"
      />
      <label class="choice">
        <input type="checkbox" checked={off} onChange={() => change(off ? time : "", !off)} />
        <span class="choice-text">{words.say("prompt.off")}</span>
      </label>
    </fieldset>
  );
}
