import { addDays, openDay } from "../dates.ts";
import { Icon } from "../parts/Icon.tsx";
import { usePatient, useSession } from "../session.tsx";
import { type ShownDay, shownDays } from "./days.ts";
import type { Diary } from "./useDiary.ts";

/** The last two weeks as small squares that lead to their days; what is not filled in blames nobody. */
export function TwoWeeks({ diary, here = diary.today }: { diary: Diary; here?: string }) {
  const { words } = useSession();
  const { enrolment, settings } = usePatient();
  const joined = enrolment ? openDay(new Date(enrolment.enrolledAt), settings.timeZone) : diary.today;
  const days = shownDays(diary.today, joined, diary.standingOn);
  const yesterday = days.at(-2);
  return (
    <section class="two-weeks" aria-labelledby="two-weeks">
      <h2 id="two-weeks">{words.say("days.title")}</h2>
      {yesterday?.state === "none" && here === diary.today && <p>{words.say("days.yesterdayOpen")}</p>}
      <ol class="days">
        {days.map((day) => (
          <li key={day.date}>
            <OneDay day={day} today={diary.today} here={here} />
          </li>
        ))}
      </ol>
      <p class="hint">{words.say("days.legend")}</p>
    </section>
  );
}

const icons = { answered: "check", waiting: "phone", refused: "problem" } as const;

function OneDay({ day: { date, state }, today, here }: { day: ShownDay; today: string; here: string }) {
  const { words, dates } = useSession();
  const called = date === today ? "days.today" : date === addDays(today, -1) ? "days.yesterday" : undefined;
  return (
    <a
      class={`days-day days-${state}`}
      href={date === today ? "/today" : `/days/${date}`}
      aria-current={date === here ? "date" : undefined}
    >
      <span class="days-weekday">{dates.weekday(date)}</span> <span class="days-number">{Number(date.slice(8))}</span>
      <span class="days-mark">{state in icons && <Icon name={icons[state as keyof typeof icons]} />}</span>
      <span class="visually-hidden">
        {called && `${words.say(called)}, `}
        {words.say(`days.${state}`)}
      </span>
    </a>
  );
}
