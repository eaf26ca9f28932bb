import assert from "node:assert/strict";
import { test } from "node:test";
import { Session, expiry } from "../../../addin/js/session.js";

const config = async () => ({
  clientId: "c",
  authority: "https://login.example/common",
  scopes: ["api://c/access_as_user"],
});
const START = 1_000_000_000_000;

function tokenUntil(exp, mark = "") {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ exp, mark })}.x`;
}

/** Plays Outlook: answers are taken in order, the last one stays. */
function outlook({ nested = false, answers = [] }) {
  const asked = [];
  const next = async (options) => {
    asked.push(options);
    return answers.length > 1 ? answers.shift() : answers[0];
  };
  return { asked, canNestSignIn: () => nested, accessToken: next };
}

/** Plays MSAL. */
function library(outcomes) {
  const asked = [];
  const play = async (how, request) => {
    asked.push([how, request]);
    const outcome = outcomes[how];
    if (outcome.errorCode) throw outcome;
    return outcome;
  };
  const client = {
    acquireTokenSilent: (request) => play("silent", request),
    acquireTokenPopup: (request) => play("popup", request),
  };
  return { asked, load: async () => ({ createNestablePublicClientApplication: async () => client }) };
}

const noLibrary = () => assert.fail("the library must not be loaded");
const known = (value) => ({ state: "known", value });

test("without nested sign-in Office is asked, without any window, and no library is loaded", async () => {
  const host = outlook({ answers: [known(tokenUntil(2e9))] });
  assert.equal(await new Session(host, config, noLibrary).token(), tokenUntil(2e9));
  assert.deepEqual(host.asked, [{ allowSignInPrompt: false, allowConsentPrompt: false }]);
});

test("callers at the same time share one request, and later ones the token", async () => {
  const host = outlook({ answers: [known(tokenUntil(2e9))] });
  const session = new Session(host, config, noLibrary, () => START);
  await Promise.all([session.token(), session.token(), session.token()]);
  await session.token();
  assert.equal(host.asked.length, 1);
});

test("a token that is about to end is replaced", async () => {
  const host = outlook({ answers: [known(tokenUntil(START / 1000 + 60)), known(tokenUntil(START / 1000 + 3600))] });
  const session = new Session(host, config, noLibrary, () => START);
  await session.token();
  assert.equal(await session.token(), tokenUntil(START / 1000 + 3600));
});

test("a claims challenge asks Office anew with the challenge", async () => {
  const host = outlook({ answers: [known(tokenUntil(2e9)), known(tokenUntil(2e9, "more"))] });
  const session = new Session(host, config, noLibrary, () => START);
  await session.token();
  assert.equal(await session.token({ claims: '{"x":1}' }), tokenUntil(2e9, "more"));
  assert.equal(host.asked[1].authChallenge, '{"x":1}');
  assert.equal(await session.token(), tokenUntil(2e9, "more"));
});

test("a refusal of Office keeps its code and is marked as one of the sign-in", async () => {
  const host = outlook({ answers: [{ state: "failed", code: 13005 }] });
  await assert.rejects(new Session(host, config, noLibrary).token(), { code: "13005", fromSignIn: true });
});

test("an Office that does not answer ends as a problem, not as endless waiting", async () => {
  const host = outlook({ answers: [{ state: "silent" }] });
  await assert.rejects(new Session(host, config, noLibrary).token(), { code: "outlook_silent" });
});

test("windows may open only when the person pressed the button, and a silent request does not stand in for it", async () => {
  const host = outlook({ answers: [{ state: "failed", code: 13001 }, known(tokenUntil(2e9))] });
  const session = new Session(host, config, noLibrary);
  const [silent, pressed] = await Promise.allSettled([session.token(), session.signIn()]);
  assert.deepEqual([silent.status, pressed.status], ["rejected", "fulfilled"]);
  assert.deepEqual(
    host.asked.map(({ allowSignInPrompt }) => allowSignInPrompt),
    [false, true],
  );
});

test("nested sign-in asks the library for the service's own scope", async () => {
  const msal = library({ silent: { accessToken: tokenUntil(2e9), idToken: "never this one" } });
  const session = new Session(outlook({ nested: true }), config, msal.load);
  assert.equal(await session.token(), tokenUntil(2e9));
  assert.deepEqual(msal.asked, [["silent", { scopes: ["api://c/access_as_user"] }]]);
});

test("a bridge that is not there after all falls back to Office", async () => {
  const msal = library({ silent: { errorCode: "no_account_error" } });
  const host = outlook({ nested: true, answers: [known(tokenUntil(2e9))] });
  assert.equal(await new Session(host, config, msal.load).token(), tokenUntil(2e9));
});

test("a library that cannot be loaded falls back to Office", async () => {
  const host = outlook({ nested: true, answers: [known(tokenUntil(2e9))] });
  const broken = () => Promise.reject(new Error("404"));
  assert.equal(await new Session(host, config, broken).token(), tokenUntil(2e9));
});

test("an interaction that is needed waits for the person's button, which opens the window", async () => {
  const msal = library({ silent: { errorCode: "interaction_required" }, popup: { accessToken: tokenUntil(2e9) } });
  const session = new Session(outlook({ nested: true }), config, msal.load);
  await assert.rejects(session.token(), { code: "interaction_required" });
  assert.equal(await session.signIn(), tokenUntil(2e9));
  assert.deepEqual(
    msal.asked.map(([how]) => how),
    ["silent", "popup"],
  );
});

test("a challenge that needs the person is kept for the button", async () => {
  const msal = library({ silent: { errorCode: "interaction_required" }, popup: { accessToken: tokenUntil(2e9) } });
  const session = new Session(outlook({ nested: true }), config, msal.load);
  const refused = await session.token({ claims: "{}" }).catch((error) => error);
  await session.signIn(refused.claims);
  assert.equal(msal.asked[1][1].claims, "{}");
});

test("settings that cannot be read are the service's trouble, not the person's, and the next try asks for them anew", async () => {
  let tries = 0;
  const flaky = async () => {
    tries += 1;
    if (tries === 1) throw Object.assign(new Error("offline"), { code: "offline" });
    return config();
  };
  const msal = library({ silent: { accessToken: tokenUntil(2e9) } });
  const session = new Session(outlook({ nested: true }), flaky, msal.load);
  await assert.rejects(session.token(), { code: "offline", fromSignIn: false });
  assert.equal(await session.token(), tokenUntil(2e9));
});

test("a library that never comes falls back to Office", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const host = outlook({ nested: true, answers: [known(tokenUntil(2e9))] });
  const asked = new Session(host, config, () => new Promise(() => {})).token();
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  t.mock.timers.tick(10000);
  assert.equal(await asked, tokenUntil(2e9));
});

test("the end of a token is read where there is one", () => {
  assert.equal(expiry(tokenUntil(1234)), 1234000);
  assert.equal(expiry("not a token"), null);
});
