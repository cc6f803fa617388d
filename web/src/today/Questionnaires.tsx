import { useEffect, useState } from "preact/hooks";
import { Icon } from "../parts/Icon.tsx";
import { draftOf } from "../queue/drafts.ts";
import { usePatient, useSession } from "../session.tsx";
import { DAILY, type Diary, type Instrument } from "./useDiary.ts";

const SECONDS_PER_ITEM = 8;

/** What else is asked these days: calm cards, each done in a few minutes, none of them needed. */
export function Questionnaires({ diary }: { diary: Diary }) {
  const { words } = useSession();
  const asked = diary.due.flatMap(({ instrumentId, about }) => {
    const instrument = diary.instruments.find(({ id }) => id === instrumentId);
    return instrument && instrumentId !== DAILY ? [{ instrument, about }] : [];
  });
  if (asked.length === 0) return null;
  return (
    <section aria-labelledby="questionnaires">
      <h2 id="questionnaires">{words.say("questions.title")}</h2>
      <ul class="asks">
        {asked.map(({ instrument, about }) => (
          <li key={instrument.id}>
            <Card diary={diary} instrument={instrument} about={about} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Card({ diary, instrument, about }: { diary: Diary; instrument: Instrument; about: string }) {
  const { words } = useSession();
  const { answers, waiting } = diary.standingOn(about, instrument.id);
  const begun = useBegun(instrument.id, about);
  const total = instrument.items.length;
  const minutes = Math.max(1, Math.round((total * SECONDS_PER_ITEM) / 60));
  const length = words.count("questions.minutes", minutes);
  return (
    <a class="ask" href={`/questions/${instrument.id}`}>
      <strong>{instrument.title}</strong>
      <span class="hint">
        {waiting
          ? words.say("today.savedHere")
          : answers
            ? words.say("questions.answered")
            : begun > 0
              ? words.say("questions.begun", { done: begun, total })
              : length}
      </span>
      {(answers || waiting) && <Icon name={waiting ? "phone" : "check"} />}
    </a>
  );
}

/** How many questions somebody answered before they left. */
function useBegun(instrumentId: string, about: string): number {
  const { id: patient } = usePatient();
  const [begun, setBegun] = useState(0);
  useEffect(() => {
    let current = true;
    void draftOf({ patient, instrumentId, about }).then(({ length }) => current && setBegun(length));
    return () => {
      current = false;
    };
  }, [patient, instrumentId, about]);
  return begun;
}
