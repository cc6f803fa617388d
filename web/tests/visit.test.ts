import assert from "node:assert/strict";
import { test } from "node:test";
import { remaining, withGone } from "../src/visit/asking.ts";

const [one, two, three] = ["1", "2", "3"].map((id) => ({ id, suggestionId: `s${id}` }));

test("what is on the list cannot be picked again", () => {
  const offered = [{ id: "s1" }, { id: "s2" }];
  assert.deepEqual(remaining(offered, [two, { id: "9", suggestionId: null }]), [{ id: "s1" }]);
});

test("a question that was taken off stays in its place until it is gone for good", () => {
  const shown = withGone([one, three], { question: two, place: 1 });
  assert.deepEqual(
    shown.map(({ question, place, removed }) => [question.id, place, removed]),
    [
      ["1", 0, false],
      ["2", 1, true],
      ["3", 1, false],
    ],
  );
});

test("a question that came back is shown once", () => {
  assert.equal(withGone([one, two], { question: two, place: 1 }).length, 2);
});

test("the last of all stays last", () => {
  const [only] = withGone([], { question: one, place: 4 });
  assert.deepEqual([only?.place, only?.removed], [0, true]);
});
