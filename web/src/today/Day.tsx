import { useState } from "preact/hooks";
import { focusHeading } from "../parts/Page.tsx";
import { usePatient } from "../session.tsx";
import { CheckInForm } from "./CheckInForm.tsx";
import { Saved, TakenBack } from "./Saved.tsx";
import type { Answers } from "./standing.ts";
import type { Diary, Instrument } from "./useDiary.ts";
import { useDraft } from "./useDraft.ts";
import { useEntry } from "./useEntry.ts";

interface DayProps {
  diary: Diary;
  instrument: Instrument;
  about: string;
}

/** One day's check-in: asked, then shown as saved, with ways to change it and back. */
export function Day({ diary, instrument, about }: DayProps) {
  const { id: patient } = usePatient();
  const entry = useEntry(diary, instrument, about);
  const [changing, setChanging] = useState(false);
  const draft = useDraft(patient, instrument.id, about);
  if (!draft) return null;

  if (entry.takenBack && !entry.refused && !changing) {
    return <TakenBack entry={entry} answers={entry.takenBack} anew={() => setChanging(true)} />;
  }
  const key = { patient, instrumentId: instrument.id, about };
  if (!entry.answers && !entry.takenBack && !entry.refused) {
    return <CheckInForm instrument={instrument} draft={key} start={draft} save={saved} />;
  }
  const start = entry.answers ?? entry.takenBack ?? entry.refused?.answers ?? [];
  if (changing) {
    return <CheckInForm instrument={instrument} start={start} save={saved} cancel={() => setChanging(false)} />;
  }
  return <Saved instrument={instrument} entry={entry} answers={start} change={() => setChanging(true)} />;

  async function saved(answers: Answers): Promise<void> {
    await entry.save(answers);
    setChanging(false);
    requestAnimationFrame(focusHeading);
  }
}
