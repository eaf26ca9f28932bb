import assert from "node:assert/strict";
import { test } from "node:test";
import { Finder } from "../../../addin/js/finder.js";

/** A service whose answers come when the test says so. */
function service() {
  const calls = [];
  const ask = (q, type) => new Promise((resolve, reject) => calls.push({ q, type, resolve, reject }));
  return { calls, ask };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function start(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { calls, ask } = service();
  const seen = [];
  return { calls, seen, finder: new Finder(ask, (found) => seen.push(found)) };
}

test("it asks once, after a pause in the typing", (t) => {
  const { calls, finder } = start(t);
  for (const words of ["n", "no", "nor"]) finder.look(words);
  assert.equal(calls.length, 0);
  t.mock.timers.tick(300);
  assert.deepEqual(
    calls.map(({ q }) => q),
    ["nor"],
  );
});

test("an answer that comes too late is dropped", async (t) => {
  const { calls, seen, finder } = start(t);
  finder.look("old");
  t.mock.timers.tick(300);
  finder.look("new");
  t.mock.timers.tick(300);
  calls[1].resolve({ records: [{ id: "2" }], next: null });
  await settled();
  calls[0].resolve({ records: [{ id: "1" }], next: null });
  await settled();
  assert.deepEqual([seen.at(-1).q, seen.at(-1).records], ["new", [{ id: "2" }]]);
});

test("a failure is an answer too", async (t) => {
  const { calls, seen, finder } = start(t);
  finder.look("x", "deal");
  t.mock.timers.tick(300);
  calls[0].reject(new Error("no"));
  await settled();
  assert.deepEqual([seen.at(-1).state, seen.at(-1).type], ["failed", "deal"]);
});

test("an emptied field shows nothing and asks nothing", (t) => {
  const { calls, seen, finder } = start(t);
  finder.look("a");
  finder.look("  ");
  t.mock.timers.tick(300);
  assert.deepEqual([calls.length, seen.at(-1)], [0, null]);
});
