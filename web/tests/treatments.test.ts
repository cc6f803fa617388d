import assert from "node:assert/strict";
import { test } from "node:test";
import { noDate } from "../src/dateParts.ts";
import { draftOf, emptyDraft, running, saidBy, type Treatment } from "../src/treatments/shape.ts";

const injection: Treatment = {
  id: "a",
  kind: "TOXIN_INJECTION",
  startedOn: "2026-03-02",
  endedOn: null,
  product: "onabotulinumtoxinA",
  dose: 150,
  doseUnit: null,
  muscles: ["trapezius"],
  response: "GOOD",
  benefitNoticedOn: "2026-03-07",
  woreOffOn: null,
  sideEffects: ["DRY_MOUTH"],
  stopReason: null,
  changes: [],
};

test("a treatment that is opened and saved says what it said before", () => {
  const { id, kind, ...facts } = injection;
  assert.deepEqual(saidBy(draftOf(injection)), { kind, said: facts });
  assert.equal(id, "a");
  const medicine: Treatment = {
    ...injection,
    kind: "ORAL_MEDICINE",
    product: "baclofen",
    dose: 2.5,
    doseUnit: "TABLETS",
    muscles: [],
    response: null,
    benefitNoticedOn: null,
    changes: [{ on: "2026-04", dose: 3 }],
  };
  const read = saidBy(draftOf(medicine));
  assert.ok("said" in read);
  assert.deepEqual(
    [read.said.dose, read.said.doseUnit, read.said.changes],
    [2.5, "TABLETS", [{ on: "2026-04", dose: 3 }]],
  );
});

test("what cannot be read yet is named", () => {
  assert.deepEqual(saidBy(emptyDraft), { gaps: ["kind", "startedOn"] });
  const draft = draftOf(injection);
  const year = { ...noDate, year: "2026" };
  assert.deepEqual(saidBy({ ...draft, noticed: year, dose: "much" }), { gaps: ["benefitNoticedOn", "dose"] });
  assert.deepEqual(saidBy({ ...draft, dose: "0" }), { gaps: ["dose"] });
});

test("a dose may be written with a comma", () => {
  const read = saidBy({ ...draftOf(injection), dose: " 2,5 " });
  assert.ok("said" in read);
  assert.equal(read.said.dose, 2.5);
});

test("the injection that runs is the latest one known to the day, for half a year", () => {
  const older = { ...injection, id: "b", startedOn: "2025-11-20" };
  assert.equal(running([older, injection], "2026-03-20")?.id, "a");
  assert.equal(running([older, injection], "2026-02-20")?.id, "b");
  assert.equal(running([injection], "2026-10-01"), undefined);
  assert.equal(running([{ ...injection, startedOn: "2026-03" }], "2026-03-20"), undefined);
  assert.equal(running([{ ...injection, kind: "DBS" }], "2026-03-20"), undefined);
});
