import assert from "node:assert/strict";
import { test } from "node:test";
import { actions, announcement, holds, isSettled, isUnderWay, look, merged, news, waits } from "../../../addin/js/saves.js";

const now = new Date("2026-11-20T12:00:00Z");
const save = (change) => ({
  id: "1",
  state: "saved",
  record: { name: "Northwind" },
  savedBy: { name: "Ben Baker", me: false },
  how: "manual",
  createdAt: "2026-11-20T11:59:50Z",
  savedAt: "2026-11-20T11:59:50Z",
  ...change,
});

test("my save and a colleague's differ in colour, symbol and words", () => {
  const mine = look(save({ savedBy: { name: "Ana", me: true } }), now);
  const theirs = look(save(), now);
  assert.deepEqual([mine.tone, mine.icon, mine.sentence], ["mine", "check", "You · Saved, just now"]);
  assert.deepEqual(
    [theirs.tone, theirs.icon, theirs.sentence],
    ["colleague", "colleague", "Ben Baker · Saved, just now"],
  );
});

test("a save that waits says so and never looks saved", () => {
  const shown = look(save({ state: "queued" }), now);
  assert.equal(shown.icon, "clock");
  assert.equal(shown.sentence, "Ben Baker · Waiting to be saved");
  assert.equal(announcement(save({ state: "queued" })), null);
});

test("what a rule saved is marked", () => {
  const shown = look(save({ how: "autopilot:address" }), now);
  assert.deepEqual([shown.icon, shown.how], ["rule-address", "Autopilot: address"]);
  assert.deepEqual([look(save(), now).icon, look(save(), now).how], ["colleague", null]);
  assert.equal(look(save({ how: "rule" }), now).how, "Autopilot");
});

test("each state offers what can be done in it", () => {
  assert.deepEqual(actions(save({ state: "failed" })), ["retry", "dismiss"]);
  assert.deepEqual(actions(save({ state: "partial" })), ["retry", "move", "undo"]);
  assert.deepEqual(actions(save()), ["move", "undo"]);
  assert.deepEqual(actions(save({ state: "queued" })), ["undo"]);
  assert.deepEqual(actions(save({ state: "undone" })), ["again"]);
});

test("a record counts as taken until its save failed or was undone", () => {
  assert.deepEqual(
    ["queued", "saving", "saved", "partial"].map((state) => holds(save({ state }))),
    [true, true, true, true],
  );
  assert.deepEqual(
    ["failed", "undone"].map((state) => holds(save({ state }))),
    [false, false],
  );
  assert.ok(isUnderWay(save({ state: "saving" })));
});

test("the end of a save is said aloud with the record's name", () => {
  assert.equal(announcement(save()), "Saved to Northwind");
  assert.equal(announcement(save({ state: "failed" })), "Not saved to Northwind");
});

test("a save is looked at quickly at first, then patiently, and not for ever", () => {
  const all = [...waits(() => 0.5)];
  assert.equal(all[0], 400);
  assert.ok(all.every((wait, index) => index === 0 || wait >= all[index - 1]) && all.at(-1) === 10000);
  const sum = all.reduce((one, other) => one + other, 0);
  assert.ok(sum > 110000 && sum < 150000, `${sum}`);
});

test("a save is settled when its category is, too", () => {
  assert.equal(isSettled(save({ category: { state: "pending" } })), false);
  assert.equal(isSettled(save({ category: { state: "refused" } })), true);
  assert.equal(isSettled(save({ state: "queued" })), false);
});

const at = (id, change) => save({ id, createdAt: `2026-11-20T11:0${id}:00Z`, record: { name: `R${id}`, id }, ...change });

test("the service's list is taken over, newest first, and what it no longer has was removed", () => {
  const shown = merged([at("1"), at("2", { state: "queued" })], [at("2"), at("3")], new Set());
  assert.deepEqual(
    shown.map(({ id, state }) => [id, state]),
    [
      ["3", "saved"],
      ["2", "saved"],
      ["1", "undone"],
    ],
  );
});

test("what the person is changing just now stays as it is shown", () => {
  const mine = at("1", { state: "saved", link: "mine" });
  assert.deepEqual(merged([mine], [at("1", { state: "saving" })], new Set(["1"])), [mine]);
  assert.deepEqual(merged([mine], [], new Set(["1"])), [mine]);
});

test("a removed save makes room for one to the same record", () => {
  const again = at("2", { record: at("1").record });
  assert.deepEqual(
    merged([at("1", { state: "undone" })], [again], new Set()).map(({ id }) => id),
    ["2"],
  );
});

test("only what came to its end is told aloud, with the colleague's name", () => {
  const before = [at("1", { state: "queued" }), at("2"), at("4", { state: "queued", savedBy: { me: true } })];
  const now = [at("1"), at("2"), at("3", { state: "queued" }), at("4", { savedBy: { me: true } })];
  assert.deepEqual(news(before, now), ["Ben Baker saved this to R1.", "Saved to R4"]);
  assert.deepEqual(news([at("1")], [at("1", { state: "undone" })]), ["Removed from R1"]);
});
