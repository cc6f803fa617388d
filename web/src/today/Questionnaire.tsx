import { useState } from "preact/hooks";
import { Missing } from "../pages/Missing.tsx";
import { focusHeading, Page } from "../parts/Page.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Skeleton } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import { Saved, TakenBack } from "./Saved.tsx";
import { Scores } from "./Scores.tsx";
import { Steps } from "./Steps.tsx";
import type { Answers } from "./standing.ts";
import { DAILY, type Diary, type Instrument, useDiary } from "./useDiary.ts";
import { useDraft } from "./useDraft.ts";
import { useEntry } from "./useEntry.ts";

/** One questionnaire besides the daily ratings, about the day on which it is answered. */
export function Questionnaire({ id }: { id: string }) {
  const { words } = useSession();
  const { diary, trouble, retry } = useDiary();
  const instrument = diary?.instruments.find((one) => one.id === id && one.id !== DAILY);
  if (diary && !instrument) return <Missing />;
  return diary && instrument ? (
    <Asked diary={diary} instrument={instrument} />
  ) : (
    <Page title={words.say("questions.title")}>
      {trouble ? <Problem problem={trouble} retry={retry} /> : <Skeleton lines={4} />}
    </Page>
  );
}

function Asked({ diary, instrument }: { diary: Diary; instrument: Instrument }) {
  const { words } = useSession();
  const { id: patient } = usePatient();
  const about = diary.due.find(({ instrumentId }) => instrumentId === instrument.id)?.about ?? diary.today;
  const entry = useEntry(diary, instrument, about);
  const draft = useDraft(patient, instrument.id, about);
  const [changing, setChanging] = useState(false);
  const start = entry.answers ?? entry.takenBack ?? entry.refused?.answers;
  const save = async (answers: Answers) => {
    await entry.save(answers);
    setChanging(false);
    requestAnimationFrame(focusHeading);
  };
  const asks = changing || !start;
  return (
    <Page title={instrument.title} lead={asks ? instrument.recallWindow : undefined}>
      {asks && draft && (
        <Steps
          instrument={instrument}
          draft={{ patient, instrumentId: instrument.id, about }}
          start={changing && start ? start : draft}
          review={changing}
          save={save}
        />
      )}
      {!asks && entry.takenBack && !entry.answers && (
        <TakenBack entry={entry} answers={entry.takenBack} anew={() => setChanging(true)} />
      )}
      {!asks && start && !(entry.takenBack && !entry.answers) && (
        <Saved instrument={instrument} entry={entry} answers={start} change={() => setChanging(true)} />
      )}
      {!asks && <Scores instrument={instrument} entry={entry} />}
      <p>
        <a class="way" href="/today">
          {words.say(asks ? "questions.later" : "pastDay.toToday")}
        </a>
      </p>
    </Page>
  );
}
