import { addDays } from "../dates.ts";
import { Missing } from "../pages/Missing.tsx";
import { Page } from "../parts/Page.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Skeleton } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { Day } from "./Day.tsx";
import { isShown } from "./days.ts";
import { Notes } from "./Notes.tsx";
import { TwoWeeks } from "./TwoWeeks.tsx";
import { DAILY, type Diary, useDiary } from "./useDiary.ts";

/** A day before today, filled in or corrected from memory. */
export function PastDay({ date }: { date: string }) {
  const { words } = useSession();
  const { diary, trouble, retry } = useDiary();
  if (diary && (date >= diary.today || !isShown(date, diary.today))) return <Missing />;
  const isYesterday = diary && date === addDays(diary.today, -1);
  const title = isYesterday ? "pastDay.yesterday" : "pastDay.title";
  return diary ? (
    <Recalled key={date} date={date} diary={diary} title={words.say(title)} isYesterday={Boolean(isYesterday)} />
  ) : (
    <Page title={words.say("pastDay.title")}>
      {trouble ? <Problem problem={trouble} retry={retry} /> : <Skeleton lines={6} />}
    </Page>
  );
}

interface RecalledProps {
  date: string;
  diary: Diary;
  title: string;
  isYesterday: boolean;
}

function Recalled({ date, diary, title, isYesterday }: RecalledProps) {
  const { words, dates } = useSession();
  const daily = diary.instruments.find(({ id }) => id === DAILY);
  const { answers } = diary.standingOn(date);
  return (
    <Page title={title} lead={dates.brief(date)} tight>
      {!answers && <p class="note">{words.say(isYesterday ? "pastDay.recalled" : "pastDay.retrospective")}</p>}
      {daily && <Day about={date} instrument={daily} diary={diary} />}
      <Notes diary={diary} about={date} />
      <TwoWeeks diary={diary} here={date} />
      <p>
        <a class="way" href="/today">
          {words.say("pastDay.toToday")}
        </a>
      </p>
    </Page>
  );
}
