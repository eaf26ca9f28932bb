import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

// The elements draw themselves in the browser alone; here it is enough that the class can be made.
globalThis.HTMLElement ??= class {};
globalThis.customElements ??= { define() {}, get() {} };
globalThis.document ??= { baseURI: "https://affix.example/addin/admin.html" };
const { ListSection } = await import("../../../addin/admin/list-section.js");

/** Pages whose answers come when the test lets them come. */
class Names extends ListSection {
  filters = { q: "" };
  waiting = [];

  page(cursor) {
    const { q } = this.filters;
    return new Promise((resolve) => this.waiting.push((rows, next = null) => resolve({ rows, next, q, cursor })));
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function wait(ms) {
  mock.timers.tick(ms);
  await settled();
}

function section() {
  const app = { redraw() {}, say() {} };
  return Object.assign(new Names(app), { phase: "ready" });
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("what was typed last is asked for though an answer is still on its way, and that one is dropped", async () => {
  const list = section();
  list.filter({ q: "a" }, 300);
  await wait(300);
  list.filter({ q: "ab" }, 300);
  await wait(300);
  assert.equal(list.waiting.length, 2);
  list.waiting[1](["ab"]);
  await settled();
  list.waiting[0](["a", "ab"]);
  await settled();
  assert.deepEqual(list.rows, ["ab"]);
});

test("a further page of what is no longer asked for is no part of the list", async () => {
  const list = section();
  list.filter({ q: "a" });
  await wait(0);
  list.waiting[0](["a"], "next");
  await settled();
  list.more().children[0].props.onclick();
  list.filter({ q: "b" });
  await wait(0);
  list.waiting[1](["aa"]);
  list.waiting[2](["b"]);
  await settled();
  assert.deepEqual(list.rows, ["b"]);
});
