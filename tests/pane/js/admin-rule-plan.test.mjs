/** What is chosen for an organisation-wide rule, and what the service is asked for. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { RulePlan } from "../../../addin/admin/rule-plan.js";

const types = ["deal", "company", "contact"].map((type) => ({ type, plural: `${type}s` }));
const mailbox = (address, state) => ({ address, license: { state } });

function planned() {
  const plan = new RulePlan();
  plan.learn(
    [mailbox("sales@adatum.example", "licensed"), mailbox("jo@adatum.example", "missing")],
    [{ name: "empty", types: [] }, { name: "erp", types }],
  );
  return plan;
}

test("it begins with every licensed mailbox, the first system that has records, and people before companies", () => {
  const plan = planned();
  assert.deepEqual(plan.reach.map(({ address }) => address), ["sales@adatum.example"]);
  assert.deepEqual([plan.destination, plan.order, plan.places], ["erp", ["contact", "company"], [null]]);
  assert.equal(plan.wanted(null).scope, "everywhere");
});

test("a step that lacks something says what", () => {
  const plan = planned();
  assert.equal(plan.missing("where"), null);
  plan.where = "some";
  assert.equal(plan.missing("where"), "chooseMailbox");
  plan.order = [];
  assert.equal(plan.missing("whom"), "chooseType");
  plan.where = "everywhere";
  plan.learn([mailbox("jo@adatum.example", "missing")], []);
  assert.equal(plan.missing("where"), "noneLicensed");
});

test("the order is changed step by step, and goes no further than its ends", () => {
  const plan = planned();
  plan.tick("deal", true);
  assert.equal(plan.move("deal", -1), 1);
  assert.equal(plan.move("contact", -1), null);
  plan.tick("company", false);
  assert.deepEqual(plan.order, ["contact", "deal"]);
});

test("each mailbox gets a rule of its own, with what the rule leaves out besides", () => {
  const plan = planned();
  plan.where = "some";
  plan.chosen.add("jo@adatum.example");
  plan.exclusions = "news.example\npay@adatum.example";
  const wanted = plan.wanted(plan.places[0]);
  assert.deepEqual([wanted.scope, wanted.mailbox, wanted.kind], ["mailbox", "jo@adatum.example", "match"]);
  assert.deepEqual(wanted.options.excludedDomains, ["news.example"]);
  assert.deepEqual(wanted.options.excludedAddresses, ["pay@adatum.example"]);
  assert.ok(!("attachments" in wanted));
});
