import {
  type NoteReceipt,
  type Receipt,
  type Refusal,
  type Room,
  rests,
  type Safety,
  type Waiting,
} from "./waiting.ts";

/** What became of one attempt. `later` means that nobody knows: it is sent again, under the same id. */
export type Fate = News | { refused: Refusal; safety?: Safety } | "later";

/** What the service acknowledged; and what it says first of all to somebody whose words speak of danger. */
export interface News {
  received?: Receipt;
  noted?: NoteReceipt;
  safety?: Safety;
}

export interface Rules {
  room: Room;
  patient: string;
  /** Sends one; never throws. */
  deliver: (waiting: Waiting) => Promise<Fate>;
  /** Called after every change, with the news where the service answered. */
  changed: (news?: News) => void;
  /** Runs when no other tab of this browser is sending. */
  alone: <Value>(act: () => Promise<Value>) => Promise<Value>;
}

/** Sends what waits, oldest first and one at a time; an entry leaves the phone only once it is acknowledged. */
export class Sender {
  readonly #rules: Rules;
  #running: Promise<boolean> | undefined;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** Comes back when the phone has it; sending goes on by itself. Raises where the phone cannot keep it. */
  async save(...waiting: readonly Waiting[]): Promise<void> {
    await this.#rules.room.keep(...waiting);
    this.#rules.changed();
    void this.flush();
  }

  async discard(waiting: Waiting): Promise<void> {
    const { room, patient, changed } = this.#rules;
    const resting = (await room.of(patient)).filter((one) => one.entry === waiting.id && one.id !== waiting.id);
    for (const one of [...resting, waiting]) await room.drop(one);
    changed();
  }

  /** Sends a refused one again. */
  async again({ refused: _, ...waiting }: Waiting): Promise<void> {
    await this.save(waiting);
  }

  /** True once nothing that can be sent waits any more. Calls at the same time share one run. */
  async flush(): Promise<boolean> {
    while (this.#running) await this.#running;
    const { alone } = this.#rules;
    this.#running = alone(() => this.#run())
      .catch(() => false)
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async #run(): Promise<boolean> {
    const { room, deliver, changed } = this.#rules;
    for (let next = await this.#next(); next; next = await this.#next()) {
      const fate = await deliver(next);
      if (fate === "later") return false;
      if ("refused" in fate) {
        await room.keep({ ...next, refused: fate.refused });
        changed(fate.safety && { safety: fate.safety });
      } else {
        await room.settle(next, fate.received);
        changed(fate);
      }
    }
    return true;
  }

  /** Looked up anew each time: another tab may have sent it, or saved another. */
  async #next(): Promise<Waiting | undefined> {
    const all = await this.#rules.room.of(this.#rules.patient);
    return all.find((one) => !one.refused && !rests(one, all));
  }
}
