import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { regionOf, words } from "../src/words.ts";

const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../src/words/${language}.json`, import.meta.url), "utf8"));
const english = read("en");
const spanish = read("es");
const slots = (text: string | undefined) => [...(text ?? "").matchAll(/\{\w+\}/g)].map(([slot]) => slot).sort();

test("every language says the same things, with the same slots", () => {
  assert.deepEqual(Object.keys(spanish).sort(), Object.keys(english).sort());
  for (const [key, text] of Object.entries(english)) assert.deepEqual(slots(spanish[key]), slots(text), key);
});

test("other languages have their own words for the faults of a field", () => {
  assert.match(words("ES").fault("input.postal_code", "Check it."), /código postal/);
  assert.match(words("ES").fault("core_items[1]", "Choose."), /dos síntomas/);
  assert.equal(words("ES").fault("criteria.all[0].age", "is missing"), "is missing");
  assert.equal(words("EN").fault("postal_code", "Check it."), "Check it.");
});

test("dates are written as this phone writes them, in the language of the page", () => {
  assert.equal(regionOf("EN", ["fr-FR", "en-GB", "en-US"]), "en-GB");
  assert.equal(regionOf("ES", ["en-GB"]), "es");
});

test("every counted text has its singular and its plural", () => {
  for (const key of Object.keys(english).filter((name) => name.endsWith("_other"))) {
    assert.ok(english[key.replace(/_other$/, "_one")], key);
  }
});
