/** Calendar days are "YYYY-MM-DD" strings, as in the contract; nothing here reads a clock. */
const DAY_MS = 86_400_000;
const CLOSING_HOUR = 3;

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The `count` days that end on `last`, oldest first. */
export function daysUpTo(last: string, count: number): string[] {
  return Array.from({ length: count }, (_, place) => addDays(last, place - count + 1));
}

/** The local day that is open at `now`: a day ends at 03:00 next morning. */
export function openDay(now: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  const hour = Number(
    new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" }).format(now),
  );
  const day = parts.format(now);
  return hour < CLOSING_HOUR ? addDays(day, -1) : day;
}

/** Joins what is known into "YYYY", "YYYY-MM" or "YYYY-MM-DD"; undefined without a year of four digits. */
export function partialDate(year: string, month = "", day = ""): string | undefined {
  if (!/^\d{4}$/.test(year)) return undefined;
  if (!month) return year;
  const known = `${year}-${month.padStart(2, "0")}`;
  return day ? `${known}-${day.padStart(2, "0")}` : known;
}

export interface Dates {
  /** "22 November", "November 2026" or "2026", as far as it is known. */
  partial(value: string): string;
  /** "Sunday 22 November". */
  day(value: string): string;
  /** "Sun 22 Nov". */
  brief(value: string): string;
  /** "Sun". */
  weekday(value: string): string;
  /** "22 Nov". */
  short(value: string): string;
  /** "Nov 26". */
  monthShort(value: string): string;
  /** "22 November 2026, 14:02" in the zone given, else in that of the phone. */
  moment(value: string, zone?: string): string;
  time(value: string, zone?: string): string;
  /** "7:00 PM" or "19:00", from "19:00". */
  hour(value: string): string;
  monthNames: readonly string[];
}

export function dates(tag: string): Dates {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, options);
  const utc = (value: string) =>
    new Date(`${value}${value.length === 4 ? "-01-01" : value.length === 7 ? "-01" : ""}T00:00:00Z`);
  const partials: Record<number, Intl.DateTimeFormat> = {
    7: format({ month: "long", year: "numeric", timeZone: "UTC" }),
    10: format({ day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }),
  };
  const month = format({ month: "long", timeZone: "UTC" });
  return {
    partial: (value) => partials[value.length]?.format(utc(value)) ?? value,
    day: (value) => format({ weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format(utc(value)),
    brief: (value) => format({ weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(utc(value)),
    weekday: (value) => format({ weekday: "short", timeZone: "UTC" }).format(utc(value)),
    short: (value) => format({ day: "numeric", month: "short", timeZone: "UTC" }).format(utc(value)),
    monthShort: (value) => format({ month: "short", year: "2-digit", timeZone: "UTC" }).format(utc(value)),
    moment: (value, zone) =>
      format({ dateStyle: "long", timeStyle: "short", ...(zone ? { timeZone: zone } : {}) }).format(new Date(value)),
    time: (value, zone) => format({ timeStyle: "short", ...(zone ? { timeZone: zone } : {}) }).format(new Date(value)),
    hour: (value) => format({ timeStyle: "short", timeZone: "UTC" }).format(new Date(`2026-01-01T${value}:00Z`)),
    monthNames: Array.from({ length: 12 }, (_, index) => month.format(new Date(Date.UTC(2026, index, 1)))),
  };
}
