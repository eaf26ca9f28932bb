import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

// The elements draw themselves in the browser alone; here it is enough that the class can be made.
globalThis.HTMLElement ??= class {};
globalThis.customElements ??= { define() {}, get() {} };
globalThis.document ??= { baseURI: "https://affix.example/addin/admin.html" };
const { Webhook } = await import("../../../addin/admin/sections/webhook.js");

const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("the state that was chosen last is shown, though an older answer is still on its way", async () => {
  const waiting = [];
  const api = {
    webhook: async () => ({ id: "1", state: "active" }),
    webhookEvents: async () => ({ events: [] }),
    deliveries: (hook, { state }) =>
      new Promise((resolve) => waiting.push(() => resolve({ deliveries: [{ id: state || "any" }], next: null }))),
  };
  const section = Object.assign(new Webhook({ redraw() {}, say() {}, api }, "1"), { phase: "ready" });
  section.refresh();
  section.filter({ state: "failed" });
  mock.timers.tick(0);
  assert.equal(waiting.length, 2);
  waiting[1]();
  await settled();
  waiting[0]();
  await settled();
  assert.deepEqual(section.rows, [{ id: "failed" }]);
});
