import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Missed } from "../../../addin/js/missed.js";

const idle = () => ({
  item: { id: "first" },
  saving: false,
  starting: false,
  form: null,
  adding: false,
  chosen: new Map(),
  several: { run: null },
  work: { choosing: null, ticked: new Set(), asking: 0 },
});

/** Beside the first message, while Outlook has another one selected. */
const beside = (change) => ({
  visit: 1,
  state: { ...idle(), ...change },
  host: { selectedItems: async () => [{ id: "second", composing: false }] },
});

let started;

beforeEach(() => {
  started = 0;
  globalThis.window = { location: { reload: () => (started += 1) } };
});
afterEach(() => delete globalThis.window);

test("another message than the one that is shown starts the pane anew", async () => {
  await new Missed(beside()).returned();
  assert.equal(started, 1);
});

const work = (change) => ({ work: { ...idle().work, ...change } });
const rows = (state) => [{ item: { id: "a" }, state, saves: [] }];
const unfinished = {
  "a save": { saving: true },
  "a rule that is being started": { starting: true },
  "messages that are being saved": { several: { run: { rows: rows("asking") } } },
  "a save that was asked for in the work list": work({ asking: 1 }),
  "rows that are ticked": work({ ticked: new Set(["a"]) }),
  "a record that is looked for": work({ choosing: "a" }),
  "the form of a new record": { form: {} },
  "the form of another rule": { adding: true },
  "chosen records": { chosen: new Map([["local/contact/1", { id: "1" }]]) },
};

for (const [what, state] of Object.entries(unfinished))
  test(`no new start ends ${what}`, async () => {
    await new Missed(beside(state)).returned();
    assert.equal(started, 0);
  });
