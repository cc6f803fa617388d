import assert from "node:assert/strict";
import { test } from "node:test";
import { toBytes, toText } from "../src/passkeys/base64url.ts";
import { deviceKind } from "../src/passkeys/kinds.ts";
import { isNews, keepNoticed } from "../src/passkeys/noticed.ts";

test("bytes come back from their text as they were", () => {
  for (const length of [0, 1, 2, 3, 32, 255]) {
    const bytes = Uint8Array.from({ length }, (_, place) => (place * 37 + 251) % 256);
    const text = toText(bytes.buffer);
    assert.match(text, /^[\w-]*$/);
    assert.deepEqual(toBytes(text), bytes);
  }
});

test("a device is called what its owner calls it", () => {
  const agents = {
    iphone: "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15",
    ipad: "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15",
    android: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36",
    mac: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15",
    windows: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",
    other: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  };
  for (const [kind, agent] of Object.entries(agents)) assert.equal(deviceKind(agent), kind);
});

test("a passkey is news for a month, until its owner says that it is theirs", () => {
  const kept = new Map<string, string>();
  Object.assign(globalThis, {
    localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept) },
  });
  const [added, later] = ["2026-03-01T08:00:00+00:00", "2026-03-02T08:00:00+00:00"];
  const now = Date.parse("2026-03-03T08:00:00Z");
  assert.ok(!isNews(null, now));
  assert.ok(isNews(added, now));
  assert.ok(!isNews(added, now + 30 * 86_400_000));
  keepNoticed(added);
  assert.ok(!isNews(added, now));
  assert.ok(isNews(later, now));
  kept.set("passkeys-noticed", "no list");
  assert.ok(isNews(added, now));
});
