import assert from "node:assert/strict";
import { test } from "node:test";
import { candidates, firstValues, newTypes, recordIcon, recordKey, recordTypes } from "../../../addin/js/records.js";

const record = (id, change) => ({ destination: "local", type: "contact", id, name: id, ...change });

test("the same record is offered once, first where the person put it", () => {
  const found = candidates([record("2")], [record("1"), record("2", { because: "It fits." })]);
  assert.deepEqual(
    found.map(({ id }) => id),
    ["2", "1"],
  );
});

test("records of the same id in another type or destination are others", () => {
  const keys = [record("1"), record("1", { type: "deal" }), record("1", { destination: "netsuite" })].map(recordKey);
  assert.equal(new Set(keys).size, 3);
});

const contact = { type: "contact", title: "Contact", plural: "Contacts", fields: [{ name: "name" }] };
const invoice = { type: "invoice", title: "Invoice", plural: "Invoices", fields: [] };

test("a type that two destinations have is searched for once", () => {
  const both = [{ name: "netsuite", types: [contact, invoice] }, { name: "local", types: [contact] }];
  assert.deepEqual(recordTypes(both), [contact, invoice]);
});

test("only types with fields can be created", () => {
  const types = newTypes([{ name: "netsuite", title: "NetSuite", types: [contact, invoice] }]);
  assert.deepEqual(types, [{ ...contact, destination: "netsuite" }]);
});

test("where several destinations can create something, each type says where", () => {
  const both = [
    { name: "netsuite", title: "NetSuite", types: [contact] },
    { name: "local", title: "Affix records", types: [contact] },
  ];
  assert.deepEqual(
    newTypes(both).map(({ title }) => title),
    ["Contact · NetSuite", "Contact · Affix records"],
  );
});

test("a new contact starts with the sender, and a case with the subject", () => {
  const message = { subject: "Printer", from: { name: "Printing", address: "printing@x.example" } };
  const fields = [{ name: "name" }, { name: "address" }, { name: "phone" }];
  assert.deepEqual(firstValues({ type: "contact", fields }, message), {
    name: "Printing",
    address: "printing@x.example",
    phone: "",
  });
  assert.equal(firstValues({ type: "case", fields }, message).name, "Printer");
  assert.equal(firstValues({ type: "company", fields: [{ name: "domain" }] }, message).domain, "x.example");
});

test("a type without a symbol of its own gets the common one", () => {
  assert.equal(recordIcon(record("1")), "contact");
  assert.equal(recordIcon({ type: "supportcase" }), "case");
  assert.equal(recordIcon({ type: "salesOrder" }), "record");
});
