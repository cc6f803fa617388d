import assert from "node:assert/strict";
import { test } from "node:test";
import { markDot, weekLines, weeksShown } from "../src/trend/overlay.ts";
import { periods, placeOf } from "../src/trend/periods.ts";
import { markWords, spread, turn, typicalSentence } from "../src/trend/telling.ts";
import { words } from "../src/words.ts";

const frame = { width: 334, height: 140, days: 12, lowest: 0, highest: 10, unit: 1 };
const typical = (week: number, earliest = week, latest = week) => ({ week, earliest, latest, cycles: 3 });

test("an axis of cycles has twelve weeks or more, and no more than half a year", () => {
  assert.equal(weeksShown([]), 12);
  assert.equal(weeksShown([[{ week: 14, median: 1 }], [{ week: 3, median: 1 }]]), 14);
  assert.equal(weeksShown([[{ week: 40, median: 1 }]]), 26);
});

test("a week without ratings breaks a cycle's line, and a lone week is a point", () => {
  const drawn = weekLines(
    [
      { week: 1, median: 0 },
      { week: 2, median: 10 },
      { week: 5, median: 5 },
      { week: 13, median: 5 },
    ],
    frame,
  );
  assert.deepEqual(
    drawn.map(({ lone }) => lone),
    [false, true],
  );
  assert.equal(drawn[0]?.path.match(/[ML]/g)?.join(""), "ML");
});

test("a mark sits on its cycle's line, at its day", () => {
  const weeks = [
    { week: 1, median: 10 },
    { week: 3, median: 0 },
  ];
  const [first, middle, last] = [0, 10.5, 17.5].map((day) => markDot(day, weeks, frame));
  assert.deepEqual(first, { x: 26, y: 18 });
  assert.equal(middle?.y, (18 + 118) / 2);
  assert.equal(last?.y, 118);
  assert.equal(markDot(200, weeks, frame), undefined);
  assert.equal(markDot(3, [], frame), undefined);
});

test("weeks begin on Monday, months on the first, and none between is left out", () => {
  assert.deepEqual(periods("WEEK", "2026-03-04", "2026-03-16"), [
    { from: "2026-03-02", to: "2026-03-08" },
    { from: "2026-03-09", to: "2026-03-15" },
    { from: "2026-03-16", to: "2026-03-22" },
  ]);
  const months = periods("MONTH", "2025-12-15", "2026-02-01");
  assert.deepEqual(
    months.map(({ to }) => to),
    ["2025-12-31", "2026-01-31", "2026-02-28"],
  );
  assert.equal(placeOf(months, "2026-01-31"), 1);
  assert.equal(placeOf(months, "2026-03-01"), undefined);
});

test("what is typical is one sentence, in both languages, of the marks that are known", () => {
  const all = { line: 4, benefit: typical(1), peak: typical(4), wearingOff: typical(9, 8, 10) };
  assert.equal(
    typicalSentence(all, words("EN")),
    "Over your last 3 cycles, benefit came in week 1, it was best in week 4, and it faded in week 9.",
  );
  assert.match(typicalSentence(all, words("ES")) ?? "", /^En sus últimos 3 ciclos, el efecto llegó en la semana 1,/);
  assert.equal(spread(all, words("EN")), "Cycles differ: fading between week 8 and week 10.");
  const none = { line: null, benefit: null, peak: null, wearingOff: null };
  assert.equal(typicalSentence(none, words("EN")), undefined);
  assert.equal(spread(none, words("EN")), undefined);
});

test("a mark says its week, what it rests on, or why there is none", () => {
  const mark = { day: 60, week: 9, on: "2026-03-06", source: "RATINGS", missing: null, statedOn: null } as const;
  const day = (value: string) => value;
  assert.equal(markWords(mark, words("EN"), day), "week 9, about 2026-03-06");
  assert.match(markWords({ ...mark, source: "STATED", missing: "TOO_FEW_DAYS" }, words("EN"), day), /as you told us/);
  const missing = { ...mark, day: null, week: null, on: null, source: null, missing: "LASTED" } as const;
  assert.equal(markWords(missing, words("EN"), day), "it lasted until the next injection");
});

test("small changes are not spoken of", () => {
  assert.equal(turn(null), undefined);
  assert.equal(turn({ before: 4, after: 3.5, notable: false }), undefined);
  assert.equal(turn({ before: 4, after: 3, notable: true }), "better");
  assert.equal(turn({ before: 3, after: 4, notable: true }), "worse");
});
