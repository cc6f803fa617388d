import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fate, Sender } from "../src/queue/sender.ts";
import { PassingRoom, type Receipt, type Waiting, type WaitingCheckIn } from "../src/queue/waiting.ts";

const entry = (id: string, changes: Partial<WaitingCheckIn> = {}): Waiting => ({
  id,
  patient: "ana",
  act: "RECORD",
  entry: id,
  instrumentId: "daily",
  about: "2026-03-01",
  timeZone: "UTC",
  clientAt: "2026-03-01T10:00:00Z",
  answers: [{ itemId: "pain", rating: 4 }],
  ...changes,
});

const receipt = (id: string): Receipt => ({
  id,
  instrumentId: "daily",
  about: "2026-03-01",
  timeliness: "ON_THE_DAY",
  receivedAt: "2026-03-01T10:00:01Z",
  saidAt: "2026-03-01T10:00:00Z",
  withdrawn: false,
  scores: [],
  answers: [],
  revisions: [],
});

const refusal = { code: "INVALID_INPUT", message: "No rating above 10." } as const;

/** A phone whose tabs share what waits; each id has the fates of its attempts. */
function phone(fates: Record<string, Fate[]> = {}) {
  const room = new PassingRoom();
  const sent: string[] = [];
  let queue = Promise.resolve<unknown>(undefined);
  const tab = () =>
    new Sender({
      room,
      patient: "ana",
      changed: () => undefined,
      alone: (act) => {
        const turn = queue.then(act);
        queue = turn.catch(() => undefined);
        return turn;
      },
      deliver: async (waiting) => {
        sent.push(waiting.id);
        return fates[waiting.id]?.shift() ?? { received: receipt(waiting.entry) };
      },
    });
  const ids = async (patient = "ana") => (await room.of(patient)).map(({ id }) => id);
  return { room, tab, sent, ids };
}

test("an entry stays on the phone until it is acknowledged, and is sent again under the same id", async () => {
  const { tab, sent, ids, room } = phone({ 1: ["later"] });
  const first = tab();
  await first.save(entry("1"));
  assert.equal(await first.flush(), true);
  assert.deepEqual(await ids(), []);
  assert.deepEqual(sent, ["1", "1"]);
  assert.deepEqual(
    (await room.receipts("ana")).map(({ id }) => id),
    ["1"],
  );
});

test("entries go out in the order of saving, and none overtakes one that could not be sent", async () => {
  const { tab, sent, room } = phone({ 2: ["later"] });
  await room.keep(entry("2"), entry("1"));
  const sender = tab();
  assert.equal(await sender.flush(), false);
  assert.deepEqual(sent, ["2"]);
  await sender.flush();
  assert.deepEqual(sent, ["2", "2", "1"]);
});

test("a change waits for the entry that it changes, also when that one is refused and sent again", async () => {
  const { tab, sent, ids, room } = phone({ 1: [{ refused: refusal }] });
  await room.keep(entry("1"), entry("2", { act: "AMEND", entry: "1" }), entry("3"));
  const sender = tab();
  await sender.flush();
  assert.deepEqual(sent, ["1", "3"]);
  assert.deepEqual(await ids(), ["1", "2"]);
  const [refused] = await room.of("ana");
  assert.deepEqual(refused?.refused, refusal);
  if (refused) await sender.again(refused);
  await sender.flush();
  assert.deepEqual(sent, ["1", "3", "1", "2"]);
});

test("what is discarded takes with it what rests on it", async () => {
  const { tab, ids, room } = phone({ 1: [{ refused: refusal }] });
  await room.keep(entry("1"), entry("2", { act: "AMEND", entry: "1" }));
  const sender = tab();
  await sender.flush();
  await sender.discard(entry("1"));
  assert.deepEqual(await ids(), []);
});

test("one person's entries are never sent for another", async () => {
  const { tab, sent, ids, room } = phone();
  await room.keep(entry("1", { patient: "ben" }));
  await tab().flush();
  assert.deepEqual(sent, []);
  assert.deepEqual(await ids("ben"), ["1"]);
});

test("two tabs that send at once send each entry once", async () => {
  const { tab, sent, room } = phone();
  await room.keep(entry("1"), entry("2"));
  await Promise.all([tab().flush(), tab().flush()]);
  assert.deepEqual(sent, ["1", "2"]);
});

test("what is saved while sending goes out in the same run", async () => {
  const { tab, sent, room } = phone();
  const sender = tab();
  await room.keep(entry("1"));
  const run = sender.flush();
  await room.keep(entry("2"));
  assert.equal(await run, true);
  assert.deepEqual(sent, ["1", "2"]);
});
