import { createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { send, Trouble } from "../client.ts";
import { AmendCheckIn, RecordCheckIn } from "../generated/operations.ts";
import type { ProblemCode, RecordCheckInMutation } from "../generated/types.ts";
import { useSession } from "../session.tsx";
import { type Fate, Sender } from "./sender.ts";
import { type Waiting, WaitingRoom } from "./waiting.ts";

export type Receipt = Extract<RecordCheckInMutation["recordCheckIn"], { __typename: "CheckInRecorded" }>["checkIn"];

const RETRY_MS = [4_000, 10_000, 30_000, 60_000];

export interface Queue {
  waiting: readonly Waiting[];
  /** The last check-in that the service acknowledged to this page. */
  receipt: Receipt | undefined;
  save: (waiting: Waiting) => void;
  discard: (waiting: Waiting) => void;
  retry: () => void;
}

const Current = createContext<Queue | undefined>(undefined);
export const QueueProvider = Current.Provider;

/** The queue of the patient who is signed in; undefined outside the patient's pages. */
export function useQueue(): Queue | undefined {
  return useContext(Current);
}

/** What this patient saved on this phone, sent now, when the signal comes back, and again after a while. */
export function useSendingQueue(patient: string): Queue {
  const { refresh } = useSession();
  const room = useMemo(() => new WaitingRoom(localStorage), []);
  const [waiting, setWaiting] = useState(() => room.of(patient));
  const [receipt, setReceipt] = useState<Receipt>();
  const sender = useMemo(
    () =>
      new Sender<Receipt>({
        room,
        patient,
        deliver: async (entry) => {
          const fate = await deliver(entry);
          if (fate !== "signed out") return fate;
          void refresh();
          return "later";
        },
        changed: (received) => {
          setWaiting(room.of(patient));
          if (received) setReceipt(received);
        },
      }),
    [room, patient, refresh],
  );

  const idle = waiting.every((one) => one.refused);
  useEffect(() => {
    if (idle) return undefined;
    let tries = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const attempt = async () => {
      clearTimeout(timer);
      if (await sender.flush()) return;
      timer = setTimeout(attempt, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
      tries += 1;
    };
    const wake = () => void attempt();
    wake();
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    return () => {
      clearTimeout(timer);
      removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [sender, idle]);

  return {
    waiting,
    receipt,
    save: (entry) => void sender.save(entry),
    discard: (entry) => sender.discard(entry),
    retry: () => void sender.flush(),
  };
}

type Attempt = Fate<Receipt> | "signed out";

async function deliver(waiting: Waiting): Promise<Attempt> {
  const answers = [...waiting.answers];
  try {
    if (waiting.amends) {
      const input = { checkInId: waiting.amends, amendmentId: waiting.id, answers };
      const { amendCheckIn: answer } = await send(AmendCheckIn, { input });
      return answer.__typename === "CheckInAmended" ? { received: answer.checkIn } : problem(answer);
    }
    const { id: entryId, instrumentId, about, timeZone, clientAt } = waiting;
    const { recordCheckIn: answer } = await send(RecordCheckIn, {
      input: { entryId, instrumentId, about, timeZone, clientAt, answers },
    });
    return answer.__typename === "CheckInRecorded" ? { received: answer.checkIn } : problem(answer);
  } catch (fault) {
    return fault instanceof Trouble && fault.code === "NOT_SIGNED_IN" ? "signed out" : "later";
  }
}

function problem(answer: { code: ProblemCode; message: string }): Attempt {
  return answer.code === "NOT_SIGNED_IN" ? "signed out" : { refused: answer.message };
}
