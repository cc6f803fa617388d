/** The app's own database on this phone. */
const NAME = "diary";
const VERSION = 1;
const PATIENCE_MS = 3_000;
export const WAITING = "waiting";
export const RECEIPTS = "receipts";
export const DRAFTS = "drafts";

let opened: Promise<IDBDatabase> | undefined;

/** Opens it once; rejects where this browser stores nothing. */
export function phoneStore(): Promise<IDBDatabase> {
  opened ??= open().catch((fault: unknown) => {
    opened = undefined;
    throw fault;
  });
  return opened;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const store = request.result;
      const waiting = store.createObjectStore(WAITING, { keyPath: "place", autoIncrement: true });
      waiting.createIndex("id", "id", { unique: true });
      waiting.createIndex("patient", "patient");
      store.createObjectStore(RECEIPTS, { keyPath: "receipt.id" }).createIndex("patient", "patient");
      store.createObjectStore(DRAFTS, { keyPath: ["patient", "instrumentId", "about"] });
    };
    request.onsuccess = () => {
      // Another tab of a newer app may want to change it; and a browser may close it, such as when site data is cleared.
      request.result.onversionchange = () => close(request.result);
      request.result.onclose = () => close(request.result);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    setTimeout(() => reject(new Error("The browser does not open its database.")), PATIENCE_MS);
    request.onblocked = () => reject(new Error("Another tab holds an older database."));
  });
}

function close(store: IDBDatabase): void {
  store.close();
  opened = undefined;
}

/** The answer of one request. */
export function answerOf<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Writes all of it or nothing; resolves when the phone's disk has it. */
export async function write(stores: string[], act: (transaction: IDBTransaction) => void): Promise<void> {
  const store = await phoneStore();
  const transaction = store.transaction(stores, "readwrite", { durability: "strict" });
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  act(transaction);
  await done;
}
