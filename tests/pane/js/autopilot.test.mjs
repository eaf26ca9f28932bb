import assert from "node:assert/strict";
import { test } from "node:test";
import { Autopilot } from "../../../addin/js/autopilot.js";

const record = { destination: "local", type: "contact", id: "7", name: "Jo" };
const context = {
  mailbox: { address: "support@a.example" },
  message: { id: "immutable", attachments: [], from: { address: "jo@x.example" }, to: [], cc: [] },
};

function pane(api, change) {
  const said = [];
  return {
    api,
    said,
    visit: 1,
    state: {
      asked: { id: "ews", owner: "support@a.example" },
      context,
      ticked: new Set(),
      rules: [],
      allRules: null,
      busyRules: new Set(),
      ...change,
    },
    set(more) {
      Object.assign(this.state, more);
    },
    say(words) {
      said.push(words);
    },
    show() {},
  };
}

test("an address rule names mailbox, value and record, and a conversation the open item", async () => {
  const asked = [];
  const made = pane({ startRule: async (wanted) => (asked.push(wanted), { id: "1", title: "All", state: "active" }) });
  const autopilot = new Autopilot(made);
  await autopilot.start({ kind: "address", value: "jo@x.example" }, record);
  await autopilot.start({ kind: "conversation", value: null }, record);
  const common = { mailbox: "support@a.example", record: { destination: "local", type: "contact", id: "7" } };
  assert.deepEqual(asked[0], { kind: "address", value: "jo@x.example", ...common });
  assert.deepEqual(asked[1].item, { id: "immutable", owner: "support@a.example", idFormat: "immutable" });
  assert.equal(made.state.rules.length, 1);
  assert.equal(made.said[0], "Autopilot started: All");
});

test("past mail of a rule for everywhere is asked for in the open mailbox, else it comes with the rule", async () => {
  const asked = [];
  const past = { list: async () => asked.push("list"), begin: async (rule, wanted) => asked.push([rule, wanted]) };
  const rules = [
    { id: "1", title: "All", state: "active" },
    { id: "2", title: "Here", state: "active", backfill: { id: "b" } },
  ];
  const made = pane({ startRule: async () => rules.shift() });
  made.parts = { past };
  const autopilot = new Autopilot(made);
  const terms = { scope: "everywhere", pastToo: true, pastDays: 90 };
  await autopilot.start({ kind: "address", value: "jo@x.example" }, record, terms);
  await autopilot.start({ kind: "address", value: "jo@x.example" }, record, { ...terms, scope: "mailbox" });
  assert.deepEqual(asked, [["1", { mailbox: "support@a.example", days: 90 }], "list"]);
  assert.equal(made.state.startProblem ?? null, null);
});

test("nothing is started without a record", async () => {
  const made = pane({});
  await new Autopilot(made).start({ kind: "conversation" }, null);
  assert.deepEqual(made.said, ["Choose a record above first."]);
});

test("a refusal is kept for the person to read", async () => {
  const problem = { code: "license_missing", request: "Please" };
  const made = pane({ startRule: () => Promise.reject(problem) });
  await new Autopilot(made).start({ kind: "conversation" }, record);
  assert.equal(made.state.startProblem, problem);
  assert.equal(made.state.starting, false);
});

test("a rule that was removed goes from both lists, and one that was paused stays in its place", async () => {
  const rules = [
    { id: "1", title: "One", state: "active" },
    { id: "2", title: "Two", state: "active" },
  ];
  const api = {
    removeRule: async () => ({ ...rules[0], state: "removed" }),
    changeRule: async (id, { state }) => ({ ...rules[1], state }),
  };
  const made = pane(api, { rules, allRules: rules, context: null });
  await new Autopilot(made).pause("2");
  assert.deepEqual(made.state.rules[1].state, "paused");
  await new Autopilot(made).remove("1");
  assert.deepEqual(
    [made.state.rules, made.state.allRules].map(({ length }) => length),
    [1, 1],
  );
  assert.deepEqual(made.said, ["Paused: Two", "Removed: One. What it saved stays."]);
});

test("a list that comes after a message was opened is dropped", async () => {
  const made = pane({ rules: async () => ((made.visit += 1), { rules: [{ id: "1" }] }) });
  await new Autopilot(made).list();
  assert.equal(made.state.allRules, null);
});
