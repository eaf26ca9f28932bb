import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenTerms } from "../../../addin/js/terms.js";

const record = (id) => ({ destination: "local", type: "contact", id });
const view = {
  offers: [
    { kind: "conversation", values: [null] },
    { kind: "address", values: ["jo@x.example", "ben@a.example"] },
  ],
  records: [record("1"), record("2")],
  mailbox: { address: "support@a.example" },
  attachments: "files",
  inHouse: false,
};

test("what was not touched is as usual", () => {
  const { offer, record: target, terms } = chosenTerms(view, {});
  assert.deepEqual(offer, { kind: "conversation", value: null });
  assert.equal(target.id, "1");
  assert.deepEqual(terms, { scope: "mailbox", attachments: "files", internalToo: false, privateToo: false });
});

test("what was chosen holds, and a choice that is gone gives way", () => {
  const chosen = { kind: "address", address: "gone@x.example", record: "local/contact/2", scope: "everywhere" };
  const { offer, record: target, terms } = chosenTerms(view, { ...chosen, pastToo: true, days: "90" });
  assert.deepEqual([offer.value, target.id, terms.scope], ["jo@x.example", "2", "everywhere"]);
  assert.deepEqual([terms.pastToo, terms.pastDays], [true, 90]);
});

test("who names a colleague means the mail among colleagues", () => {
  assert.equal(chosenTerms(view, { kind: "address", address: "ben@a.example" }).terms.internalToo, true);
  assert.equal(
    chosenTerms(view, { kind: "address", address: "ben@a.example", internalToo: false }).terms.internalToo,
    false,
  );
});

test("a dry run stands as long as the same is chosen, whatever past is asked for", () => {
  assert.equal(chosenTerms(view, {}).key, chosenTerms(view, { pastToo: true }).key);
  assert.notEqual(chosenTerms(view, {}).key, chosenTerms(view, { privateToo: true }).key);
});
