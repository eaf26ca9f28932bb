import assert from "node:assert/strict";
import { test } from "node:test";
import { asMoments, isMeant, lineActions, lineLook, retryWanted, withSaves } from "../../../addin/js/lines.js";

const now = new Date("2026-11-20T12:00:00Z");
const save = (state, more) => ({ id: state, state, record: { name: "Adatum" }, savedBy: { me: true }, ...more });
const line = (change) => ({
  id: "s1",
  at: "2026-11-20T11:59:50Z",
  kind: "autopilot",
  what: "seen",
  state: "skipped",
  subject: "An offer",
  from: "jo@x.example",
  mailbox: "support@a.example",
  reason: "Everybody on this message is of the organisation.",
  rule: null,
  saves: [],
  ...change,
});

test("a line says how the message stands, and why", () => {
  const shown = lineLook(line(), now);
  assert.deepEqual([shown.title, shown.word, shown.icon], ["An offer", "Left out", "left-out"]);
  assert.equal(shown.about, "jo@x.example · just now · support@a.example");
  assert.match(shown.reason, /of the organisation/);
});

test("what people did is told with their name", () => {
  const made = {
    kind: "rule",
    what: "rule_made",
    state: null,
    subject: null,
    reason: null,
    rule: { title: "All of jo" },
  };
  const mine = lineLook(line({ ...made, by: { name: "Ana", me: true } }), now);
  assert.deepEqual([mine.title, mine.reason], ["All of jo", "You started this rule."]);
  const taken = lineLook(line({ ...made, what: "rule_taken_over", before: "ben@a.example", by: { name: "Ana" } }), now);
  assert.equal(taken.reason, "Ana took this rule over from ben@a.example.");
});

test("what failed is tried again, what nobody matched is filed or dismissed", () => {
  assert.deepEqual(lineActions(line({ state: "failed", saves: [save("failed")] })), ["retry"]);
  assert.deepEqual(lineActions(line({ state: "review" })), ["file", "dismiss"]);
  assert.deepEqual(lineActions(line()), ["file"]);
  assert.deepEqual(lineActions(line({ state: "saved", saves: [save("saved")] })), []);
});

test("of several saves the most telling counts", () => {
  const now = withSaves(line(), [save("saved"), save("failed", { reason: "The record is gone." })]);
  assert.deepEqual([now.state, now.reason], ["failed", "The record is gone."]);
  assert.equal(withSaves(line(), []).state, "skipped");
});

test("days are whole days of this place, and the last one counts", () => {
  const { from, to } = asMoments({ from: "2026-11-19", to: "2026-11-20" });
  assert.equal(new Date(to) - new Date(from), 2 * 86400000);
  assert.deepEqual(asMoments({ from: "", to: "" }), { from: "", to: "" });
});

test("trying all again means what the filters that it knows leave", () => {
  const wanted = retryWanted({ state: "failed", kind: "manual", mailbox: "", from: "2026-11-19", to: "" });
  assert.deepEqual(Object.keys(wanted), ["kind", "from"]);
  assert.equal(isMeant({ how: "manual", createdAt: "2026-11-20T10:00:00Z" }, wanted), true);
  assert.equal(isMeant({ how: "autopilot:address", createdAt: "2026-11-20T10:00:00Z" }, wanted), false);
  assert.equal(isMeant({ how: "manual", createdAt: "2026-11-01T10:00:00Z" }, wanted), false);
  assert.deepEqual(retryWanted({ kind: "rule", mailbox: "", from: "", to: "" }), {});
});

test("what happened to a destination names it", () => {
  const made = { kind: "destination", state: null, subject: null, mailbox: null, reason: null, title: "Our ERP" };
  const shown = lineLook(line({ ...made, what: "destination_changed", by: { name: "Ana" } }), now);
  assert.deepEqual([shown.title, shown.reason], ["Our ERP", "Ana changed this destination."]);
});
