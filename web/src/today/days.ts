import { daysUpTo } from "../dates.ts";
import type { Standing } from "./standing.ts";

export const SHOWN_DAYS = 14;

export type DayState = "answered" | "waiting" | "refused" | "none" | "before";

export interface ShownDay {
  date: string;
  state: DayState;
}

/** The last two weeks, oldest first; days before somebody joined are nobody's omission. */
export function shownDays(today: string, joined: string, standingOn: (date: string) => Standing): ShownDay[] {
  return daysUpTo(today, SHOWN_DAYS).map((date) => ({ date, state: stateOf(date, joined, standingOn(date)) }));
}

function stateOf(date: string, joined: string, { answers, waiting, refused }: Standing): DayState {
  if (refused) return "refused";
  if (waiting) return "waiting";
  if (answers) return "answered";
  return date < joined ? "before" : "none";
}

/** Whether this day may be filled in from the list: it was, and not too long ago. */
export function isShown(date: string, today: string): boolean {
  return daysUpTo(today, SHOWN_DAYS).includes(date);
}
