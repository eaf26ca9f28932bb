import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Watch } from "../../../addin/js/watch.js";

const MINUTES = 60000;
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function pass(ms) {
  for (let left = ms; left > 0; left -= 100) {
    mock.timers.tick(100);
    await settled();
  }
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => {
  mock.timers.reset();
  delete globalThis.document;
});

test("it looks until nothing is under way any more", async () => {
  let looks = 0;
  new Watch(async () => ++looks < 3).begin();
  await pass(MINUTES);
  assert.equal(looks, 3);
});

test("after about two minutes it gives up, once, and looks no more", async () => {
  let [looks, gaveUp] = [0, 0];
  const watch = new Watch(
    async () => ++looks,
    () => (gaveUp += 1),
  );
  watch.begin();
  await pass(1.5 * MINUTES);
  assert.equal(gaveUp, 0);
  await pass(1.5 * MINUTES);
  const until = looks;
  await pass(2 * MINUTES);
  assert.deepEqual([gaveUp, looks], [1, until]);
});

test("nothing is asked while the pane is hidden, and at once when the person is back", async () => {
  let looks = 0;
  const watch = new Watch(async () => ++looks);
  globalThis.document = /** @type {Document} */ ({ hidden: true });
  watch.begin();
  await pass(5 * MINUTES);
  watch.returned();
  assert.equal(looks, 0);
  globalThis.document = /** @type {Document} */ ({ hidden: false });
  watch.returned();
  await settled();
  assert.equal(looks, 1);
  await pass(MINUTES);
  assert.ok(looks > 5);
});

test("what was stopped, or begun anew, looks once at a time", async () => {
  let looks = 0;
  let answer;
  const watch = new Watch(() => new Promise((resolve) => ((looks += 1), (answer = resolve))));
  watch.begin();
  await pass(1000);
  watch.begin();
  answer(true); // to what was asked before
  await settled();
  await pass(300);
  assert.equal(looks, 1, "nobody goes on for the older one");
  await pass(200);
  assert.equal(looks, 2);
  watch.stop();
  answer(true);
  await pass(MINUTES);
  watch.returned();
  assert.equal(looks, 2);
});
