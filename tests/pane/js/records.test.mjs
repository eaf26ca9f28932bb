import assert from "node:assert/strict";
import { test } from "node:test";
import { candidates, firstValues, recordIcon, recordKey, recordTypes } from "../../../addin/js/records.js";

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

test("types of all destinations are listed with their destination", () => {
  const types = recordTypes([{ name: "local", types: [{ type: "contact", title: "Contact", fields: [] }] }]);
  assert.deepEqual(types, [{ destination: "local", type: "contact", title: "Contact", fields: [] }]);
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
  assert.equal(recordIcon({ type: "salesOrder" }), "record");
});
