import assert from "node:assert/strict";
import { test } from "node:test";
import { fromTree, incomplete, LEAF_NAMES, newGroup, newLeaf, toInput } from "../src/coordinator/tree.ts";

const stored = {
  all: [
    { form: { in: ["CERVICAL"] } },
    { age: { min: 18, max: 75 } },
    { any: [{ toxin_naive: { is: true } }, { weeks_since_toxin: { min: 12 } }] },
    { not: { dbs: { is: true } } },
    { symptom_months: { of: ["CERVICAL"], min: 12 } },
    { distance_km: { max: 200 } },
  ],
};

test("a stored tree goes through the editor unchanged", () => {
  assert.deepEqual(toInput(fromTree(stored)), {
    all: [
      { form: { in: ["CERVICAL"] } },
      { age: { min: 18, max: 75 } },
      { any: [{ toxinNaive: { is: true } }, { weeksSinceToxin: { min: 12, max: null } }] },
      { not: { dbs: { is: true } } },
      { symptomMonths: { of: ["CERVICAL"], min: 12 } },
      { distanceKm: { max: 200 } },
    ],
  });
});

test("a tree that is a single leaf, or starts with NOT, is wrapped in a group", () => {
  assert.deepEqual(toInput(fromTree({ not: { not: { dbs: { is: false } } } })), { all: [{ dbs: { is: false } }] });
  assert.deepEqual(toInput(fromTree({ not: { any: [{ dbs: { is: true } }] } })), {
    all: [{ not: { any: [{ dbs: { is: true } }] } }],
  });
});

test("what the editor does not know is refused, not dropped", () => {
  assert.throws(() => fromTree({ all: [{ shoe_size: { min: 40 } }] }), /shoe_size/);
  assert.throws(() => fromTree("all"), TypeError);
});

test("a new criterion of any kind is incomplete until something is asked", () => {
  for (const name of LEAF_NAMES) assert.equal(incomplete(newLeaf(name)).length, 1, name);
  assert.equal(incomplete(newGroup("all")).length, 1);
  assert.equal(incomplete({ ...newLeaf("age"), min: "18" }).length, 0);
  assert.equal(incomplete({ ...newLeaf("age"), min: "eighteen" }).length, 1);
  assert.equal(incomplete({ ...newLeaf("dbs"), is: "no" }).length, 0);
});
