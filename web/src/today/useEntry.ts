import { useState } from "preact/hooks";
import { dropDraft } from "../queue/drafts.ts";
import { usePatient } from "../session.tsx";
import { type Answers, type Standing, steps } from "./standing.ts";
import type { Diary, Instrument } from "./useDiary.ts";

interface OneEntry extends Standing {
  /** Comes back when this phone holds it; raises where it cannot. */
  save: (answers: Answers) => Promise<void>;
  /** Sets it back as it stood before the last save; undefined where there is nothing to undo. */
  undo: (() => Promise<void>) | undefined;
}

/** One questionnaire of one day: how it stands, and how it is changed. */
export function useEntry(diary: Diary, instrument: Instrument, about: string): OneEntry {
  const patient = usePatient();
  const { queue } = diary;
  const stands = diary.standingOn(about, instrument.id);
  const [before, setBefore] = useState<Answers>();

  const say = async (wish: Answers) => {
    const clientAt = new Date().toISOString();
    let { entry } = stands;
    const waiting = steps(stands, wish).map((step) => {
      const id = crypto.randomUUID();
      entry ??= id;
      const what = { instrumentId: instrument.id, about, timeZone: patient.settings.timeZone };
      return { id, patient: patient.id, entry, ...what, clientAt, ...step };
    });
    await queue.save(...waiting);
    if (stands.refused) queue.discard(stands.refused);
    void dropDraft({ patient: patient.id, instrumentId: instrument.id, about });
  };
  return {
    ...stands,
    save: async (answers) => {
      await say(answers);
      setBefore(stands.answers);
    },
    undo: before && (() => say(before).then(() => setBefore(undefined))),
  };
}
