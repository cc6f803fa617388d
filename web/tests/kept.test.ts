import assert from "node:assert/strict";
import { test } from "node:test";
import { Kept } from "../src/kept.ts";

class Room {
  readonly #items = new Map<string, string>();
  get length(): number {
    return this.#items.size;
  }
  key(place: number): string | null {
    return [...this.#items.keys()][place] ?? null;
  }
  getItem(name: string): string | null {
    return this.#items.get(name) ?? null;
  }
  setItem(name: string, text: string): void {
    this.#items.set(name, text);
  }
  removeItem(name: string): void {
    this.#items.delete(name);
  }
}

test("what was kept is there again, until it is forgotten; what others keep stays", () => {
  const room = new Room();
  room.setItem("waiting:p1:e1", "an entry");
  const kept = new Kept(room);
  kept.put("caller", { role: "PATIENT" });
  kept.put("Instruments", [1]);
  assert.deepEqual(new Kept(room).get("caller"), { role: "PATIENT" });
  kept.forget();
  assert.equal(kept.get("caller"), undefined);
  assert.equal(kept.get("Instruments"), undefined);
  assert.equal(room.getItem("waiting:p1:e1"), "an entry");
});

test("a phone that keeps nothing, or something else, is no fault", () => {
  const room = new Room();
  room.setItem("kept:caller", "{");
  assert.equal(new Kept(room).get("caller"), undefined);
  const full = new Kept(Object.assign(new Room(), { setItem: () => assert.fail("full") }));
  full.put("caller", {});
});
