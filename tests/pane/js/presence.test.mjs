import assert from "node:assert/strict";
import { test } from "node:test";
import { clashes, filing, sentence } from "../../../addin/js/presence.js";

const record = (id, name) => ({ destination: "local", type: "contact", id, name });
const open = (change) => ({
  context: {
    mailbox: { id: "m" },
    message: { id: "i", savable: true },
    suggestions: [record("1", "Northwind"), record("2", "Adatum")],
  },
  chosen: new Map(),
  saving: false,
  form: null,
  found: null,
  ...change,
});
const ben = (...records) => ({ person: { id: "b", name: "Ben" }, records, since: "2026-11-20T12:00:00Z" });

test("who only reads is not filing", () => {
  assert.equal(filing(open()), null);
  assert.equal(filing(open({ found: { for: "move" } })), null);
  assert.equal(filing({ ...open({ saving: true }), context: null }), null);
});

test("who searches, makes a record or saves is filing, to what is ticked", () => {
  const nowhere = { mailbox: "m", message: "i", records: [] };
  assert.deepEqual(filing(open({ found: { for: "find" } })), nowhere);
  assert.deepEqual(filing(open({ form: {} })), nowhere);
  const chosen = new Map([record("3", "Tailspin"), record("2", "Adatum")].map((one) => [one.id, one]));
  assert.deepEqual(filing(open({ chosen })).records, ["Tailspin", "Adatum"]);
});

test("a draft is filed by nobody", () => {
  const draft = open({ form: {} });
  draft.context.message.savable = false;
  assert.equal(filing(draft), null);
});

test("the sentence names the person and the records", () => {
  assert.equal(sentence(ben()), "Ben is choosing a record for this message right now.");
  assert.equal(sentence(ben("A", "B")), "Ben is about to save this message to A and B.");
});

test("the same record is a reason to warn, another is none", () => {
  assert.deepEqual(clashes([ben("Northwind")], [record("1", "Northwind")]), [{ who: "Ben", record: "Northwind" }]);
  assert.deepEqual(clashes([ben("Northwind")], [record("2", "Adatum")]), []);
});
