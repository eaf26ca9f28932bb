import assert from "node:assert/strict";
import { test } from "node:test";
import { atHand, mailboxAtHand, starred } from "../../../addin/js/favorites.js";

const record = (id) => ({ destination: "local", type: "contact", id, name: `Record ${id}` });
const kept = {
  item: {},
  context: { mailbox: { id: "m" } },
  keptBy: "m",
  favorites: [record("1"), record("2")],
  recents: [record("2"), record("3")],
};

test("a recent record that is a favourite stands among those alone", () => {
  const shown = atHand(kept);
  assert.deepEqual([shown.favorites.length, shown.recents.map(({ id }) => id)], [2, ["3"]]);
  assert.deepEqual([...starred(kept)], ["local/contact/1", "local/contact/2"]);
});

test("what another mailbox keeps is not offered", () => {
  const elsewhere = { ...kept, context: { mailbox: { id: "other" } } };
  assert.deepEqual([atHand(elsewhere), starred(elsewhere)], [null, null]);
});

test("the mailbox is that of the message, of the work list, or of the draft", () => {
  assert.equal(mailboxAtHand({ item: null, work: { mailbox: { id: "w" } } }), "w");
  assert.equal(mailboxAtHand({ item: {}, context: { mailbox: { id: "m" } }, work: { open: true } }), null);
  assert.equal(mailboxAtHand({ item: {}, context: null, compose: { mailbox: { id: "d" } } }), "d");
  assert.equal(mailboxAtHand({ item: null }), null);
});
