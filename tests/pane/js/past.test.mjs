import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Past } from "../../../addin/js/past.js";

const none = { queued: 0, saved: 0, partial: 0, failed: 0, undone: 0 };
const backfill = (state, more) => ({
  id: "1",
  rule: "7",
  state,
  progress: 0.5,
  seen: 4,
  matched: 1,
  saves: none,
  startedBy: { me: true },
  mailbox: { address: "support@a.example" },
  finishedAt: state === "done" ? new Date().toISOString() : null,
  ...more,
});

function pane(api, change) {
  return {
    api,
    said: [],
    looks: 0,
    visit: 1,
    state: {
      asked: { id: "ews" },
      context: { mailbox: { address: "support@a.example" }, message: { id: "fixed" } },
      backfills: [],
      busyPast: new Set(),
      preview: null,
      ...change,
    },
    set(more) {
      Object.assign(this.state, more);
    },
    say(words) {
      this.said.push(words);
    },
    look() {
      this.looks += 1;
    },
    show() {},
    focus() {},
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function wait(ms) {
  mock.timers.tick(ms);
  await settled();
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => {
  mock.timers.reset();
  delete globalThis.document;
});

test("what goes on is looked at until it is done, and then the message once more", async () => {
  const answers = [backfill("running", { seen: 8 }), backfill("done")];
  let asked = 0;
  const made = pane({
    backfills: async () => ({ backfills: [backfill("running")] }),
    readBackfill: async () => answers[asked++],
  });
  await new Past(made).list();
  assert.equal(made.state.backfills[0].state, "running");
  await wait(1000);
  await wait(1500);
  assert.deepEqual([asked, made.state.backfills[0].state, made.looks], [2, "done", 1]);
  assert.match(made.said.at(-1), /^Past mail is saved/);
  await wait(600000);
  assert.equal(asked, 2, "nobody asks after the end");
});

test("what was hidden stays so when the list is read again", async () => {
  const made = pane({ backfills: async () => ({ backfills: [backfill("done")] }) });
  const past = new Past(made);
  await past.list();
  past.events["hide-backfill"]({ backfill: made.state.backfills[0] });
  await past.list(true);
  assert.deepEqual(made.state.backfills, []);
});

test("nothing is asked while the pane is hidden, and again when it is seen", async () => {
  let asked = 0;
  const made = pane({
    backfills: async () => ({ backfills: [backfill("running")] }),
    readBackfill: async () => ((asked += 1), backfill("running")),
  });
  const past = new Past(made);
  globalThis.document = { hidden: true };
  await past.list();
  await wait(600000);
  assert.equal(asked, 0);
  globalThis.document.hidden = false;
  await past.list();
  await wait(1000);
  assert.equal(asked, 1);
});

test("it is asked less and less often while nothing changes", async () => {
  let asked = 0;
  const made = pane({
    backfills: async () => ({ backfills: [backfill("running")] }),
    readBackfill: async () => ((asked += 1), backfill("running")),
  });
  await new Past(made).list();
  for (let second = 0; second < 120; second += 1) await wait(1000);
  assert.ok(asked > 8 && asked < 20, `${asked} looks in two minutes`);
});

test("a dry run asks for the rule as it would be started, and keeps a refusal for the person to read", async () => {
  const asked = [];
  const made = pane({ previewRule: (wanted) => (asked.push(wanted), Promise.reject({ code: "busy" })) });
  const record = { destination: "local", type: "contact", id: "7" };
  await new Past(made).events["preview-rule"]({
    offer: { kind: "address", value: "jo@x.example" },
    record,
    terms: { scope: "everywhere" },
    key: "this",
  });
  const wanted = { kind: "address", value: "jo@x.example", mailbox: "support@a.example", record, scope: "everywhere" };
  assert.deepEqual(asked, [{ ...wanted, days: 30 }]);
  assert.deepEqual([made.state.preview.problem.code, made.state.preview.busy], ["busy", false]);
});

test("of another message a late dry run is dropped", async () => {
  const made = pane({ previewRule: async () => ((made.visit += 1), made.set({ preview: null }), { count: 1 }) });
  const record = { destination: "local", type: "contact", id: "7" };
  await new Past(made).events["preview-rule"]({ offer: { kind: "domain", value: "x.example" }, record });
  assert.equal(made.state.preview, null);
  assert.deepEqual(made.said, []);
});
