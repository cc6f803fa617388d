import { Page } from "../parts/Page.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Skeleton } from "../parts/Waiting.tsx";
import { spaced } from "../phones.ts";
import { usePatient, useSession } from "../session.tsx";
import { Day } from "./Day.tsx";
import { Notes } from "./Notes.tsx";
import { Questionnaires } from "./Questionnaires.tsx";
import { TwoWeeks } from "./TwoWeeks.tsx";
import { DAILY, useDiary } from "./useDiary.ts";

/** Today's check-in, and below it the days before. */
export function Today() {
  const { words, dates } = useSession();
  const { diary, trouble, retry } = useDiary();
  const daily = diary?.instruments.find(({ id }) => id === DAILY);
  return (
    <Page title={words.say("today.title")} lead={diary && dates.brief(diary.today)} tight>
      <Notices />
      {trouble && <Problem problem={trouble} retry={retry} />}
      {!trouble && !(diary && daily) && <Skeleton lines={6} />}
      {diary && daily && (
        <>
          <Day key={diary.today} about={diary.today} instrument={daily} diary={diary} />
          <Questionnaires diary={diary} />
          <Notes key={`notes-${diary.today}`} diary={diary} about={diary.today} />
          <TwoWeeks diary={diary} />
          <p>
            <a class="way" href="/trend">
              {words.say("today.toTrend")}
            </a>
          </p>
        </>
      )}
    </Page>
  );
}

function Notices() {
  const { words, me } = useSession();
  const patient = usePatient();
  if (!patient.textsStopped) return null;
  return <p class="note">{words.say("texts.stopped", { number: spaced(me?.textsFrom ?? "") })}</p>;
}
