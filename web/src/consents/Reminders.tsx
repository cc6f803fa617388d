import { useSession } from "../session.tsx";
import type { Key } from "../words.ts";

interface Reminder {
  text: string;
  link: Key;
  href: string;
  /** Pages that say the same themselves. */
  saidOn?: RegExp;
}

/** What a patient must know on every page: a text that waits for an answer, and that something is ended or paused. */
export function Reminders({ path }: { path: string }) {
  const { words } = useSession();
  const found = useReminders().filter(({ href, saidOn }) => href !== path && !saidOn?.test(path));
  if (found.length === 0) return null;
  return (
    <aside aria-label={words.say("reminder.label")}>
      {found.map(({ text, link, href }) => (
        <p key={href} class="bulletin">
          {text} <a href={href}>{words.say(link)}</a>
        </p>
      ))}
    </aside>
  );
}

const LEFT = /^\/(today|trials|t\/.*)$/;

function useReminders(): Reminder[] {
  const { words, dates, me } = useSession();
  const patient = me?.patient;
  if (!patient) return [];
  const { contact, dataUse, pausedUntil } = patient.participation;
  const changed = patient.consents.filter(({ asksAgain }) => asksAgain);
  const [first] = changed;
  const reminders: Reminder[] = [];
  if (first) {
    const href = changed.length === 1 ? `/consent/${first.purpose.toLowerCase()}` : "/consents";
    reminders.push({ text: words.count("reminder.changed", changed.length), link: "consent.readChanged", href });
  }
  if (patient.erasure) {
    const date = dates.moment(patient.erasure.erasesAt, patient.settings.timeZone);
    reminders.push({ text: words.say("erase.on", { date }), link: "erase.undo", href: "/erase" });
  } else if (dataUse === "NONE") {
    reminders.push({ text: words.say("reminder.noUse"), link: "leave.change", href: "/leave", saidOn: LEFT });
  } else if (contact === "NONE") {
    reminders.push({ text: words.say("reminder.noContact"), link: "leave.change", href: "/leave" });
  } else if (pausedUntil) {
    const date = dates.moment(pausedUntil, patient.settings.timeZone);
    reminders.push({ text: words.say("pause.until", { date }), link: "leave.change", href: "/pause" });
  }
  return reminders;
}
