/** Cycles laid over each other by week since the injection: pure geometry. */
import { type Frame, xOf, yOf } from "./plot.ts";

export interface Week {
  week: number;
  median: number;
}

export interface Dot {
  x: number;
  y: number;
}

const DAYS_IN_WEEK = 7;
const FEWEST_WEEKS = 12;
const MOST_WEEKS = 26;

/** How many weeks the axis has: enough for the longest cycle, 12 at least and 26 at most. */
export function weeksShown(cycles: readonly (readonly Week[])[]): number {
  const longest = Math.max(FEWEST_WEEKS, ...cycles.flat().map(({ week }) => week));
  return Math.min(MOST_WEEKS, longest);
}

/** Lines through weeks that follow each other; a week without ratings leaves a gap, a lone week a point of its own. */
export function weekLines(weeks: readonly Week[], frame: Frame): { path: string; lone: boolean }[] {
  const runs: Week[][] = [];
  for (const each of weeks.filter(({ week }) => week <= frame.days)) {
    const run = runs.at(-1);
    if (run?.at(-1)?.week === each.week - 1) run.push(each);
    else runs.push([each]);
  }
  return runs.map((run) => ({
    lone: run.length === 1,
    path: run
      .map(({ week, median }, index) => `${index ? "L" : "M"}${xOf(week - 1, frame)} ${yOf(median, frame)}`)
      .concat(run.length === 1 ? ["h0.1"] : [])
      .join(""),
  }));
}

/** Where a mark sits: at its day across, and at the height of the line there; undefined off the axis. */
export function markDot(day: number, weeks: readonly Week[], frame: Frame): Dot | undefined {
  const place = Math.max(0, (day - DAYS_IN_WEEK / 2) / DAYS_IN_WEEK);
  if (place > frame.days - 1 || weeks.length === 0) return undefined;
  return { x: xOf(place, frame), y: yOf(levelAt(place + 1, weeks), frame) };
}

function levelAt(week: number, weeks: readonly Week[]): number {
  const before = [...weeks].reverse().find((each) => each.week <= week);
  const after = weeks.find((each) => each.week >= week);
  if (!before) return after?.median ?? 0;
  if (!after || after.week === before.week) return before.median;
  const share = (week - before.week) / (after.week - before.week);
  return before.median + share * (after.median - before.median);
}
