import assert from "node:assert/strict";
import { test } from "node:test";
import { pause } from "../../../addin/js/live.js";

/** The first waits at that pace, in seconds. */
function waits(pace, count, last = 0) {
  const found = [];
  for (let wait = last; found.length < count; found.push(Math.round(wait / 100) / 10)) wait = pause(wait, pace);
  return found;
}

test("what was just asked for is looked at soon, then every four seconds", () => {
  assert.deepEqual(waits("hurried", 8), [0.4, 0.6, 0.9, 1.4, 2, 3, 4, 4]);
});

test("while somebody is there it is every four seconds", () => {
  assert.deepEqual(waits("quick", 3), [4, 4, 4]);
  assert.deepEqual(waits("quick", 2, 30000), [4, 4]);
});

test("where nothing moves looks become rare", () => {
  assert.deepEqual(waits("calm", 7), [4, 6, 9, 13.5, 20.3, 30, 30]);
});
