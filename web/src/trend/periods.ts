/** Weeks and months as places on an axis: pure, no clock. A period without ratings keeps its place. */
import { addDays, daysBetween } from "../dates.ts";

export type By = "WEEK" | "MONTH";

export interface Period {
  from: string;
  to: string;
}

/** Every week (from Monday) or month that has a day between two days, oldest first. */
export function periods(by: By, from: string, to: string): Period[] {
  const found: Period[] = [];
  let first = beginning(by, from);
  while (first <= to) {
    const next = by === "WEEK" ? addDays(first, 7) : nextMonth(first);
    found.push({ from: first, to: addDays(next, -1) });
    first = next;
  }
  return found;
}

function beginning(by: By, day: string): string {
  if (by === "MONTH") return `${day.slice(0, 7)}-01`;
  const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(day, -sinceMonday);
}

function nextMonth(first: string): string {
  return `${addDays(first, 31).slice(0, 7)}-01`;
}

/** The place of the period that holds a day, or undefined where none does. */
export function placeOf(all: readonly Period[], day: string): number | undefined {
  const place = all.findIndex(({ from, to }) => daysBetween(from, day) >= 0 && daysBetween(day, to) >= 0);
  return place < 0 ? undefined : place;
}
