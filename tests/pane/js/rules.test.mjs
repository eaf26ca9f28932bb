import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asWanted,
  isInHouse,
  mayReachBack,
  offers,
  ruleActions,
  ruleLook,
  targets,
  whoRemoves,
} from "../../../addin/js/rules.js";

const now = new Date(2026, 10, 20, 15, 0);
const ben = { name: "Ben Baker", address: "ben@a.example", me: false };
const me = { name: "Ana", address: "ana@a.example", me: true };
const rule = (change) => ({
  kind: "address",
  state: "active",
  since: new Date(2026, 10, 3, 8, 0).toISOString(),
  madeBy: me,
  carriedBy: me,
  mayRemove: true,
  ...change,
});
const theirs = { madeBy: ben, carriedBy: ben, mayRemove: false };
const mailbox = { address: "support@a.example" };
const person = (address) => ({ name: "", address });
const message = (from, ...to) => ({ from: person(from), sender: person(from), to: to.map(person), cc: [] });
const values = (context, own) =>
  offers(context, own).map(({ kind, values }) => [kind, ...values].filter(Boolean).join(" "));

test("a message from outside may go on by conversation, sender and domain", () => {
  const found = values({ message: message("Jo@X.example", "support@a.example"), mailbox });
  assert.deepEqual(found, ["conversation", "address jo@x.example", "domain x.example"]);
});

test("of a message that we sent, whom it went to counts, those outside first", () => {
  const sent = message("ana@other.example", "ben@a.example", "jo@x.example", "kim@y.example");
  const found = values({ message: sent, mailbox }, ["ana@other.example"]);
  assert.deepEqual(found.slice(1), ["address jo@x.example kim@y.example ben@a.example", "domain x.example y.example"]);
});

test("mail of the house offers its conversation and its people, not the house", () => {
  const context = { message: message("ana@a.example", "support@a.example"), mailbox };
  assert.deepEqual(values(context), ["conversation", "address ana@a.example"]);
  assert.equal(isInHouse(context), true);
  assert.equal(isInHouse({ message: message("jo@x.example", "support@a.example"), mailbox }), false);
});

test("a rule is asked for with the open item or a value, and with its terms", () => {
  const state = { asked: { id: "ews" }, context: { message: { id: "fixed" }, mailbox } };
  const record = { destination: "local", type: "contact", id: "7", name: "Jo" };
  const told = { mailbox: "support@a.example", record: { destination: "local", type: "contact", id: "7" } };
  assert.deepEqual(asWanted(state, { kind: "conversation", value: null }, record), {
    kind: "conversation",
    item: { id: "fixed", idFormat: "immutable" },
    ...told,
  });
  const everywhere = asWanted(state, { kind: "domain", value: "x.example" }, record, { scope: "everywhere" });
  assert.deepEqual(everywhere, { kind: "domain", value: "x.example", scope: "everywhere", ...told });
});

test("nobody is offered all the mail of a public mail service", () => {
  assert.deepEqual(values({ message: message("jo@gmail.com"), mailbox }), ["conversation", "address jo@gmail.com"]);
});

test("a rule saves to what is chosen, or to where the message is saved", () => {
  const record = (id) => ({ destination: "local", type: "contact", id });
  const saves = [
    { state: "saved", record: record("1") },
    { state: "failed", record: record("3") },
  ];
  const found = targets([record("2"), record("1")], saves).map(({ id }) => id);
  assert.deepEqual(found, ["2", "1"]);
});

test("my rule and a colleague's differ in words and colour, kinds in their symbol", () => {
  assert.deepEqual(ruleLook(rule(), now), {
    tone: "mine",
    icon: "rule-address",
    sentence: "You · Running since Nov 3",
    sign: null,
    where: null,
    unlicensed: [],
  });
  const other = ruleLook(rule({ ...theirs, state: "paused", kind: "domain" }), now);
  assert.deepEqual([other.tone, other.icon, other.sentence], ["colleague", "rule-domain", "Ben Baker · Paused"]);
  assert.equal(other.sign, "pause");
});

test("a rule that was taken over names both", () => {
  const shown = ruleLook(rule({ madeBy: ben, state: "stopped" }), now);
  assert.deepEqual([shown.tone, shown.sentence], ["failed", "You, taken over from Ben Baker · Stopped"]);
});

test("each state offers what this person may do", () => {
  assert.deepEqual(ruleActions(rule(), false), ["pause", "remove"]);
  assert.deepEqual(ruleActions(rule({ state: "paused" }), false), ["resume", "remove"]);
  assert.deepEqual(ruleActions(rule({ state: "stopped" }), false), ["resume", "remove"]);
  assert.deepEqual(ruleActions(rule(theirs), false), []);
  assert.deepEqual(ruleActions(rule(theirs), true), ["pause", "take-over"]);
  assert.deepEqual(ruleActions(rule({ ...theirs, state: "stopped" }), true), ["take-over"]);
});

test("who cannot remove a rule is told who can", () => {
  assert.equal(whoRemoves(rule(), false), null);
  assert.match(whoRemoves(rule(theirs), false), /^Only Ben Baker/);
  assert.match(whoRemoves(rule(theirs), true), /you after you took it over/);
});

test("a rule for everywhere says so, and where it rests", () => {
  const mailboxes = [
    { address: "support@a.example", license: "licensed" },
    { address: "sales@a.example", license: "missing" },
  ];
  const shown = ruleLook(rule({ scope: "everywhere", mailbox: null, mailboxes }), now);
  assert.deepEqual([shown.where, shown.unlicensed], ["In all my mailboxes", ["sales@a.example"]]);
  assert.equal(ruleLook(rule({ ...theirs, scope: "everywhere" }), now).where, "In all mailboxes of Ben Baker");
});

test("a rule of the organisation is for administrators to change", () => {
  const all = rule({ ...theirs, kind: "match", scope: "everywhere", byApplication: true, record: null });
  assert.equal(ruleLook(all, now).where, "Organisation-wide");
  assert.deepEqual(ruleActions(all, false), []);
  assert.match(whoRemoves(all, false), /of the organisation, made by Ben Baker/);
});

test("past mail is for whoever carries a running rule, and for administrators", () => {
  assert.equal(mayReachBack(rule(), false), true);
  assert.equal(mayReachBack(rule(theirs), false), false);
  assert.equal(mayReachBack(rule(theirs), true), true);
  assert.equal(mayReachBack(rule({ state: "paused" }), true), false);
  assert.equal(mayReachBack(rule({ kind: "match" }), true), false);
});
