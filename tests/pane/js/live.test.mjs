import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Live, pause } from "../../../addin/js/live.js";

/** The first waits at that pace, in seconds. */
function waits(pace, count, last = 0) {
  const found = [];
  for (let wait = last; found.length < count; found.push(Math.round(wait / 100) / 10)) wait = pause(wait, pace);
  return found;
}

test("what was just asked for is looked at soon, then every four seconds", () => {
  assert.deepEqual(waits("hurried", 8), [0.4, 0.6, 0.9, 1.4, 2, 3, 4, 4]);
});

test("while somebody is there it is every four seconds", () => {
  assert.deepEqual(waits("quick", 3), [4, 4, 4]);
  assert.deepEqual(waits("quick", 2, 30000), [4, 4]);
});

test("where nothing moves looks become rare", () => {
  assert.deepEqual(waits("calm", 7), [4, 6, 9, 13.5, 20.3, 30, 30]);
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A pane beside a message that just came, of a mailbox that Autopilot watches, and what is asked of the service. */
function beside(context) {
  const made = {
    visit: 1,
    asked: 0,
    drawn: 0,
    live: { tag: "1", content: { saves: [], presence: [] } },
    why: null,
    parts: { saving: { edition: 1, take() {}, noteSlow() {} }, presence: { take() {} } },
    state: {
      asked: { id: "i" },
      saves: [],
      presence: [],
      context: {
        mailbox: { id: "m" },
        message: { id: "i", receivedAt: new Date().toISOString() },
        health: { state: "connected", carriers: [] },
        autopilot: null,
        ...context,
      },
    },
    set(change) {
      Object.assign(this.state, change);
      this.drawn += 1;
    },
  };
  made.api = {
    forget() {},
    live: async () => made.live,
    context: async () => ((made.asked += 1), { autopilot: made.why }),
  };
  return made;
}

async function pass(seconds) {
  for (let left = seconds; left > 0; left -= 1) {
    mock.timers.tick(1000);
    await settled();
  }
}

describe("why Autopilot saved a message, or did not", () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: new Date("2026-11-20T12:00:00Z") });
    globalThis.document = /** @type {Document} */ ({ hidden: false });
  });
  afterEach(() => {
    mock.timers.reset();
    delete globalThis.document;
  });

  test("is told when the save comes while the message is open", async () => {
    const made = beside({ health: { state: "connected" } });
    new Live(made).understood(made.state.context, true);
    await pass(10);
    assert.equal(made.asked, 0);
    made.live = { tag: "2", content: { saves: [{ id: "1", state: "saved", how: "autopilot:address" }], presence: [] } };
    made.why = { reason: "It is of an address." };
    await pass(5);
    assert.deepEqual([made.state.context.autopilot, made.asked, made.drawn > 0], [made.why, 1, true]);
    await pass(60);
    assert.equal(made.asked, 1);
  });

  test("is asked for a while beside a message that just came", async () => {
    const made = beside();
    new Live(made).understood(made.state.context, true);
    await pass(27);
    assert.equal(made.asked, 1);
    made.why = { reason: "It is mail inside the organisation." };
    await pass(27);
    assert.deepEqual([made.state.context.autopilot, made.asked], [made.why, 2]);
  });

  test("is not asked where nobody watches, and not beside older mail", async () => {
    const nobody = beside({ health: { state: "connected" } });
    const older = beside({ message: { id: "i", receivedAt: "2026-11-19T12:00:00Z" } });
    for (const made of [nobody, older]) new Live(made).understood(made.state.context, true);
    await pass(120);
    assert.deepEqual([nobody.asked, older.asked], [0, 0]);
  });
});
