import type { AnswerInput } from "../generated/types.ts";

/** A saved check-in, or a change of one, that the service has not acknowledged yet. */
export interface Waiting {
  /** The entry's or the amendment's own id: sending it again changes nothing. */
  readonly id: string;
  readonly patient: string;
  readonly instrumentId: string;
  readonly about: string;
  readonly timeZone: string;
  readonly clientAt: string;
  readonly answers: readonly AnswerInput[];
  /** The check-in that this changes; absent for a first save. */
  readonly amends?: string;
  /** Why the service will never take it as it is. */
  readonly refused?: string;
}

const PREFIX = "waiting:";

/** What waits on this phone, one stored item each, so that two open tabs never overwrite each other. */
export class WaitingRoom {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Raises where the phone cannot store anything; nothing is saved then. */
  keep(waiting: Waiting): void {
    this.#storage.setItem(this.#key(waiting), JSON.stringify(waiting));
  }

  drop(waiting: Waiting): void {
    this.#storage.removeItem(this.#key(waiting));
  }

  /** In the order of saving. */
  of(patient: string): Waiting[] {
    const found: Waiting[] = [];
    for (let place = 0; place < this.#storage.length; place += 1) {
      const key = this.#storage.key(place);
      if (!key?.startsWith(`${PREFIX}${patient}:`)) continue;
      const waiting = parse(this.#storage.getItem(key));
      if (waiting) found.push(waiting);
    }
    return found.sort((one, other) => (one.clientAt < other.clientAt ? -1 : 1));
  }

  #key(waiting: Waiting): string {
    return `${PREFIX}${waiting.patient}:${waiting.id}`;
  }
}

function parse(text: string | null): Waiting | undefined {
  try {
    return text ? (JSON.parse(text) as Waiting) : undefined;
  } catch {
    return undefined;
  }
}
