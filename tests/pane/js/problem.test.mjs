import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, explain, isAboutSignIn } from "../../../addin/js/problem.js";

const OFFICE = [
  13000, 13001, 13002, 13003, 13004, 13005, 13006, 13007, 13008, 13009, 13010, 13011, 13012, 13013, 50001,
];

test("every code of the Office sign-in has a sentence of its own", () => {
  const unforeseen = explain(new Problem("never heard of")).sentence;
  for (const code of OFFICE) {
    const { sentence } = explain(new Problem(code));
    assert.ok(sentence.length > 15 && sentence !== unforeseen, `${code}: ${sentence}`);
  }
});

test("an unknown code has one common answer and can be tried again", () => {
  const { sentence, action, code } = explain(new Problem(13999));
  assert.deepEqual([sentence, action, code], ["Something went wrong.", "again", "13999"]);
});

test("a cancelled sign-in offers the sign-in again", () => {
  assert.equal(explain(new Problem(13002)).action, "sign-in");
  assert.equal(explain(new Problem("user_canceled")).action, "sign-in");
});

test("the service's own sentence is preferred", () => {
  const problem = new Problem("mailbox_access_denied", { said: "You may not read cleo@x.example." });
  assert.equal(explain(problem).sentence, "You may not read cleo@x.example.");
});

test("consent is given at the address that the service names, if it is a secure one", () => {
  const at = (consentUrl) => explain(new Problem("consent_required", { consentUrl }));
  assert.equal(at("https://login.example/consent").link, "https://login.example/consent");
  assert.deepEqual([at("javascript:alert(1)").link, at("javascript:alert(1)").action], [null, "sign-in"]);
});

test("problems of the sign-in are told from all others", () => {
  assert.ok(isAboutSignIn(Object.assign(new Problem("offline"), { fromSignIn: true })));
  assert.ok(isAboutSignIn(new Problem("interaction_required")));
  assert.ok(!isAboutSignIn(new Problem("offline")));
});

test("a long wait is told, a short one was tried already", () => {
  const busy = { code: "busy", said: "Microsoft 365 is busy." };
  assert.equal(explain({ ...busy, retryAfter: 5 }).sentence, "Microsoft 365 is busy.");
  assert.equal(explain({ ...busy, retryAfter: 60 }).sentence, "Microsoft 365 is busy. It may take about 60 seconds.");
  assert.equal(explain({ ...busy, retryAfter: 290 }).sentence, "Microsoft 365 is busy. It may take about 5 minutes.");
});
