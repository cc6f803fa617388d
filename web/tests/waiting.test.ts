import assert from "node:assert/strict";
import { test } from "node:test";
import { clock } from "../src/signIn/waiting.ts";

test("what is left is told as a clock tells it, and never below nothing", () => {
  assert.equal(clock(30_000), "0:30");
  assert.equal(clock(29_001), "0:30");
  assert.equal(clock(245_000), "4:05");
  assert.equal(clock(-1), "0:00");
});
