import assert from "node:assert/strict";
import { test } from "node:test";
import { hints, isSameItem, obstacle } from "../../../addin/js/item.js";

const message = (change) => ({
  id: "AAMk1",
  idFormat: "ews",
  itemType: "message",
  composing: false,
  subject: "Hello",
  internetMessageId: "<1@x.example>",
  conversationId: "c1",
  people: [],
  ...change,
});
const people = (...addresses) => addresses.map((emailAddress) => ({ emailAddress }));

test("the owner that Outlook names is passed on as a hint", () => {
  const asked = hints(message(), { shared: { owner: "support@x.example" }, profileAddress: "me@x.example" });
  assert.equal(asked.owner, "support@x.example");
  assert.equal(asked.profileAddress, "me@x.example");
});

test("what is not known is left out instead of sent as null", () => {
  const asked = hints(message({ conversationId: null, subject: "" }));
  assert.deepEqual(Object.keys(asked).sort(), ["id", "idFormat", "internetMessageId", "itemType", "participants"]);
});

test("the mailbox that the person typed goes along", () => {
  assert.equal(hints(message(), { mailbox: "sales@x.example" }).mailbox, "sales@x.example");
});

test("participants are sent once each, in small letters, and at most twenty", () => {
  const many = Array.from({ length: 30 }, (_, n) => `p${n}@x.example`);
  const asked = hints(message({ people: people("A@x.example", "a@x.example", ...many) }));
  assert.equal(asked.participants.length, 20);
  assert.deepEqual(asked.participants.slice(0, 2), ["a@x.example", "p0@x.example"]);
});

test("two looks at the same message find the same item, although Outlook makes a new object", () => {
  assert.ok(isSameItem(message(), message({ subject: "Other words" })));
  assert.ok(!isSameItem(message(), message({ id: "AAMk2" })));
  assert.ok(!isSameItem(message(), null));
  assert.ok(isSameItem(null, null));
});

test("a message that is being written has no id, and that is no obstacle", () => {
  assert.equal(obstacle(message({ composing: true, id: null })), null);
  assert.equal(obstacle(message({ composing: true })), null);
});

test("a calendar item and a message without an id are named as such", () => {
  assert.equal(obstacle(message({ itemType: "appointment" })), "appointment");
  assert.equal(obstacle(message({ id: null })), "nameless");
});
