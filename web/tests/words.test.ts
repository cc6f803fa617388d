import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../src/words/${language}.json`, import.meta.url), "utf8"));
const english = read("en");
const spanish = read("es");
const slots = (text: string | undefined) => [...(text ?? "").matchAll(/\{\w+\}/g)].map(([slot]) => slot).sort();

test("every language says the same things, with the same slots", () => {
  assert.deepEqual(Object.keys(spanish).sort(), Object.keys(english).sort());
  for (const [key, text] of Object.entries(english)) assert.deepEqual(slots(spanish[key]), slots(text), key);
});

test("every counted text has its singular and its plural", () => {
  for (const key of Object.keys(english).filter((name) => name.endsWith("_other"))) {
    assert.ok(english[key.replace(/_other$/, "_one")], key);
  }
});
