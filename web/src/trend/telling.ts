/** What cycles say in plain words: pure, no dates of its own. */
import type { MyCyclesQuery } from "../generated/types.ts";
import type { Key, Words } from "../words.ts";

export type CyclesShown = MyCyclesQuery["myCycles"];
export type Cycle = CyclesShown["cycles"][number];
export type Mark = Cycle["benefit"];
type Typical = CyclesShown["typical"]["benefit"];

export interface Change {
  before: number;
  after: number;
  notable: boolean;
}

export const MARKS = ["benefit", "peak", "wearingOff"] as const;
export type MarkName = (typeof MARKS)[number];

/** Better or worse, or undefined where the change is too small or rests on too few days. */
export function turn(change: Change | null | undefined): "better" | "worse" | undefined {
  if (!change?.notable) return undefined;
  return change.after < change.before ? "better" : "worse";
}

/** What is typical of the last cycles, as one sentence; undefined where two cycles do not share a mark yet. */
export function typicalSentence(typical: CyclesShown["typical"], words: Words): string | undefined {
  const known = MARKS.flatMap((name) => {
    const found = typical[name];
    return found ? [{ name, found }] : [];
  });
  if (known.length === 0) return undefined;
  const cycles = Math.max(...known.map(({ found }) => found.cycles));
  return words.count("cycles.typical", cycles, {
    parts: words.list(known.map(({ name, found }) => words.say(`cycles.typical.${name}`, { week: found.week }))),
  });
}

/** From which week to which one a mark has come, where that differs. */
export function spread(typical: CyclesShown["typical"], words: Words): string | undefined {
  const parts = MARKS.flatMap((name) => {
    const found: Typical = typical[name];
    return found && found.earliest !== found.latest
      ? [words.say(`cycles.spread.${name}`, { earliest: found.earliest, latest: found.latest })]
      : [];
  });
  return parts.length > 0 ? words.say("cycles.spread", { parts: words.list(parts) }) : undefined;
}

/** A mark in words: its week and what it rests on, or why there is none. */
export function markWords(mark: Mark, words: Words, day: (value: string) => string): string {
  if (mark.week !== null && mark.on !== null) {
    const key: Key = mark.source === "STATED" ? "cycles.markStated" : "cycles.mark";
    return words.say(key, { week: mark.week, day: day(mark.on) });
  }
  return words.say(`cycles.missing.${mark.missing ?? "TOO_FEW_DAYS"}`);
}
