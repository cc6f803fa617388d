/**
 * What the service last said and today's check-in needs, so that it opens without a signal.
 * It holds no name, number, birth month or place, and goes when somebody signs out.
 */
export const PREFIX = "kept:";

/** After this long without an answer what is kept is shown, until the answer is here. */
export const WEAK_SIGNAL_MS = 1_500;

type Room = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export class Kept {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  put(name: string, value: unknown): void {
    try {
      this.#room.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // A phone that keeps nothing needs a signal to open the check-in.
    }
  }

  get<Value>(name: string): Value | undefined {
    try {
      const text = this.#room.getItem(PREFIX + name);
      return text ? (JSON.parse(text) as Value) : undefined;
    } catch {
      return undefined;
    }
  }

  forget(): void {
    const names = Array.from({ length: this.#room.length }, (_, place) => this.#room.key(place));
    for (const name of names) if (name?.startsWith(PREFIX)) this.#room.removeItem(name);
  }
}
