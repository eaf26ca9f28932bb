import assert from "node:assert/strict";
import { test } from "node:test";
import { healthLook, needsCare } from "../../../addin/js/health.js";

const now = new Date("2026-11-20T12:00:00Z");
const ben = { name: "Ben Baker", address: "ben@a.example", me: false, state: "ok", until: "2027-02-01T00:00:00Z" };
const watched = (change) => ({
  state: "connected",
  message: "As it comes.",
  carriers: [ben],
  warning: null,
  ...change,
});

test("nothing is said of a mailbox that nobody watches", () => {
  assert.equal(healthLook(undefined), null);
  assert.equal(healthLook({ state: "connected", message: "Affix could read it." }), null);
});

test("every state has a word and a symbol", () => {
  const shown = healthLook(watched(), now);
  assert.deepEqual([shown.icon, shown.word, shown.serious], ["check", "Connected", false]);
  assert.equal(shown.carriers, "Carried by Ben Baker");
  assert.equal(healthLook(watched({ state: "degraded" })).serious, false);
  const lost = healthLook(watched({ state: "accessLost" }));
  assert.deepEqual([lost.icon, lost.word, lost.serious], ["error", "Access lost", true]);
});

test("a warning needs care, and names whose connection ends", () => {
  const ending = { ...ben, state: "endsSoon", until: "2026-11-28T12:00:00Z" };
  const health = watched({
    carriers: [ending],
    warning: { code: "connection_ends", message: "Ben should open Affix." },
  });
  assert.equal(needsCare(health), true);
  assert.equal(needsCare(watched()), false);
  assert.equal(healthLook(health, now).warning, "Ben should open Affix.");
  assert.match(healthLook(health, now).carriers, /^Carried by Ben Baker \(until .*28.*\)$/);
});

test("a gap that was caught up is told for a day", () => {
  const gap = { since: "2026-11-20T10:40:00Z", until: "2026-11-20T11:00:00Z", messages: 3, saves: 2 };
  assert.match(
    healthLook(watched({ caughtUp: gap }), now).caughtUp,
    /^3 messages of the gap since .* were caught up, 2 saved/,
  );
  assert.equal(healthLook(watched({ caughtUp: gap }), new Date("2026-11-22T12:00:00Z")).caughtUp, null);
});
