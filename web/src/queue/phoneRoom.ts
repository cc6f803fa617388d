import { addDays } from "../dates.ts";
import { answerOf, DRAFTS, phoneStore, RECEIPTS, WAITING, write } from "./phoneStore.ts";
import type { Receipt, Room, Waiting } from "./waiting.ts";

const RECEIPT_DAYS = 21;

type Placed = Waiting & { place?: number };
interface Settled {
  patient: string;
  receipt: Receipt;
}

/** What waits, in IndexedDB: `keep` has come back only when it outlasts a phone that is switched off. */
export class PhoneRoom implements Room {
  async keep(...waiting: readonly Waiting[]): Promise<void> {
    await write([WAITING], (transaction) => {
      const store = transaction.objectStore(WAITING);
      for (const one of waiting) {
        const here = store.index("id").getKey(one.id);
        here.onsuccess = () => {
          const place = here.result as number | undefined;
          store.put(place === undefined ? one : { ...one, place });
        };
      }
    });
  }

  async drop(waiting: Waiting): Promise<void> {
    await write([WAITING], (transaction) => remove(transaction, waiting));
  }

  async settle(waiting: Waiting, receipt?: Receipt): Promise<void> {
    await write([WAITING, RECEIPTS], (transaction) => {
      remove(transaction, waiting);
      if (!receipt) return;
      const receipts = transaction.objectStore(RECEIPTS);
      receipts.put({ patient: waiting.patient, receipt } satisfies Settled);
      const all = receipts.getAll() as IDBRequest<Settled[]>;
      const oldest = addDays(waiting.clientAt.slice(0, 10), -RECEIPT_DAYS);
      all.onsuccess = () => {
        for (const { receipt: one } of all.result) if (one.about < oldest) receipts.delete(one.id);
      };
    });
  }

  async of(patient: string): Promise<Waiting[]> {
    const store = (await phoneStore()).transaction(WAITING).objectStore(WAITING);
    const found = (await answerOf(store.index("patient").getAll(patient))) as Placed[];
    return found.sort((one, other) => (one.place ?? 0) - (other.place ?? 0));
  }

  async receipts(patient: string): Promise<Receipt[]> {
    const store = (await phoneStore()).transaction(RECEIPTS).objectStore(RECEIPTS);
    const found = (await answerOf(store.index("patient").getAll(patient))) as Settled[];
    return found.map(({ receipt }) => receipt);
  }

  async forget(): Promise<void> {
    await write([RECEIPTS, DRAFTS], (transaction) => {
      for (const name of [RECEIPTS, DRAFTS]) transaction.objectStore(name).clear();
    });
  }
}

function remove(transaction: IDBTransaction, waiting: Waiting): void {
  const store = transaction.objectStore(WAITING);
  const here = store.index("id").getKey(waiting.id);
  here.onsuccess = () => {
    if (here.result !== undefined) store.delete(here.result);
  };
}
