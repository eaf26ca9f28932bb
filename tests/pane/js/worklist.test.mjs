import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { WorkList } from "../../../addin/js/worklist.js";

const record = { destination: "local", type: "contact", id: "1", name: "Adatum" };
const mine = { id: "m1", address: "ana@a.example" };
const theirs = { id: "m2", address: "support@a.example" };
const row = (id) => ({ id, internetMessageId: `<${id}>`, from: {}, subject: id });
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** An answer that comes when it is told to. */
function late() {
  const one = {};
  one.promise = new Promise((resolve) => (one.come = resolve));
  return one;
}

function pane(api) {
  return {
    said: [],
    visit: 1,
    state: { ...WorkList.always(), item: null, lastMailbox: mine, me: { person: {}, mailboxes: [mine, theirs] } },
    api: { mailboxOverview: async () => null, unfiled: async () => ({ unfiled: [row("a")], next: null }), ...api },
    set(change) {
      Object.assign(this.state, change);
    },
    say(words) {
      this.said.push(words);
    },
    focus() {},
  };
}

async function listed(api) {
  const made = pane(api);
  const list = new WorkList(made);
  list.met({ saves: [] });
  await settled();
  return { made, list, events: list.events, work: () => made.state.work };
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => {
  mock.timers.reset();
  delete globalThis.document;
});

test("what becomes of a row that made room for a message meanwhile holds up no newer list", async () => {
  const answer = late();
  const { list, events, work } = await listed({ save: () => answer.promise });
  events["save-row"]({ row: row("a"), record });
  assert.equal(work().done.get("a").state, "saving");
  list.arrived({ id: "open" });
  assert.equal(work().asking, 1, "a new start of the pane would end it");
  answer.come({ saves: [{ id: "1", state: "saved", record }] });
  await settled();
  assert.deepEqual([work().done.size, work().asking], [0, 0]);
});

test("a row that is put back while another mailbox is chosen is not missed there", async () => {
  const [answer, other] = [late(), late()];
  const unfiled = (mailbox) => (mailbox === "m1" ? { unfiled: [row("a")], next: null } : other.promise);
  const { events, made, work } = await listed({ unfiled: async (id) => unfiled(id), restoreUnfiled: () => answer.promise });
  events["show-dismissed"]({ dismissed: true });
  await settled();
  const restored = events["restore-row"]({ row: row("a") });
  events["choose-mailbox"]({ id: "m2" });
  assert.equal(work().rows, null);
  answer.come(null);
  await restored;
  assert.equal(made.said.at(-1), "It is on the list again");
  other.come({ unfiled: [row("b")], next: null });
  await settled();
  assert.deepEqual(work().rows.map(({ id }) => id), ["b"]);
});

test("a button of a row that was cleared meanwhile does nothing", async () => {
  const { events, list } = await listed({});
  list.arrived({ id: "open" });
  await events["undo-row"]({ row: row("a") });
  await events["retry-row"]({ row: row("a") });
});

test("a save is looked at again only while the pane is in sight", async () => {
  let looks = 0;
  const save = { id: "1", state: "queued", record };
  const { events, list, work } = await listed({
    save: async () => ({ saves: [save] }),
    readSave: async () => ((looks += 1), { ...save, state: "saved" }),
  });
  await events["save-row"]({ row: row("a"), record });
  globalThis.document = /** @type {Document} */ ({ hidden: true });
  mock.timers.tick(10000);
  assert.equal(looks, 0);
  globalThis.document = /** @type {Document} */ ({ hidden: false });
  list.returned();
  await settled();
  assert.equal(work().done.get("a").state, "saved");
});
