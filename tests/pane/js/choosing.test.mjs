import assert from "node:assert/strict";
import { test } from "node:test";
import { Choosing } from "../../../addin/js/choosing.js";
import { offered } from "../../../addin/js/records.js";
import { Saving } from "../../../addin/js/saving.js";

const record = (id) => ({ destination: "local", type: "contact", id, name: id });

function pane() {
  const suggestions = [record("1"), record("2")];
  return {
    said: [],
    visit: 1,
    parts: { live: { hurry() {} } },
    api: {
      save(item, records) {
        this.wanted = records.map(({ id }) => id);
        return Promise.resolve({ saves: [] });
      },
    },
    state: { ...Choosing.forItem(), ...Saving.forItem(), asked: {}, context: { message: {}, suggestions } },
    set(change) {
      Object.assign(this.state, change);
    },
    say(words) {
      this.said.push(words);
    },
  };
}

const ids = (records) => records.map(({ id }) => id);

test("a suggestion that was ticked stays, and is saved to, when others are suggested by then", async () => {
  const made = pane();
  new Choosing(made).events["toggle-record"]({ record: record("2") });
  assert.deepEqual(ids(offered(made.state, made.state.context.suggestions)), ["1", "2"], "it stays in its place");
  const later = [record("3")];
  made.set({ context: { message: {}, suggestions: later } });
  assert.deepEqual(ids(offered(made.state, later)), ["3", "2"]);
  await new Saving(made).save();
  assert.deepEqual(made.api.wanted, ["2"]);
});

test("nothing is saved to what was ticked and is not any more", async () => {
  const made = pane();
  const toggle = new Choosing(made).events["toggle-record"];
  toggle({ record: record("1") });
  toggle({ record: record("1") });
  await new Saving(made).save();
  assert.equal(made.api.wanted, undefined);
  assert.deepEqual(made.said, ["Choose at least one record."]);
});
