import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, dates, daysBetween, daysUpTo, openDay, partialDate } from "../src/dates.ts";

test("a day stays open until 03:00 next morning in the person's own zone", () => {
  assert.equal(openDay(new Date("2026-03-02T07:59:00Z"), "America/New_York"), "2026-03-01");
  assert.equal(openDay(new Date("2026-03-02T08:00:00Z"), "America/New_York"), "2026-03-02");
  assert.equal(openDay(new Date("2026-03-02T07:59:00Z"), "Asia/Kolkata"), "2026-03-02");
});

test("days are counted across months, leap days and clock changes", () => {
  assert.equal(addDays("2028-02-28", 1), "2028-02-29");
  assert.equal(addDays("2026-01-01", -1), "2025-12-31");
  assert.equal(daysBetween("2026-03-01", "2026-04-01"), 31);
  assert.deepEqual(daysUpTo("2026-03-02", 3), ["2026-02-28", "2026-03-01", "2026-03-02"]);
});

test("a date is as fine as what is known, and nothing without a year", () => {
  assert.equal(partialDate("2014"), "2014");
  assert.equal(partialDate("2014", "6"), "2014-06");
  assert.equal(partialDate("2014", "6", "3"), "2014-06-03");
  assert.equal(partialDate("2014", "", "3"), "2014");
  assert.equal(partialDate("14", "6"), undefined);
});

test("dates are written as finely as they are known, in each language", () => {
  assert.equal(dates("en").partial("2014-06"), "June 2014");
  assert.equal(dates("es").partial("2014-06-03"), "3 de junio de 2014");
  assert.equal(dates("en").partial("2014"), "2014");
  assert.equal(dates("en-US").hour("19:00").replaceAll(/\s/g, " "), "7:00 PM");
  assert.equal(dates("en-GB").hour("09:00"), "09:00");
});
