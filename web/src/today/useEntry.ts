import { useState } from "preact/hooks";
import { dropDraft } from "../queue/drafts.ts";
import type { WaitingCheckIn } from "../queue/waiting.ts";
import { usePatient } from "../session.tsx";
import { type Answers, laidOver, type Standing, steps } from "./standing.ts";
import type { Diary, Instrument } from "./useDiary.ts";

export interface OneEntry extends Standing {
  /** Comes back when this phone holds it; raises where it cannot. */
  save: (answers: Answers) => Promise<void>;
  /** Takes the entry back. */
  withdraw: () => Promise<void>;
  /** Sets it back as it stood before the last tap on Save; undefined where there is nothing to undo. */
  undo: (() => Promise<void>) | undefined;
}

/** One questionnaire of one day: how it stands, and how it is changed. */
export function useEntry(diary: Diary, instrument: Instrument, about: string): OneEntry {
  const patient = usePatient();
  const { queue } = diary;
  const stands = diary.standingOn(about, instrument.id);
  const [before, setBefore] = useState<{ answers: Answers | undefined }>();

  const say = async (wish: Answers | undefined) => {
    let { entry, saidAt } = stands;
    const now = Date.now();
    const waiting = steps(stands, wish).map((step, place): WaitingCheckIn => {
      const id = crypto.randomUUID();
      entry ??= id;
      const what = { instrumentId: instrument.id, about, timeZone: patient.settings.timeZone };
      const clientAt = new Date(now + place).toISOString();
      const on = saidAt ? { buildsOn: saidAt } : {};
      saidAt = clientAt;
      return { id, patient: patient.id, entry, ...what, clientAt, ...on, ...step };
    });
    await queue.save(...waiting);
    if (stands.refused) queue.discard(stands.refused);
    void dropDraft({ patient: patient.id, instrumentId: instrument.id, about });
  };
  return {
    ...stands,
    save: async (answers) => {
      await say(laidOver(stands.answers ?? [], answers));
      setBefore({ answers: stands.answers });
    },
    withdraw: () => say(undefined).then(() => setBefore(undefined)),
    undo: before && (() => say(before.answers).then(() => setBefore(undefined))),
  };
}
