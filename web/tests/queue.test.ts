import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fate, Sender } from "../src/queue/sender.ts";
import { type Waiting, WaitingRoom } from "../src/queue/waiting.ts";

class MemoryStorage implements Storage {
  readonly kept = new Map<string, string>();
  get length() {
    return this.kept.size;
  }
  clear() {
    this.kept.clear();
  }
  getItem(key: string) {
    return this.kept.get(key) ?? null;
  }
  key(place: number) {
    return [...this.kept.keys()][place] ?? null;
  }
  removeItem(key: string) {
    this.kept.delete(key);
  }
  setItem(key: string, value: string) {
    this.kept.set(key, value);
  }
}

const entry = (id: string, patient = "ana"): Waiting => ({
  id,
  patient,
  instrumentId: "daily",
  about: "2026-03-01",
  timeZone: "UTC",
  clientAt: `2026-03-01T10:00:0${id}Z`,
  answers: [{ itemId: "pain", rating: 4 }],
});

function phone(fates: Record<string, Fate<string>[]>) {
  const storage = new MemoryStorage();
  const sent: string[] = [];
  const open = () => {
    const room = new WaitingRoom(storage);
    const sender = new Sender<string>({
      room,
      patient: "ana",
      changed: () => undefined,
      deliver: async (waiting) => {
        sent.push(waiting.id);
        return fates[waiting.id]?.shift() ?? { received: waiting.id };
      },
    });
    return { room, sender };
  };
  return { open, sent, storage };
}

test("an entry stays on the phone until it is acknowledged, and is sent again under the same id", async () => {
  const { open, sent } = phone({ 1: ["later"] });
  const { room, sender } = open();
  assert.equal(await sender.save(entry("1")), false);
  assert.deepEqual(
    room.of("ana").map((one) => one.id),
    ["1"],
  );
  assert.equal(await open().sender.flush(), true);
  assert.deepEqual(room.of("ana"), []);
  assert.deepEqual(sent, ["1", "1"]);
});

test("entries go out in the order of saving, and none overtakes one that could not be sent", async () => {
  const { open, sent } = phone({ 1: ["later"] });
  const { sender, room } = open();
  room.keep(entry("2"));
  room.keep(entry("1"));
  await sender.flush();
  assert.deepEqual(sent, ["1"]);
  await sender.flush();
  assert.deepEqual(sent, ["1", "1", "2"]);
});

test("a refused entry is kept with its reason and holds up nothing", async () => {
  const { open, sent } = phone({ 1: [{ refused: "No rating above 10." }] });
  const { sender, room } = open();
  await sender.save(entry("1"));
  await sender.save(entry("2"));
  assert.deepEqual(
    room.of("ana").map((one) => [one.id, one.refused]),
    [["1", "No rating above 10."]],
  );
  await sender.flush();
  assert.deepEqual(sent, ["1", "2"]);
});

test("one person's entries are never sent for another", async () => {
  const { open, sent } = phone({});
  const { sender, room } = open();
  room.keep(entry("1", "ben"));
  await sender.flush();
  assert.deepEqual(sent, []);
  assert.equal(room.of("ben").length, 1);
});

test("two flushes at once send each entry once", async () => {
  const { open, sent } = phone({});
  const { sender, room } = open();
  room.keep(entry("1"));
  await Promise.all([sender.flush(), sender.flush()]);
  assert.deepEqual(sent, ["1"]);
});
