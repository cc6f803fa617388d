import { send, Trouble } from "../client.ts";
import {
  AmendCheckIn,
  AmendNote,
  RecordCheckIn,
  RecordNote,
  WithdrawCheckIn,
  WithdrawNote,
} from "../generated/operations.ts";
import type { ProblemCode } from "../generated/types.ts";
import type { Fate } from "./sender.ts";
import {
  isNote,
  type NoteReceipt,
  type Receipt,
  type Safety,
  type Waiting,
  type WaitingCheckIn,
  type WaitingNote,
} from "./waiting.ts";

type Attempt = Fate | "signed out";

const checkIns: Record<WaitingCheckIn["act"], (waiting: WaitingCheckIn) => Promise<Attempt>> = {
  RECORD: record,
  AMEND: amend,
  WITHDRAW: withdraw,
};
const notes: Record<WaitingNote["act"], (waiting: WaitingNote) => Promise<Attempt>> = {
  RECORD_NOTE: recordNote,
  AMEND_NOTE: amendNote,
  WITHDRAW_NOTE: withdrawNote,
};

/** Sends one thing that waits, under its own id; `signed out` where nobody, or somebody else, is signed in. */
export async function deliver(waiting: Waiting): Promise<Attempt> {
  try {
    return await (isNote(waiting) ? notes[waiting.act](waiting) : checkIns[waiting.act](waiting));
  } catch (fault) {
    if (!(fault instanceof Trouble) || fault.kind !== "refused") return "later";
    if (fault.code === "NOT_SIGNED_IN") return "signed out";
    // It does not fit the service as it is now: what waits behind it must not wait for ever.
    return fault.code === "BAD_USER_INPUT" ? { refused: { code: "INVALID_INPUT", message: fault.message } } : "later";
  }
}

async function record(waiting: WaitingCheckIn): Promise<Attempt> {
  const { id: entryId, instrumentId, about, timeZone, answers } = waiting;
  const input = { entryId, instrumentId, about, timeZone, answers: [...answers], ...said(waiting) };
  const { recordCheckIn: answer } = await send(RecordCheckIn, { input });
  return answer.__typename === "CheckInRecorded" ? { received: answer.checkIn } : problem(answer);
}

async function amend(waiting: WaitingCheckIn): Promise<Attempt> {
  const { entry: checkInId, id: amendmentId, answers } = waiting;
  const input = { checkInId, amendmentId, answers: [...answers], ...said(waiting) };
  const { amendCheckIn: answer } = await send(AmendCheckIn, { input });
  return answer.__typename === "CheckInAmended" ? corrected(answer) : problem(answer);
}

async function withdraw(waiting: WaitingCheckIn): Promise<Attempt> {
  const input = { checkInId: waiting.entry, withdrawalId: waiting.id, ...said(waiting) };
  const { withdrawCheckIn: answer } = await send(WithdrawCheckIn, { input });
  return answer.__typename === "CheckInWithdrawn" ? corrected(answer) : problem(answer);
}

async function recordNote(waiting: WaitingNote): Promise<Attempt> {
  const { id: noteId, about, timeZone, clientAt, text } = waiting;
  const { recordNote: answer } = await send(RecordNote, { input: { noteId, about, timeZone, clientAt, text } });
  return answer.__typename === "NoteRecorded" ? noted(answer) : unkept(answer);
}

async function amendNote(waiting: WaitingNote): Promise<Attempt> {
  const input = { noteId: waiting.entry, amendmentId: waiting.id, text: waiting.text, ...said(waiting) };
  const { amendNote: answer } = await send(AmendNote, { input });
  return answer.__typename === "NoteAmended" ? noted(answer) : unkept(answer);
}

async function withdrawNote(waiting: WaitingNote): Promise<Attempt> {
  const input = { noteId: waiting.entry, withdrawalId: waiting.id, ...said(waiting) };
  const { withdrawNote: answer } = await send(WithdrawNote, { input });
  return answer.__typename === "NoteWithdrawn" ? { noted: answer.note } : problem(answer);
}

function corrected({ checkIn, safety }: { checkIn: Receipt; safety: Safety | null }): Attempt {
  return safety ? { received: checkIn, safety } : { received: checkIn };
}

function noted({ note, safety }: { note: NoteReceipt; safety: Safety | null }): Attempt {
  return safety ? { noted: note, safety } : { noted: note };
}

/** Words of danger are answered also where the note cannot be kept. */
function unkept(answer: { code: ProblemCode; message: string; reply?: Safety }): Attempt {
  const fate = problem(answer);
  return typeof fate === "object" && "refused" in fate && answer.reply ? { ...fate, safety: answer.reply } : fate;
}

function said({ clientAt, buildsOn }: Waiting): { clientAt: string; buildsOn: string | null } {
  return { clientAt, buildsOn: buildsOn ?? null };
}

function problem({ code, message }: { code: ProblemCode; message: string }): Attempt {
  if (code === "NOT_SIGNED_IN") return "signed out";
  return code === "TOO_MANY_REQUESTS" ? "later" : { refused: { code, message } };
}
