import type { Waiting, WaitingRoom } from "./waiting.ts";

/** What became of one attempt. `later` means that nobody knows: it is sent again, under the same id. */
export type Fate<Receipt> = { received: Receipt } | { refused: string } | "later";

export interface Rules<Receipt> {
  room: WaitingRoom;
  patient: string;
  /** Sends one; never throws. */
  deliver: (waiting: Waiting) => Promise<Fate<Receipt>>;
  /** Called after every change, with the receipt when one was acknowledged. */
  changed: (receipt?: Receipt) => void;
}

/** Sends what waits, oldest first and one at a time; an entry leaves the phone only once it is acknowledged. */
export class Sender<Receipt> {
  readonly #rules: Rules<Receipt>;
  #running: Promise<boolean> | undefined;

  constructor(rules: Rules<Receipt>) {
    this.#rules = rules;
  }

  save(waiting: Waiting): Promise<boolean> {
    this.#rules.room.keep(waiting);
    this.#rules.changed();
    return this.flush();
  }

  discard(waiting: Waiting): void {
    this.#rules.room.drop(waiting);
    this.#rules.changed();
  }

  /** True once nothing that can be sent waits any more. Calls at the same time share one run. */
  async flush(): Promise<boolean> {
    while (this.#running) await this.#running;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<boolean> {
    const { room, patient, deliver, changed } = this.#rules;
    for (const waiting of room.of(patient)) {
      if (waiting.refused) continue;
      const fate = await deliver(waiting);
      if (fate === "later") return false;
      if ("refused" in fate) {
        room.keep({ ...waiting, refused: fate.refused });
        changed();
      } else {
        room.drop(waiting);
        changed(fate.received);
      }
    }
    return true;
  }
}
