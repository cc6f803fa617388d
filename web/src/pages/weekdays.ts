import type { Weekday } from "../generated/types.ts";

const IN_ORDER: readonly Weekday[] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
/** A Monday. */
const START = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

/** The days of the week as a language calls them, Monday first. */
export function weekdayNames(tag: string): { value: Weekday; name: string }[] {
  const format = new Intl.DateTimeFormat(tag, { weekday: "long", timeZone: "UTC" });
  return IN_ORDER.map((value, place) => ({ value, name: format.format(new Date(START + place * DAY_MS)) }));
}
