/** Mail that is not filed yet: whose list comes first, and how a row stands. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { choices, homeMailbox, isOpen, rowLook } from "../../../addin/js/unfiled.js";

const own = { id: "1", address: "ben@contoso.example" };
const support = { id: "2", address: "support@contoso.example" };
const sales = { id: "3", address: "sales@contoso.example" };
const me = {
  person: { address: own.address, addresses: ["b.alias@contoso.example"] },
  mailbox: own,
  mailboxes: [sales, support],
};
const row = { id: "m", subject: "Order", from: { name: "Purchasing", address: "p@adatum.example" }, receivedAt: null };

test("the list of the mailbox of the last message comes first", () => {
  assert.equal(homeMailbox({ me, lastMailbox: support, profileAddress: sales.address }), support);
});

test("in a window of another mailbox it is that one, in the own window the one that was used last", () => {
  assert.equal(homeMailbox({ me, lastMailbox: null, profileAddress: "Support@contoso.example" }), support);
  assert.equal(homeMailbox({ me, lastMailbox: null, profileAddress: "B.Alias@contoso.example" }), sales);
  assert.equal(homeMailbox({ me: { ...me, mailboxes: [] }, lastMailbox: null, profileAddress: own.address }), own);
});

test("every mailbox can be chosen once, the own one first", () => {
  const found = choices({ me: { ...me, mailboxes: [sales, own] }, lastMailbox: sales });
  assert.deepEqual(found, [own, sales]);
});

test("a row without a subject has a title, and says who it is from", () => {
  const shown = rowLook({ ...row, subject: "" });
  assert.deepEqual([shown.title, shown.about, shown.words], ["(No subject)", "Purchasing", null]);
});

test("a row says that saving failed before, and why; what is done with it now counts more", () => {
  const failed = { ...row, state: "failed", reason: "The record is gone." };
  assert.deepEqual([rowLook(failed).tone, rowLook(failed).reason], ["failed", "The record is gone."]);
  const again = rowLook(failed, { state: "saving", record: { name: "Adatum" } });
  assert.deepEqual([again.tone, again.words, again.reason], ["plain", "Saving to Adatum…", null]);
});

test("a row says who is at it, until it is done", () => {
  const presence = [{ person: { id: "9", name: "Ana" }, records: ["Adatum", "C-4711"] }];
  assert.deepEqual(rowLook({ ...row, presence }).presence, ["Ana is about to save this message to Adatum and C-4711."]);
  const saved = { state: "saved", record: { name: "Adatum" } };
  assert.deepEqual(rowLook({ ...row, presence }, saved).presence, []);
  assert.equal(isOpen(row, new Map([["m", saved]])), false);
});
