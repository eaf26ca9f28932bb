import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Several, isOver } from "../../../addin/js/several.js";

const MINUTES = 60000;
const record = { destination: "local", type: "contact", id: "1", name: "Adatum" };
const message = (id) => ({ id, idFormat: "ews", subject: id, internetMessageId: `<${id}>`, composing: false });
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function pass(ms) {
  for (let left = ms; left > 0; left -= 200) {
    mock.timers.tick(200);
    await settled();
  }
}

/** A pane with so many messages selected. The service queues their saves; how they stand then is `saveState`. */
function selecting(count) {
  const made = {
    said: [],
    looks: 0,
    asking: 0,
    most: 0,
    saveState: "queued",
    host: {
      selectedItems: async () => Array.from({ length: count }, (_, number) => message(`m${number}`)),
      onSelectionChanged() {},
    },
    state: { ...Several.always(), lastMailbox: null, me: null, picked: [], chosen: new Map([["1", record]]) },
    set(change) {
      Object.assign(this.state, change);
    },
    say(words) {
      this.said.push(words);
    },
  };
  made.api = {
    save: async (item) => ({ saves: [{ id: item.id, state: "queued", record }] }),
    readSave: async (id) => ((made.looks += 1), { id, state: made.saveState, record }),
    savesOf: async () => {
      made.most = Math.max(made.most, ++made.asking);
      await settled();
      made.asking -= 1;
      return { saves: [] };
    },
  };
  return made;
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => {
  mock.timers.reset();
  delete globalThis.document;
});

/** The pane, once "save all" was pressed and the service has taken all of them in. */
async function saving(count) {
  const made = selecting(count);
  const several = new Several(made);
  several.started();
  await pass(200);
  several.events["save-several"]();
  await pass(200);
  return { made, several, run: () => made.state.several.run };
}

test("a run ends when the service is done with all of them", async () => {
  const { made, run } = await saving(3);
  assert.equal(isOver(run()), false);
  made.saveState = "saved";
  await pass(1000);
  assert.equal(isOver(run()), true);
  assert.equal(made.said.at(-1), "3 saved");
});

test("a run that waits for long ends by saying so, and is looked at again when that is asked for", async () => {
  const { made, several, run } = await saving(2);
  await pass(3 * MINUTES);
  assert.ok(isOver(run()));
  assert.match(made.said.at(-1), /^This takes longer than usual/);
  const before = made.looks;
  await pass(2 * MINUTES);
  assert.equal(made.looks, before, "nobody asks by themselves any more");
  made.saveState = "saved";
  several.events["look-at-several"]();
  await pass(1000);
  assert.equal(made.looks, before + 2);
  assert.equal(made.said.at(-1), "2 saved");
});

test("nothing is asked about it while the pane is hidden", async () => {
  const { made, several, run } = await saving(2);
  globalThis.document = /** @type {Document} */ ({ hidden: true });
  await pass(5 * MINUTES);
  assert.equal(made.looks, 0);
  made.saveState = "saved";
  globalThis.document = /** @type {Document} */ ({ hidden: false });
  several.returned();
  await pass(200);
  assert.ok(isOver(run()));
});

test("after a run is closed it is asked where the messages are, a few at a time", async () => {
  const { made, several } = await saving(30);
  made.saveState = "saved";
  await pass(5000);
  made.most = 0;
  several.events["close-several"]();
  await pass(2000);
  assert.equal(made.most, 4);
  assert.equal(Object.keys(made.state.several.held).length, 30);
});
