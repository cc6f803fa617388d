/** A date while it is typed in: pure. */
import { partialDate } from "./dates.ts";

export interface DraftDate {
  year: string;
  month: string;
  day: string;
}

export const noDate: DraftDate = { year: "", month: "", day: "" };

export function draftDate(known: string | null | undefined): DraftDate {
  const [year = "", month = "", day = ""] = (known ?? "").split("-");
  return { year, month: month && String(Number(month)), day: day && String(Number(day)) };
}

export function knownDate({ year, month, day }: DraftDate): string | undefined {
  return partialDate(year.trim(), month, day.trim());
}
