import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import * as host from "../../../addin/js/host.js";

const succeed = (value) => (done) => done({ status: "succeeded", value });

function outlook({ item = null, supported = false, bridge = null, ...mailbox } = {}) {
  globalThis.window = { nestedAppAuthBridge: bridge };
  globalThis.Office = {
    onReady: async () => ({ host: "Outlook", platform: "OfficeOnline" }),
    EventType: { ItemChanged: "olkItemSelectedChanged" },
    context: {
      mailbox: { item, userProfile: { emailAddress: "me@x.example" }, ...mailbox },
      requirements: { isSetSupported: () => supported },
    },
  };
}

afterEach(() => {
  delete globalThis.Office;
  delete globalThis.window;
});

test("a page without office.js knows that it is outside", async () => {
  assert.deepEqual(await host.start(), { inOutlook: false, missing: true });
});

test("a plain browser tab knows that it is outside", async () => {
  globalThis.Office = { onReady: async () => ({ host: null }), context: {} };
  assert.deepEqual(await host.start(), { inOutlook: false, missing: false });
});

test("an Outlook that never introduces itself can be tried anew by a reload", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.Office = { onReady: () => new Promise(() => {}) };
  const starting = host.start();
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  t.mock.timers.tick(10000);
  assert.deepEqual(await starting, { inOutlook: false, missing: true });
});

test("an item that is not shared has no method to ask, and that is an answer", async () => {
  outlook();
  assert.deepEqual(await host.sharedProperties({ handle: {} }), { state: "absent" });
});

test("shared properties are passed on", async () => {
  outlook();
  const handle = { getSharedPropertiesAsync: succeed({ owner: "support@x.example" }) };
  assert.deepEqual(await host.sharedProperties({ handle }), { state: "known", value: { owner: "support@x.example" } });
});

test("a refused and a throwing call end as failed, with their code", async () => {
  outlook();
  const refusing = { getSharedPropertiesAsync: (done) => done({ status: "failed", error: { code: 9055 } }) };
  const throwing = {
    getSharedPropertiesAsync: () => {
      throw Object.assign(new Error("Elevated permission is required"), { code: 7000 });
    },
  };
  assert.deepEqual(await host.sharedProperties({ handle: refusing }), { state: "failed", code: 9055 });
  assert.deepEqual(await host.sharedProperties({ handle: throwing }), { state: "failed", code: 7000 });
});

test("a call that never comes back ends as silent after some seconds", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  outlook();
  const asking = host.sharedProperties({ handle: { getSharedPropertiesAsync: () => {} } });
  t.mock.timers.tick(5000);
  assert.deepEqual(await asking, { state: "silent" });
});

test("no item is null, and the open one is copied so that a change of the message cannot touch it", () => {
  outlook();
  assert.equal(host.openItem(), null);
  const item = {
    itemId: "1",
    itemType: "message",
    subject: "Hello",
    to: [{ emailAddress: "a@x.example" }],
    from: { emailAddress: "b@x.example" },
  };
  outlook({ item });
  const copy = host.openItem();
  item.itemId = "2";
  assert.deepEqual([copy.id, copy.idFormat, copy.composing, copy.people.length], ["1", "ews", false, 2]);
});

test("a message that is being written is told by its subject, which is no text then", () => {
  outlook({ item: { subject: { getAsync() {} }, to: { getAsync() {} }, itemType: "message" } });
  const item = host.openItem();
  assert.deepEqual([item.composing, item.id, item.subject, item.people], [true, null, null, []]);
});

test("nested sign-in needs both the requirement set and the bridge", () => {
  const able = (settings) => (outlook(settings), host.canNestSignIn());
  assert.equal(able({ supported: true }), false);
  assert.equal(able({ bridge: {} }), false);
  assert.equal(able({ supported: true, bridge: {} }), true);
});

test("a code of the Office sign-in arrives as a code", async () => {
  outlook();
  globalThis.Office.auth = {
    getAccessToken: async () => {
      throw Object.assign(new Error("no"), { code: 13003 });
    },
  };
  assert.deepEqual(await host.accessToken({}, 1000), { state: "failed", code: 13003 });
});
