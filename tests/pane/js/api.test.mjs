import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { baseURI: "https://pane.example/base/addin/taskpane.html" };
const { Api, readConfig } = await import("../../../addin/js/api.js");

/** Plays the service: answers in order, and keeps what was asked. */
function service(...answers) {
  const asked = [];
  globalThis.fetch = async (address, { method, headers, body }) => {
    asked.push({ address: String(address), method, token: headers.Authorization, body: body && JSON.parse(body) });
    const { status = 200, body: content = {}, failure } = answers.shift();
    if (failure) throw failure;
    return new Response(content === null ? null : JSON.stringify(content), { status });
  };
  return asked;
}

function session() {
  const wishes = [];
  let number = 0;
  return {
    wishes,
    token: async (wish = {}) => (wishes.push(wish), `t${(number += 1)}`),
    forget: () => wishes.push("forget"),
  };
}

const error = (status, code, more) => ({ status, body: { error: { code, message: "Words.", ...more } } });

test("requests carry the token and go to the service beside the pane", async () => {
  const asked = service({ body: { person: {} } });
  await new Api(session()).me();
  assert.deepEqual([asked[0].address, asked[0].token], ["https://pane.example/base/api/me", "Bearer t1"]);
});

test("the public settings are read without a token", async () => {
  const asked = service({ body: { clientId: "c" } });
  assert.deepEqual(await readConfig(), { clientId: "c" });
  assert.deepEqual([asked[0].address, asked[0].token], ["https://pane.example/base/addin/config.json", undefined]);
});

test("a claims challenge is answered once with a stronger token", async () => {
  const asked = service(error(401, "insufficient_claims", { claims: "{}" }), { body: { ok: 1 } });
  const who = session();
  await new Api(who).me();
  assert.deepEqual([asked.length, asked[1].token, who.wishes[1]], [2, "Bearer t2", { claims: "{}" }]);
});

test("a stale token is replaced once, and a second refusal is the end", async () => {
  const asked = service(error(401, "unauthenticated"), error(401, "unauthenticated"));
  const who = session();
  await assert.rejects(new Api(who).me(), { code: "unauthenticated", status: 401, said: "Words." });
  assert.deepEqual([asked.length, who.wishes[1]], [2, "forget"]);
});

test("a short wait is waited, a long one is told", async () => {
  const asked = service(error(503, "busy", { retryAfter: 0.01 }), { body: {} });
  await new Api(session()).me();
  assert.equal(asked.length, 2);
  service(error(429, "busy", { retryAfter: 300 }));
  await assert.rejects(new Api(session()).me(), { code: "busy", retryAfter: 300 });
});

test("a lost connection and an answer without sense have names", async () => {
  service({ failure: new TypeError("failed to fetch") });
  await assert.rejects(new Api(session()).me(), { code: "offline" });
  globalThis.fetch = async () => new Response("<html>", { status: 502 });
  await assert.rejects(new Api(session()).me(), { code: "unreadable", status: 502 });
});

test("a refusal keeps what the pane needs to act", async () => {
  service(error(404, "message_not_found", { ask: "mailbox" }));
  await assert.rejects(new Api(session()).context({ id: "1" }), { code: "message_not_found", ask: "mailbox" });
});

test("an id cannot change the address", async () => {
  const asked = service({ status: 204, body: null });
  assert.equal(await new Api(session()).undoSave("../me"), null);
  assert.equal(asked[0].address, "https://pane.example/base/api/saves/..%2Fme");
});
