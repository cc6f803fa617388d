import assert from "node:assert/strict";
import { test } from "node:test";
import { lines, type Point, summary, ticks, wholeLine, xOf, yOf } from "../src/trend/plot.ts";

const frame = { width: 334, height: 140, days: 31, lowest: 0, highest: 10, unit: 1 };
const point = (place: number, rating: number): Point => ({ place, rating, late: false });

test("0 stands at the bottom, 10 at the top, the first day left and the last day right", () => {
  assert.equal(yOf(0, frame), 118);
  assert.equal(yOf(10, frame), 18);
  assert.equal(xOf(0, frame), 26);
  assert.equal(xOf(30, frame), 326);
});

test("a day without an answer breaks the line, and a lone day has none", () => {
  const drawn = lines([point(0, 0), point(1, 10), point(3, 5), point(5, 4), point(6, 4)], frame);
  assert.deepEqual(drawn, ["M26 118L36 18", "M76 78L86 78"]);
});

test("a whole line goes through all points, however far apart", () => {
  assert.equal(wholeLine([point(0, 0), point(3, 5), point(30, 10)], frame), "M26 118L56 68L326 18");
  assert.equal(wholeLine([], frame), "");
});

test("the summary counts what was rated and takes the middle of an even number", () => {
  assert.deepEqual(summary([point(0, 9), point(1, 2), point(5, 3), point(6, 4)]), {
    answered: 4,
    median: 3.5,
    lowest: 2,
    highest: 9,
  });
  assert.deepEqual(summary([point(0, 9), point(1, 2), point(5, 3)]), { answered: 3, median: 3, lowest: 2, highest: 9 });
  assert.equal(summary([]), undefined);
});

test("days under the axis are evenly spaced, end on the last one and grow fewer with large text", () => {
  assert.deepEqual(ticks({ ...frame, days: 30 }), [5, 13, 21, 29]);
  assert.deepEqual(ticks({ ...frame, days: 30, unit: 2 }), [14, 29]);
});
