import { send, Trouble } from "../client.ts";
import { AmendCheckIn, RecordCheckIn } from "../generated/operations.ts";
import type { ProblemCode } from "../generated/types.ts";
import type { Fate } from "./sender.ts";
import type { Waiting } from "./waiting.ts";

type Attempt = Fate | "signed out";

/** Sends one thing that waits, under its own id; `signed out` where nobody, or somebody else, is signed in. */
export async function deliver(waiting: Waiting): Promise<Attempt> {
  try {
    return await (waiting.act === "RECORD" ? record(waiting) : amend(waiting));
  } catch (fault) {
    if (!(fault instanceof Trouble) || fault.kind !== "refused") return "later";
    if (fault.code === "NOT_SIGNED_IN") return "signed out";
    // It does not fit the service as it is now: what waits behind it must not wait for ever.
    return fault.code === "BAD_USER_INPUT" ? { refused: { code: "INVALID_INPUT", message: fault.message } } : "later";
  }
}

async function record(waiting: Waiting): Promise<Attempt> {
  const { id: entryId, instrumentId, about, timeZone, clientAt, answers } = waiting;
  const input = { entryId, instrumentId, about, timeZone, clientAt, answers: [...answers] };
  const { recordCheckIn: answer } = await send(RecordCheckIn, { input });
  return answer.__typename === "CheckInRecorded" ? { received: answer.checkIn } : problem(answer);
}

async function amend(waiting: Waiting): Promise<Attempt> {
  const input = { checkInId: waiting.entry, amendmentId: waiting.id, answers: [...waiting.answers] };
  const { amendCheckIn: answer } = await send(AmendCheckIn, { input });
  return answer.__typename === "CheckInAmended" ? { received: answer.checkIn } : problem(answer);
}

function problem({ code, message }: { code: ProblemCode; message: string }): Attempt {
  if (code === "NOT_SIGNED_IN") return "signed out";
  return code === "TOO_MANY_REQUESTS" ? "later" : { refused: { code, message } };
}
