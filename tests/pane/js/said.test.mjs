import assert from "node:assert/strict";
import { test } from "node:test";
import { inOurWords, translator } from "../../../addin/js/said.js";

const service = {
  "{} is on this email.": "{0} steht auf dieser E-Mail.",
  "There is a {} with the number {} already.": "Die Nummer {1} gibt es schon ({0}).",
  "Choose another record.": "Wählen Sie einen anderen Datensatz.",
};
const said = translator(service);

test("what is put into a sentence stays in it, in the order of the language", () => {
  assert.equal(said("jo@x.example is on this email."), "jo@x.example steht auf dieser E-Mail.");
  assert.equal(said("There is a case with the number 52 already."), "Die Nummer 52 gibt es schon (case).");
});

test("several sentences are taken one by one, and an unknown one stays as it is", () => {
  assert.equal(said("NetSuite said no. Choose another record."), "NetSuite said no. Wählen Sie einen anderen Datensatz.");
  assert.equal(said("(What?) a.b* is [odd]"), "(What?) a.b* is [odd]");
});

test("only sentences are translated, wherever they stand in an answer", () => {
  const answer = {
    message: { subject: "Choose another record.", whyNot: { code: "x", message: "Choose another record." } },
    saves: [{ state: "failed", action: "Choose another record.", reason: null }],
  };
  inOurWords(answer, { service });
  assert.equal(answer.message.subject, "Choose another record.");
  assert.equal(answer.message.whyNot.message, "Wählen Sie einen anderen Datensatz.");
  assert.equal(answer.saves[0].action, "Wählen Sie einen anderen Datensatz.");
});

test("English says what the service says", () => {
  assert.deepEqual(inOurWords({ reason: "Choose another record." }, {}), { reason: "Choose another record." });
});
