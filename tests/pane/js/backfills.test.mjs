import assert from "node:assert/strict";
import { test } from "node:test";
import { backfillLook, daysOf, isMoving, isNews, mayChange } from "../../../addin/js/backfills.js";

const now = new Date("2026-11-20T12:00:00Z");
const none = { queued: 0, saved: 0, partial: 0, failed: 0, undone: 0 };
const backfill = ({ saves, ...change } = {}) => ({
  state: "running",
  progress: 0.5,
  position: "2026-11-05T12:00:00Z",
  since: "2026-10-21T12:00:00Z",
  seen: 40,
  matched: 4,
  saves: { ...none, ...saves },
  startedBy: { me: true },
  ...change,
});

test("it is looked at again while it walks, undoes, or has saves waiting", () => {
  assert.equal(isMoving(backfill()), true);
  assert.equal(isMoving(backfill({ state: "undoing" })), true);
  assert.equal(isMoving(backfill({ state: "done", saves: { queued: 1 } })), true);
  assert.equal(isMoving(backfill({ state: "done", saves: { saved: 4 } })), false);
  assert.equal(isMoving(backfill({ state: "paused" })), false);
});

test("what ended long ago is no news, what failed or pauses is", () => {
  const ended = { state: "done", finishedAt: "2026-11-20T10:00:00Z", saves: { saved: 4 } };
  assert.equal(isNews(backfill(ended), now), false);
  assert.equal(isNews(backfill({ ...ended, finishedAt: "2026-11-20T11:50:00Z" }), now), true);
  assert.equal(isNews(backfill({ state: "paused" }), now), true);
  assert.equal(isNews(backfill({ state: "failed" }), now), true);
});

test("counts and progress are told in words and as a share", () => {
  const shown = backfillLook(backfill({ saves: { queued: 2, saved: 1, failed: 1 } }));
  assert.match(shown.sentence, /^Looked at 40 messages, up to .*\. 4 fit: 1 saved, 2 waiting, 1 not saved\.$/);
  assert.equal(shown.share, 0.375);
  assert.deepEqual(shown.actions, ["pause", "undo"]);
});

test("before anything was looked at it says since when it looks", () => {
  assert.match(
    backfillLook(backfill({ seen: 0, matched: 0, progress: 0 })).sentence,
    /^Looking at mail since .*21.*\.$/,
  );
});

test("each end has a word, a symbol and what can be done", () => {
  const done = backfillLook(backfill({ state: "done", saves: { saved: 4 } }));
  assert.deepEqual([done.word, done.icon, done.share], ["Past mail is saved", "check", null]);
  assert.deepEqual(done.actions, ["undo", "hide"]);
  assert.deepEqual(backfillLook(backfill({ state: "done" })).actions, ["hide"]);
  assert.deepEqual(backfillLook(backfill({ state: "failed" })).actions, ["again", "undo", "hide"]);
  assert.equal(
    backfillLook(backfill({ state: "undone", saves: { undone: 1 } })).sentence,
    "1 message was taken off the record.",
  );
});

test("starting again asks for the same time, a year at most", () => {
  assert.equal(daysOf(backfill(), now), 30);
  assert.equal(daysOf({ since: "2000-01-01T00:00:00Z" }, now), 365);
});

test("whoever carries the rule, started it or administers Affix may change it", () => {
  const theirs = { rule: "1", startedBy: { me: false } };
  const nobody = { me: { person: { administrator: false } }, rules: [], allRules: null };
  assert.equal(mayChange(theirs, nobody), false);
  assert.equal(mayChange({ ...theirs, startedBy: { me: true } }, nobody), true);
  assert.equal(mayChange(theirs, { ...nobody, rules: [{ id: "1", carriedBy: { me: true } }] }), true);
  assert.equal(mayChange(theirs, { ...nobody, me: { person: { administrator: true } } }), true);
});
