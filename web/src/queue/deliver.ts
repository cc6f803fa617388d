import { send, Trouble } from "../client.ts";
import { AmendCheckIn, RecordCheckIn, WithdrawCheckIn } from "../generated/operations.ts";
import type { ProblemCode } from "../generated/types.ts";
import type { Fate } from "./sender.ts";
import type { Waiting } from "./waiting.ts";

type Attempt = Fate | "signed out";

const acts: Record<Waiting["act"], (waiting: Waiting) => Promise<Attempt>> = {
  RECORD: record,
  AMEND: amend,
  WITHDRAW: withdraw,
};

/** Sends one thing that waits, under its own id; `signed out` where nobody, or somebody else, is signed in. */
export async function deliver(waiting: Waiting): Promise<Attempt> {
  try {
    return await acts[waiting.act](waiting);
  } catch (fault) {
    if (!(fault instanceof Trouble) || fault.kind !== "refused") return "later";
    if (fault.code === "NOT_SIGNED_IN") return "signed out";
    // It does not fit the service as it is now: what waits behind it must not wait for ever.
    return fault.code === "BAD_USER_INPUT" ? { refused: { code: "INVALID_INPUT", message: fault.message } } : "later";
  }
}

async function record(waiting: Waiting): Promise<Attempt> {
  const { id: entryId, instrumentId, about, timeZone, answers } = waiting;
  const input = { entryId, instrumentId, about, timeZone, answers: [...answers], ...said(waiting) };
  const { recordCheckIn: answer } = await send(RecordCheckIn, { input });
  return answer.__typename === "CheckInRecorded" ? { received: answer.checkIn } : problem(answer);
}

async function amend(waiting: Waiting): Promise<Attempt> {
  const { entry: checkInId, id: amendmentId, answers } = waiting;
  const input = { checkInId, amendmentId, answers: [...answers], ...said(waiting) };
  const { amendCheckIn: answer } = await send(AmendCheckIn, { input });
  return answer.__typename === "CheckInAmended" ? { received: answer.checkIn } : problem(answer);
}

async function withdraw(waiting: Waiting): Promise<Attempt> {
  const input = { checkInId: waiting.entry, withdrawalId: waiting.id, ...said(waiting) };
  const { withdrawCheckIn: answer } = await send(WithdrawCheckIn, { input });
  return answer.__typename === "CheckInWithdrawn" ? { received: answer.checkIn } : problem(answer);
}

function said({ clientAt, buildsOn }: Waiting): { clientAt: string; buildsOn: string | null } {
  return { clientAt, buildsOn: buildsOn ?? null };
}

function problem({ code, message }: { code: ProblemCode; message: string }): Attempt {
  if (code === "NOT_SIGNED_IN") return "signed out";
  return code === "TOO_MANY_REQUESTS" ? "later" : { refused: { code, message } };
}
