import { createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { callerKept, useSession } from "../session.tsx";
import { deliver } from "./deliver.ts";
import { PhoneRoom } from "./phoneRoom.ts";
import { type News, Sender } from "./sender.ts";
import { type NoteReceipt, PassingRoom, type Receipt, type Room, type Safety, type Waiting } from "./waiting.ts";

const RETRY_MS = [2_000, 5_000, 10_000, 30_000, 60_000];
const CHANNEL = "diary-queue";

export interface Queue {
  waiting: readonly Waiting[];
  /** The newest acknowledgement of each entry that this phone sent lately. */
  receipts: readonly Receipt[];
  /** False where this phone stores nothing: what is saved is sent, or lost with the page. */
  lasting: boolean;
  /** Notes that were acknowledged while the app was open. */
  notes: readonly NoteReceipt[];
  /** What has to be read at once by somebody whose words spoke of danger. */
  safety: Safety | undefined;
  /** It was read. */
  safetyRead: () => void;
  /** Counts the acknowledgements that came while the app was open. */
  received: number;
  /** Comes back when this phone holds it. */
  save: (...waiting: readonly Waiting[]) => Promise<void>;
  discard: (waiting: Waiting) => void;
  again: (waiting: Waiting) => void;
  /** Sends what waits now; true once nothing that can be sent waits any more. */
  flush: () => Promise<boolean>;
  /** How many wait at this moment. */
  left: () => Promise<number>;
}

const Current = createContext<Queue | undefined>(undefined);
export const QueueProvider = Current.Provider;

/** The queue of the patient who is signed in; undefined outside the patient's pages, and for a blink at the start. */
export function useQueue(): Queue | undefined {
  return useContext(Current);
}

interface Held {
  room: Room;
  waiting: readonly Waiting[];
  receipts: readonly Receipt[];
}

/** What this patient saved on this phone, sent now, when the signal comes back, and again after a while. */
export function useSendingQueue(patient: string): Queue | undefined {
  const { refresh } = useSession();
  const [held, setHeld] = useState<Held>();
  const [received, setReceived] = useState(0);
  const [notes, setNotes] = useState<readonly NoteReceipt[]>([]);
  const [safety, setSafety] = useState<Safety>();
  const channel = useMemo(() => new BroadcastChannel(CHANNEL), []);
  useEffect(() => () => channel.close(), [channel]);

  useEffect(() => {
    let current = true;
    const look = (room: Room) => read(room, patient).then((found) => current && setHeld(found));
    look(new PhoneRoom()).catch(() => look(new PassingRoom()));
    return () => {
      current = false;
    };
  }, [patient]);

  const room = held?.room;
  const sender = useMemo(() => {
    if (!room) return undefined;
    const look = () => void read(room, patient).then(setHeld);
    const hear = (news: News | undefined) => {
      const { received, noted, safety } = news ?? {};
      if (safety) setSafety(safety);
      if (noted) setNotes((before) => [...before.filter(({ id }) => id !== noted.id), noted]);
      look();
      if (received || noted) setReceived((count) => count + 1);
    };
    channel.onmessage = ({ data }: MessageEvent<{ patient: string; news?: News }>) => {
      if (data.patient === patient) hear(data.news);
    };
    return new Sender({
      room,
      patient,
      alone,
      deliver: async (waiting) => {
        // The cookie is shared by all tabs: in another one somebody else may have signed in meanwhile.
        const fate = room instanceof PhoneRoom && callerKept() !== patient ? "signed out" : await deliver(waiting);
        if (fate !== "signed out") return fate;
        void refresh();
        return "later";
      },
      changed: (news) => {
        hear(news);
        channel.postMessage({ patient, news });
      },
    });
  }, [room, patient, refresh, channel]);

  useSending(sender, !held?.waiting.some((one) => !one.refused));
  if (!held || !sender) return undefined;
  return {
    waiting: held.waiting,
    receipts: held.receipts,
    lasting: held.room instanceof PhoneRoom,
    notes,
    safety,
    safetyRead: () => setSafety(undefined),
    received,
    save: (...waiting) => {
      keepForGood();
      return sender.save(...waiting);
    },
    discard: (waiting) => void sender.discard(waiting),
    again: (waiting) => void sender.again(waiting),
    flush: () => sender.flush(),
    left: async () => (await held.room.of(patient)).length,
  };
}

function useSending(sender: Sender | undefined, idle: boolean): void {
  useEffect(() => {
    if (!sender || idle) return undefined;
    let tries = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const attempt = async () => {
      clearTimeout(timer);
      if ((await sender.flush()) || over) return;
      clearTimeout(timer);
      timer = setTimeout(attempt, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
      tries += 1;
    };
    const wake = () => {
      tries = 0;
      void attempt();
    };
    wake();
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    return () => {
      over = true;
      clearTimeout(timer);
      removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [sender, idle]);
}

async function read(room: Room, patient: string): Promise<Held> {
  const [waiting, receipts] = await Promise.all([room.of(patient), room.receipts(patient)]);
  return { room, waiting, receipts };
}

/** One tab sends at a time; a browser without locks sends all the same, and the ids keep it from counting twice. */
function alone<Value>(act: () => Promise<Value>): Promise<Value> {
  return navigator.locks ? navigator.locks.request(CHANNEL, act) : act();
}

/** Asks the browser not to clear away what waits when space is short. */
function keepForGood(): void {
  void navigator.storage?.persist?.().catch(() => false);
}
