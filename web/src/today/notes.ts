import type { NotesQuery } from "../generated/types.ts";
import { type NoteReceipt, rests, type WaitingNote } from "../queue/waiting.ts";

type Told = NotesQuery["notes"]["edges"][number]["node"];

/** How one note stands on this phone. */
export interface StandingNote {
  id: string;
  /** Undefined where it was deleted. */
  text: string | undefined;
  /** What it said before it was deleted, as far as this phone knows. */
  before: string | undefined;
  saidAt: string | undefined;
  waiting: WaitingNote | undefined;
  refused: WaitingNote | undefined;
}

/** The notes of one day, in the order of writing: what the service told and acknowledged, with what waits laid over. */
export function standingNotes(
  told: readonly Told[],
  acknowledged: readonly NoteReceipt[],
  waiting: readonly WaitingNote[],
): StandingNote[] {
  const known = new Map<string, StandingNote>();
  for (const one of [...told].sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1))) known.set(one.id, received(one));
  for (const one of acknowledged) {
    const other = told.find(({ id }) => id === one.id);
    if (other && other.revisions.length >= one.revisions.length) continue;
    const before = known.get(one.id);
    known.set(one.id, { ...received(one), before: before?.text ?? before?.before });
  }
  for (const one of waiting) {
    const stands = known.get(one.entry) ?? nothing(one.entry);
    if (one.refused || rests(one, waiting)) known.set(one.entry, { ...stands, text: one.text, refused: one });
    else known.set(one.entry, laidOver(stands, one));
  }
  return [...known.values()];
}

function laidOver(stands: StandingNote, one: WaitingNote): StandingNote {
  const text = one.act === "WITHDRAW_NOTE" ? undefined : one.text;
  return { ...stands, text, before: stands.text ?? stands.before, saidAt: one.clientAt, waiting: one };
}

function nothing(id: string): StandingNote {
  return { id, text: undefined, before: undefined, saidAt: undefined, waiting: undefined, refused: undefined };
}

function received(one: Told | NoteReceipt): StandingNote {
  const words = one.revisions.flatMap((each) => ("text" in each && each.text ? [each.text] : []));
  return { ...nothing(one.id), text: one.text ?? undefined, before: words.at(-1), saidAt: one.saidAt };
}
