/** The screen beside an open message: which mailbox, what is saved, and what to save it to. Pure. */

import { asAsked, usualSetting } from "./attachments.js";
import { mayChange } from "./backfills.js";
import { h } from "./dom.js";
import { atHand, starred } from "./favorites.js";
import { needsCare } from "./health.js";
import { ownAddresses } from "./item.js";
import { note, send, waiting } from "./parts.js";
import { clashes } from "./presence.js";
import { explain } from "./problem.js";
import { newTypes, offered, recordKey, recordTypes } from "./records.js";
import { isInHouse, offers, targets } from "./rules.js";
import { holds } from "./saves.js";
import { texts } from "./texts.js";

export function reading(state) {
  const { context, lookProblem, looking } = state;
  if (state.obstacle) return [note(texts.message[state.obstacle]), state.obstacle === "nameless" && lookAnew()];
  if (!context) return lookProblem ? trouble(state) : waiting(texts.loading);
  return [
    h("affix-mailbox", { key: "mailbox", view: { mailbox: context.mailbox, using: true, busy: looking, ask: true } }),
    lookProblem && h("affix-problem", { key: "look", view: { problem: explain(lookProblem), again: "refresh" } }),
    h("affix-message", { key: "message", view: { message: context.message } }),
    state.presence.length > 0 && h("affix-presence", { key: "presence", view: { presence: state.presence } }),
    saved(state),
    context.message.savable ? ways(state) : notSavable(state),
  ];
}

/** The one thing to do beside a message that Outlook gives no name for. */
function lookAnew() {
  const button = h("button", { type: "button", class: "button", onclick: send("look-anew") }, texts.refresh);
  return h("div", { key: "look-anew", class: "buttons buttons-middle" }, button);
}

/** The two ways of saving, each on a tab: this message once, or more of its kind from now on. */
function ways(state) {
  const { rules, context, tab } = state;
  const running = rules.filter((rule) => rule.state === "active").length;
  const view = { tab, running, care: needsCare(context.health) };
  const panel = { save: saveOnce, autopilot: keepSaving }[tab];
  return h(
    "section",
    { key: "ways", class: "ways", "aria-label": texts.tabs.title },
    h("affix-tabs", { key: "tabs", view }),
    h("div", { key: tab, id: "way", class: "way", role: "tabpanel", "aria-labelledby": `tab-${tab}` }, panel(state)),
  );
}

/** What runs is shown all the same. */
function notSavable(state) {
  return [
    note(state.context.message.whyNot?.message ?? texts.message.notSavable),
    h("section", { key: "ways", "aria-label": texts.autopilot.title }, running(state, false)),
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
    mailbox: state.context.mailbox.address,
    why: state.context.autopilot,
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

function saveOnce(state) {
  const { attachments = [] } = state.context.message;
  const { maxFileBytes: file, maxMessageBytes: message } = state.me?.settings ?? {};
  const usual = usualSetting(state);
  const view = { attachments, ticked: state.ticked, limits: { file, message }, usual };
  return [
    picker(state),
    attachments.length > 0 && h("affix-attachments", { key: "attachments", view }),
    footer(state),
  ];
}

/** Rules come first; another is started below them, once that is asked for. */
function keepSaving(state) {
  const { rules, adding } = state;
  const offered = offers(state.context, ownAddresses(state.me));
  const isStarting = offered.length > 0 && (adding || !rules.length);
  return [
    running(state, offered.length > 0 && !isStarting),
    isStarting && h("affix-start", { key: "start", view: { ...startView(state, offered), picker: picker(state) } }),
  ];
}

/** The records to choose from, for both ways of saving. */
function picker(state) {
  const records = offered(state, state.context.suggestions);
  const quick = state.tab === "save" && !state.chosen.size && !state.saving;
  const view = { records, chosen: state.chosen, held: heldRecords(state), quick, starred: starred(state) };
  return h(
    "div",
    { key: "picker", class: "picker" },
    h("affix-search", { key: "find", view: searchView(state, "find", texts.records.search) }),
    h("affix-records", { key: "records", view }),
    state.keepProblem &&
      h("affix-problem", { key: "keep-problem", view: { problem: explain(state.keepProblem), again: "refresh" } }),
    newRecord(state),
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

/** Also past mail of rules that this message is no case for: it goes on in this mailbox. */
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

/** What Autopilot does here: how the mailbox is watched, the rules that this message is a case for, and past mail. */
function running(state, another) {
  const { rules, rulesProblem, context, me, preview, starting, busyRules: busy } = state;
  const view = {
    rules,
    another,
    health: context.health,
    preview,
    starting,
    busy,
    administrator: me?.person.administrator === true,
  };
  return [
    h("affix-autopilot", { key: `autopilot ${context.message.id}`, view }),
    rulesProblem &&
      h("affix-problem", { key: "rules-problem", view: { problem: explain(rulesProblem), again: "refresh" } }),
    pastMail(state),
  ];
}

function startView(state, offered) {
  const { context, me, rules, startProblem, preview, starting, ticked, saves, chosen } = state;
  const usual = usualSetting({ context, me });
  // Single files of this message say nothing about those of the next; then the usual choice holds.
  const asked = context.message.attachments?.length ? asAsked(context.message.attachments, ticked) : usual;
  return {
    offers: offered,
    records: targets(chosen.values(), saves),
    mailbox: context.mailbox,
    attachments: typeof asked === "string" ? asked : usual,
    inHouse: isInHouse(context),
    starting,
    problem: startProblem && { ...explain(startProblem), request: startProblem.request },
    license: context.license,
    assign: me?.person.administrator === true ? context.mailbox.address : null,
    preview,
    cancel: rules.length > 0,
  };
}

function footer({ chosen, saving, presence }) {
  const same = clashes(presence, [...chosen.values()]);
  // Not `disabled`: a disabled button loses the focus, and then Outlook's Tab key leaves the pane.
  return h(
    "div",
    { key: "footer", class: "footer" },
    same.length > 0 &&
      h(
        "p",
        { key: "same", id: "same", class: "same-note warning" },
        h("affix-icon", { name: "warning" }),
        same.map(({ who, record }) => texts.presence.same(who, record)).join(" "),
      ),
    h(
      "button",
      {
        key: "save",
        type: "button",
        id: "save",
        "aria-describedby": same.length ? "same" : null,
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
    type: id === "find" ? state.searchType : "",
    groups: atHand(state),
    starred: starred(state),
  };
}

/** The records that already have this message, by key. */
function heldRecords({ saves }) {
  return new Set(saves.filter(holds).map(({ record }) => recordKey(record)));
}
