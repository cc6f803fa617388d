import assert from "node:assert/strict";
import { test } from "node:test";
import { spaced, withCountryCode } from "../src/phones.ts";

test("a number of the US or Canada needs no country code, and no other number gets one", () => {
  assert.equal(withCountryCode("(202) 555-0123"), "+12025550123");
  assert.equal(withCountryCode("1 202 555 0123"), "+12025550123");
  assert.equal(withCountryCode(" +44 7700 900123"), "+44 7700 900123");
  assert.equal(withCountryCode("0044 7700 900123"), "0044 7700 900123");
  assert.equal(withCountryCode("07700 900123"), "07700 900123");
});

test("a number of the service is written in groups", () => {
  assert.equal(spaced("+12025550100"), "+1 202 555 0100");
  assert.equal(spaced("+447700900000"), "+447700900000");
});
