/** The screen beside an open message: which mailbox, what is saved, and what to save it to. Pure. */

import { asAsked } from "./attachments.js";
import { mayChange } from "./backfills.js";
import { h } from "./dom.js";
import { needsCare } from "./health.js";
import { note, send, waiting } from "./parts.js";
import { explain } from "./problem.js";
import { candidates, newTypes, recordKey, recordTypes } from "./records.js";
import { isInHouse, offers, targets } from "./rules.js";
import { holds } from "./saves.js";
import { texts } from "./texts.js";

export function reading(state) {
  const { context, lookProblem, looking } = state;
  if (state.obstacle) return note(texts.message[state.obstacle]);
  if (!context) return lookProblem ? trouble(state) : waiting(texts.loading);
  return [
    h("affix-mailbox", { key: "mailbox", view: { mailbox: context.mailbox, using: true, busy: looking, ask: true } }),
    lookProblem && h("affix-problem", { key: "look", view: { problem: explain(lookProblem), again: "refresh" } }),
    h("affix-message", { key: "message", view: { message: context.message } }),
    saved(state),
    context.message.savable ? saveForm(state) : notSavable(state),
  ];
}

/** What runs is shown all the same. */
function notSavable(state) {
  return [
    note(state.context.message.whyNot?.message ?? texts.message.notSavable),
    pastMail(state),
    autopilot(state, [], []),
  ];
}

function trouble({ lookProblem, me, typedMailbox }) {
  const problem = explain(lookProblem);
  if (lookProblem.ask !== "mailbox") return h("affix-problem", { view: { problem, again: "refresh" } });
  return h("affix-which-mailbox", { view: { problem, mailboxes: me?.mailboxes ?? [], typed: typedMailbox } });
}

function saved(state) {
  const view = {
    saves: state.saves,
    busy: state.busy,
    slow: state.slow,
    moving: state.moving,
    search: searchView(state, "move", texts.saves.moveTo),
  };
  return [
    h("affix-saves", { key: "saves", view }),
    state.saveProblem &&
      h("affix-problem", { key: "save-problem", view: { problem: explain(state.saveProblem), again: "refresh" } }),
  ];
}

function saveForm(state) {
  const records = candidates(state.picked, state.context.suggestions ?? []);
  const held = heldRecords(state);
  const { attachments = [] } = state.context.message;
  const { maxFileBytes: file, maxMessageBytes: message } = state.me?.settings ?? {};
  return h(
    "section",
    { key: "form", class: "save-form", "aria-labelledby": "save-title" },
    h("h2", { id: "save-title" }, texts.records.title),
    h("affix-search", { key: "find", view: searchView(state, "find", texts.records.search) }),
    h("affix-records", { key: "records", view: { records, chosen: state.chosen, held } }),
    newRecord(state),
    attachments.length > 0 &&
      h("affix-attachments", {
        key: "attachments",
        view: { attachments, ticked: state.ticked, limits: { file, message } },
      }),
    pastMail(state),
    autopilot(state, offers(state.context, ownAddresses(state)), targets(chosenOf(state, records), state.saves)),
    footer(state),
  );
}

function newRecord(state) {
  const types = newTypes(state.me?.destinations ?? []);
  if (!types.length) return null;
  if (!state.form)
    return h(
      "button",
      { key: "create", id: "create", type: "button", class: "link link-icon", onclick: send("open-form") },
      h("affix-icon", { name: "plus" }),
      texts.records.create,
    );
  const problem = state.form.problem ? explain(state.form.problem) : null;
  return h("affix-new-record", {
    key: "new",
    view: { types, message: state.context.message, busy: state.form.busy, problem },
  });
}

/** Also of rules that this message is no case for: it goes on in this mailbox. */
function pastMail(state) {
  const { backfills, busyPast: busy, pastProblem } = state;
  const changeable = new Set(backfills.filter((one) => mayChange(one, state)).map(({ id }) => id));
  const explained = pastProblem && explain(pastProblem);
  return [
    backfills.length > 0 && h("affix-backfills", { key: "backfills", view: { backfills, busy, changeable } }),
    pastProblem?.request &&
      h("affix-request", { key: "past-request", view: { ...explained, request: pastProblem.request } }),
    pastProblem &&
      !pastProblem.request &&
      h("affix-problem", { key: "past-problem", view: { problem: explained, again: "refresh" } }),
  ];
}

/** Quiet until there is a record that Autopilot could save to, or a rule, or trouble with those of this mailbox. */
function autopilot(state, offered, records) {
  const { rules, rulesProblem, context, me, preview, starting } = state;
  if (!rules.length && !records.length && !needsCare(context.health)) return null;
  const view = {
    rules,
    start: offered.length > 0 ? startView(state, offered, records) : null,
    open: state.autopilotOpen,
    adding: state.adding,
    health: context.health,
    preview,
    starting,
    busy: state.busyRules,
    administrator: me?.person.administrator === true,
  };
  return [
    h("affix-autopilot", { key: `autopilot ${context.message.id}`, view }),
    rulesProblem &&
      h("affix-problem", { key: "rules-problem", view: { problem: explain(rulesProblem), again: "refresh" } }),
  ];
}

function startView(state, offered, records) {
  const { context, me, rules, startProblem, preview, starting, ticked } = state;
  const usual = me?.settings?.attachments ?? "files";
  // Single files of this message say nothing about those of the next; then the usual choice holds.
  const asked = context.message.attachments?.length ? asAsked(context.message.attachments, ticked) : usual;
  return {
    offers: offered,
    records,
    mailbox: context.mailbox,
    attachments: typeof asked === "string" ? asked : usual,
    inHouse: isInHouse(context),
    starting,
    problem: startProblem && { ...explain(startProblem), request: startProblem.request },
    license: context.license,
    preview,
    cancel: rules.length > 0,
  };
}

function chosenOf({ chosen }, records) {
  return records.filter((record) => chosen.has(recordKey(record)));
}

function ownAddresses({ me }) {
  return me ? [me.person.address, ...(me.person.addresses ?? [])] : [];
}

function footer({ chosen, saving }) {
  // Not `disabled`: a disabled button loses the focus, and then Outlook's Tab key leaves the pane.
  return h(
    "div",
    { key: "footer", class: "footer" },
    h(
      "button",
      {
        type: "button",
        id: "save",
        class: "button button-primary button-wide",
        "aria-disabled": saving || !chosen.size ? "true" : null,
        onclick: send("save-message"),
      },
      saving ? texts.save.saving : texts.save.button(chosen.size),
    ),
  );
}

export function searchView(state, id, label) {
  const found = state.found?.for === id ? state.found : null;
  return {
    id,
    label,
    types: id === "find" ? recordTypes(state.me?.destinations ?? []) : [],
    found: found && { ...found, sentence: found.problem ? explain(found.problem).sentence : null },
    taken: heldRecords(state),
  };
}

/** The records that already have this message, by key. */
function heldRecords({ saves }) {
  return new Set(saves.filter(holds).map(({ record }) => recordKey(record)));
}
