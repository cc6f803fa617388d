import assert from "node:assert/strict";
import { test } from "node:test";
import type { WaitingCheckIn as Waiting, WaitingNote } from "../src/queue/waiting.ts";
import { shownDays } from "../src/today/days.ts";
import { standingNotes } from "../src/today/notes.ts";
import { type Entry, newest, standing, steps } from "../src/today/standing.ts";

const answer = (itemId: string, rating: number) => ({ itemId, rating, yes: null, notAnswered: null });

const received = (revisions: number, ...answers: [string, number][]): Entry => ({
  id: "e1",
  instrumentId: "daily",
  about: "2026-03-01",
  timeliness: "ON_THE_DAY",
  receivedAt: "2026-03-01T18:00:00Z",
  saidAt: "2026-03-01T17:59:00Z",
  withdrawn: false,
  scores: [],
  answers: answers.map(([item, rating]) => answer(item, rating)),
  revisions: Array.from({ length: revisions }, (_, number) => ({ number: number + 1, withdrawn: false, answers: [] })),
});

const waiting = (id: string, act: Waiting["act"], entry: string, answers: Waiting["answers"]): Waiting => ({
  id,
  act,
  entry,
  patient: "ana",
  instrumentId: "daily",
  about: "2026-03-01",
  timeZone: "UTC",
  clientAt: "2026-03-01T19:00:00Z",
  answers,
});

test("what waits is laid over what was received, in the order of saving", () => {
  const stands = standing(received(1, ["pain", 4], ["pulling", 6]), [
    waiting("a", "AMEND", "e1", [{ itemId: "pain", rating: 7 }]),
    waiting("b", "AMEND", "e1", [{ itemId: "pain", rating: 8 }]),
  ]);
  assert.deepEqual(stands.answers, [
    { itemId: "pulling", rating: 6 },
    { itemId: "pain", rating: 8 },
  ]);
  assert.equal(stands.entry, "e1");
  assert.equal(stands.waiting?.id, "b");
});

test("what was refused, and what rests on it, does not stand", () => {
  const refused = { code: "CONSENT_MISSING", message: "…" } as const;
  const stands = standing(undefined, [
    { ...waiting("a", "RECORD", "a", [{ itemId: "pain", rating: 4 }]), refused },
    waiting("b", "AMEND", "a", [{ itemId: "pain", rating: 5 }]),
  ]);
  assert.equal(stands.answers, undefined);
  assert.equal(stands.entry, undefined);
  assert.equal(stands.refused?.id, "a");
});

test("a change names only what differs, so that an answer given by text meanwhile is not overwritten", () => {
  const stands = standing(received(1, ["pain", 4], ["pulling", 6]), []);
  assert.deepEqual(steps(stands, stands.answers), []);
  assert.deepEqual(
    steps(stands, [
      { itemId: "pulling", rating: 6 },
      { itemId: "pain", notAnswered: "SKIPPED" },
    ]),
    [{ act: "AMEND", answers: [{ itemId: "pain", notAnswered: "SKIPPED" }] }],
  );
});

test("what is taken back does not stand, and says what stood, so that it can be brought back", () => {
  const before = [{ itemId: "pain", rating: 4 }];
  const waits = standing(received(1, ["pain", 4]), [waiting("a", "WITHDRAW", "e1", [])]);
  assert.equal(waits.answers, undefined);
  assert.deepEqual(waits.takenBack, before);
  const chain = received(2);
  const [first, last] = chain.revisions;
  assert.ok(first && last);
  const revisions = [
    { ...first, answers: [answer("pain", 4)] },
    { ...last, withdrawn: true },
  ];
  const told = standing({ ...chain, withdrawn: true, revisions }, []);
  assert.equal(told.answers, undefined);
  assert.deepEqual(told.takenBack, before);
  assert.deepEqual(steps(told, before), [{ act: "AMEND", answers: before }]);
  const back = standing({ ...chain, withdrawn: true, revisions }, [waiting("b", "AMEND", "e1", before)]);
  assert.deepEqual(back.answers, before);
  assert.equal(back.takenBack, undefined);
});

test("an answer is undone by taking all back and saying the others again", () => {
  const stands = standing(received(1, ["pain", 4], ["pulling", 6]), []);
  const before = [{ itemId: "pulling", rating: 6 }];
  assert.deepEqual(steps(stands, before), [
    { act: "WITHDRAW", answers: [] },
    { act: "AMEND", answers: before },
  ]);
  assert.deepEqual(steps(stands, undefined), [{ act: "WITHDRAW", answers: [] }]);
  assert.deepEqual(steps(standing(undefined, []), undefined), []);
});

test("nought, skipped and does not apply are three answers", () => {
  const nought = standing(received(1, ["pain", 0]), []);
  assert.deepEqual(nought.answers, [{ itemId: "pain", rating: 0 }]);
  assert.equal(steps(nought, [{ itemId: "pain", notAnswered: "SKIPPED" }]).length, 1);
  const skipped = { entry: "e1", answers: [{ itemId: "pain", notAnswered: "SKIPPED" as const }] };
  assert.equal(steps(skipped, [{ itemId: "pain", notAnswered: "DOES_NOT_APPLY" }]).length, 1);
});

test("of several reports about one entry the one with more revisions is believed", () => {
  assert.equal(newest([received(1), received(3), received(2)])?.revisions.length, 3);
  assert.equal(newest([]), undefined);
});

test("the last two weeks say what was answered, what waits, and what was before somebody joined", () => {
  const none = standing(undefined, []);
  const days = shownDays("2026-03-14", "2026-03-03", (date) => {
    if (date === "2026-03-10") return standing(received(1, ["pain", 4]), []);
    if (date === "2026-03-14") return standing(undefined, [waiting("a", "RECORD", "a", [])]);
    return none;
  });
  assert.equal(days.length, 14);
  assert.deepEqual(
    days.filter(({ state }) => state !== "none").map(({ date, state }) => `${date} ${state}`),
    ["2026-03-01 before", "2026-03-02 before", "2026-03-10 answered", "2026-03-14 waiting"],
  );
});

const note = (revisions: number, text: string | null) => ({
  id: "n1",
  about: "2026-03-01",
  timeliness: "ON_THE_DAY" as const,
  receivedAt: "2026-03-01T18:00:00Z",
  saidAt: "2026-03-01T17:59:00Z",
  text,
  withdrawn: text === null,
  revisions: Array.from({ length: revisions }, (_, number) => ({
    number: number + 1,
    text: "Stairs were hard",
    saidAt: "2026-03-01T17:59:00Z",
  })),
});

const writing = (act: WaitingNote["act"], id: string, entry: string, text = ""): WaitingNote => ({
  id,
  act,
  entry,
  text,
  patient: "ana",
  about: "2026-03-01",
  timeZone: "UTC",
  clientAt: "2026-03-01T19:00:00Z",
});

test("a note that waits stands among the others, and a deleted one knows its words", () => {
  const stands = standingNotes(
    [note(1, "Stairs were hard")],
    [],
    [
      writing("RECORD_NOTE", "n2", "n2", "Slept well"),
      writing("WITHDRAW_NOTE", "w", "n1"),
      writing("AMEND_NOTE", "a", "n2", "Slept badly"),
    ],
  );
  assert.deepEqual(
    stands.map(({ id, text, before }) => [id, text, before]),
    [
      ["n1", undefined, "Stairs were hard"],
      ["n2", "Slept badly", "Slept well"],
    ],
  );
});

test("of what was told and what was acknowledged about a note, the longer chain is believed", () => {
  const acknowledged = { ...note(2, null), revisions: [{ number: 1 }, { number: 2 }] };
  const [gone] = standingNotes([note(1, "Stairs were hard")], [acknowledged], []);
  assert.deepEqual([gone?.text, gone?.before], [undefined, "Stairs were hard"]);
  const [back] = standingNotes([note(3, "Stairs were hard")], [acknowledged], []);
  assert.equal(back?.text, "Stairs were hard");
});
