import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { send, Trouble } from "../src/client.ts";
import { operation } from "../src/operation.ts";

const Me = operation<{ me: { role: string } }, { first: number }>("Me", "sha256:0123");
const real = globalThis.fetch;
let asked: RequestInit | undefined;

function answering(status: number, body: unknown): void {
  globalThis.fetch = async (_address, request) => {
    asked = request;
    return new Response(JSON.stringify(body), { status });
  };
}

async function trouble(): Promise<Trouble> {
  const caught = await send(Me, { first: 1 }).then(
    () => undefined,
    (fault: unknown) => fault,
  );
  assert.ok(caught instanceof Trouble);
  return caught;
}

afterEach(() => {
  globalThis.fetch = real;
});

test("an operation is sent as its id and its variables", async () => {
  answering(200, { data: { me: { role: "PATIENT" } } });
  assert.deepEqual(await send(Me, { first: 1 }), { me: { role: "PATIENT" } });
  const body = JSON.parse(String(asked?.body));
  assert.deepEqual(body, { documentId: "sha256:0123", operationName: "Me", variables: { first: 1 } });
});

test("half a character is sent as a sign for one, and whole ones as they are", async () => {
  answering(200, { data: {} });
  const Write = operation<object, { text: string }>("Write", "sha256:4567");
  await send(Write, { text: "good 😀 \ud83d" });
  assert.equal(JSON.parse(String(asked?.body)).variables.text, "good 😀 \ufffd");
});

test("a page that is older than the service is told apart from every other trouble", async () => {
  answering(400, { errors: [{ message: "…", extensions: { code: "UNKNOWN_DOCUMENT" } }] });
  assert.equal((await trouble()).kind, "outdated");
  answering(400, { errors: [{ message: "…", extensions: { code: "BAD_USER_INPUT" } }] });
  assert.deepEqual({ ...(await trouble()) }, { kind: "refused", code: "BAD_USER_INPUT" });
  answering(503, "not what was expected");
  assert.equal((await trouble()).kind, "fault");
  globalThis.fetch = () => Promise.reject(new TypeError());
  assert.equal((await trouble()).kind, "offline");
});
