import { useEffect } from "preact/hooks";
import { useQuery } from "../asking.ts";
import type { Trouble } from "../client.ts";
import { openDay } from "../dates.ts";
import { DiaryDays, Instruments } from "../generated/operations.ts";
import type { DiaryDaysQuery, InstrumentsQuery } from "../generated/types.ts";
import { type Queue, useQueue } from "../queue/useQueue.ts";
import { isNote } from "../queue/waiting.ts";
import { usePatient, useSession } from "../session.tsx";
import { newest, type Standing, standing } from "./standing.ts";

export type Instrument = InstrumentsQuery["instruments"][number];
export const DAILY = "daily";

export interface Diary {
  /** The day that is open now. */
  today: string;
  instruments: readonly Instrument[];
  /** What is asked now, answered or not. */
  due: DiaryDaysQuery["due"];
  queue: Queue;
  /** How one questionnaire of one day stands. */
  standingOn: (date: string, instrumentId?: string) => Standing;
}

interface Asked {
  diary: Diary | undefined;
  trouble: Trouble | undefined;
  retry: () => void;
}

/** The last weeks of the diary, also without a signal: what the service told last, and what this phone did since. */
export function useDiary(): Asked {
  const { words } = useSession();
  const { settings } = usePatient();
  const queue = useQueue();
  const instruments = useQuery(Instruments, { language: words.language }, { keep: true });
  const record = useQuery(DiaryDays, {}, { keep: true });
  const asked = record.data?.me.patient?.today.date;
  useNewDay(asked, record.reload);
  useReceipts(queue?.received, record.reload);

  const trouble = record.trouble ?? instruments.trouble;
  const retry = () => {
    record.reload();
    instruments.reload();
  };
  if (trouble || !asked || !instruments.data || !queue) return { diary: undefined, trouble, retry };
  // Without a signal, the service's word for today may be from an earlier day.
  const now = record.stale ? openDay(new Date(), settings.timeZone) : asked;
  const told = record.data?.checkIns.edges.map(({ node }) => node) ?? [];
  const standingOn = (date: string, instrumentId = DAILY) => {
    const isIt = (one: { about: string; instrumentId: string }) =>
      one.about === date && one.instrumentId === instrumentId;
    const waiting = queue.waiting.flatMap((one) => (isNote(one) || !isIt(one) ? [] : [one]));
    return standing(newest([...told, ...queue.receipts].filter(isIt)), waiting);
  };
  const diary = {
    today: now > asked ? now : asked,
    instruments: instruments.data.instruments,
    due: record.data?.due ?? [],
    queue,
    standingOn,
  };
  return { diary, trouble, retry };
}

/** Asks again after an entry was acknowledged: what was said elsewhere meanwhile is in it too. */
function useReceipts(received: number | undefined, reload: () => void): void {
  useEffect(() => {
    if (received) reload();
  }, [received, reload]);
}

/** Asks again when the app comes back to the front on another day. */
function useNewDay(date: string | undefined, reload: () => void): void {
  const { settings } = usePatient();
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible" && date && openDay(new Date(), settings.timeZone) !== date) reload();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [date, reload, settings.timeZone]);
}
