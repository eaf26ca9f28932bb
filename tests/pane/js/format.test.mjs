import assert from "node:assert/strict";
import { test } from "node:test";
import { size, when } from "../../../addin/js/format.js";

const now = new Date(2026, 10, 20, 15, 0);
const at = (...parts) => when(new Date(...parts).toISOString(), now, "en-GB");

test("times are told as people tell them", () => {
  assert.equal(at(2026, 10, 20, 14, 59, 30), "just now");
  assert.equal(at(2026, 10, 20, 9, 5), "today 09:05");
  assert.equal(at(2026, 10, 19, 23, 59), "yesterday 23:59");
  assert.equal(at(2026, 10, 3, 8, 0), "3 Nov");
  assert.equal(at(2024, 10, 3, 8, 0), "3 Nov 2024");
});

test("a missing or broken time is left out", () => {
  assert.equal(when(null), "");
  assert.equal(when("soon"), "");
});

test("sizes are rounded to what a person reads", () => {
  assert.deepEqual([0, 999, 1000, 48211, 999499, 1423000, 18423000].map(size), [
    "0 B",
    "999 B",
    "1 kB",
    "48 kB",
    "999 kB",
    "1.4 MB",
    "18 MB",
  ]);
  assert.equal(size(undefined), "");
});
