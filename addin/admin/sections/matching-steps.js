/** What each step of the guide for an organisation-wide rule shows. `change(work)` changes the plan and draws anew. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { linesOf } from "../entries.js";
import { moment } from "../format.js";
import { areaField, checkbox, icon, note, pill, radios, selectField, table } from "../parts.js";
import { isLicensed } from "../rule-plan.js";

const text = words.matching;

export function whereStep(plan, change) {
  return [
    radios(
      "where",
      text.where,
      plan.where,
      [
        ["everywhere", text.whereAll, text.whereAllHint(plan.licensed.length)],
        ["some", text.whereSome, text.whereSomeHint],
      ],
      (where) => change(() => (plan.where = where)),
    ),
    plan.where === "some" &&
      h(
        "fieldset",
        { class: "fieldset boxed", key: "mailboxes" },
        h("legend", { class: "field-label" }, text.mailboxes),
        plan.mailboxes.map((each) => mailboxChoice(each, plan.chosen, change)),
      ),
    note("info", h("p", {}, text.permission)),
  ];
}

export function mailboxChoice(mailbox, chosen, change) {
  const { address } = mailbox;
  return checkbox(
    address,
    chosen.has(address),
    (isOn) => change(() => (isOn ? chosen.add(address) : chosen.delete(address))),
    { hint: isLicensed(mailbox) ? null : text.unlicensed },
  );
}

/** `move(type, by)` says where it went. */
export function whomStep(plan, change, move) {
  const rest = plan.types.filter(({ type }) => !plan.order.includes(type));
  return [
    plan.destinations.length > 1 &&
      selectField(
        "destination",
        text.destination,
        plan.destination,
        plan.destinations.map(({ name, title }) => [name, title]),
        (name) => change(() => plan.choose(name)),
      ),
    h(
      "div",
      { class: "field", key: "order" },
      h("p", { class: "field-label", id: "order-label" }, text.order),
      h("p", { class: "caption" }, text.orderHint),
      h(
        "ol",
        { class: "order", "aria-labelledby": "order-label" },
        plan.order.map((type, index) => ordered(plan, type, index, change, move)),
      ),
    ),
    rest.length > 0 &&
      h(
        "fieldset",
        { class: "fieldset", key: "rest" },
        h("legend", { class: "field-label" }, text.others),
        rest.map(({ type }) =>
          checkbox(plan.titleOf(type), false, () => change(() => plan.tick(type, true)), { key: type }),
        ),
      ),
    radios(
      "unmatched",
      text.unmatched,
      plan.unmatched,
      [
        ["skip", text.skip, text.skipHint],
        ["review", text.review, text.reviewHint],
      ],
      (value) => change(() => (plan.unmatched = value)),
    ),
    selectField("attachments", text.attachments, plan.attachments, Object.entries(text.attachmentChoices), (value) =>
      change(() => (plan.attachments = value)),
    ),
    checkbox(text.internal, plan.internalToo, (isOn) => change(() => (plan.internalToo = isOn)), {
      hint: text.internalHint,
    }),
  ];
}

function ordered(plan, type, index, change, move) {
  const title = plan.titleOf(type);
  return h(
    "li",
    { key: type, class: "order-line" },
    h("span", { class: "order-name" }, `${index + 1}. ${title}`),
    iconButton("up", text.up(title), () => move(type, -1), index === 0),
    iconButton("down", text.down(title), () => move(type, 1), index === plan.order.length - 1),
    iconButton("close", text.leaveOut(title), () => change(() => plan.tick(type, false)), false),
  );
}

/** `excluded`: how many hold for the whole organisation. */
export function exclusionsStep(plan, change, excluded) {
  return [
    h(
      "p",
      { key: "whole" },
      text.wholeExclusions(excluded),
      " ",
      h("a", { class: "text-link", href: "#/exclusions" }, text.toExclusions),
    ),
    areaField("own", text.own, plan.exclusions, (own) => change(() => (plan.exclusions = own)), {
      hint: text.ownHint,
      rows: 5,
    }),
  ];
}

/** What a dry run in one mailbox found. */
export function dryRunOf({ address, phase, found, problem }) {
  return h(
    "section",
    { class: "run", key: address, "aria-label": address },
    h("h3", {}, address),
    phase === "running" && h("p", { class: "caption" }, text.runs),
    phase === "failed" && note("warning", h("p", {}, problem.sentence)),
    phase === "done" && [
      h("p", {}, text.wouldSave(found.count, found.scanned)),
      !found.complete && h("p", { class: "caption" }, text.incomplete(moment(found.until))),
      found.count > 0 && found.messages.length === 0 && note("info", h("p", {}, text.notListed)),
      found.messages.length > 0 &&
        h(
          "div",
          { class: "scroller", tabindex: "0", role: "group", "aria-label": text.list(address) },
          table({
            label: text.list(address),
            columns: text.columns,
            rows: found.messages.map((each) => messageRow(each)),
          }),
        ),
    ],
  );
}

function messageRow({ id, subject, from, receivedAt, reason, saved }) {
  return {
    key: id,
    cells: [
      [h("strong", {}, subject || text.noSubject), h("span", { class: "caption" }, from.name || from.address)],
      moment(receivedAt),
      [h("span", {}, reason), saved && h("span", { class: "caption" }, text.alreadySaved)],
    ],
  };
}

/** All that was chosen, before the rule is started. */
export function startStep(plan, runs, excluded) {
  const own = linesOf(plan.exclusions).length;
  const tried = runs.filter(({ phase }) => phase === "done");
  return [
    h(
      "dl",
      { class: "summary" },
      entry(
        text.steps.where,
        plan.where === "everywhere" ? text.whereAllHint(plan.licensed.length) : [...plan.chosen].join(", "),
      ),
      entry(text.steps.whom, text.orderWords(plan.order.map((type) => plan.titleOf(type)))),
      entry(text.unmatched, text[plan.unmatched]),
      entry(text.steps.exclusions, text.exclusionWords(excluded, own)),
      entry(
        text.steps.dryRun,
        tried.length > 0
          ? tried.map(({ address, found }) => text.triedWords(address, found.count, found.scanned)).join("; ")
          : text.notTried,
      ),
    ),
    tried.length === 0 && note("warning", h("p", {}, text.tryFirst)),
    h("p", {}, text.fromNow),
  ];
}

/** What became of it, place by place. */
export function outcomeOf(outcome) {
  return h(
    "ul",
    { class: "plain" },
    outcome.map(({ address, rule, problem }) =>
      h(
        "li",
        { key: address ?? "everywhere", class: "line" },
        rule ? pill("good", text.isOn) : pill("bad", text.isOff),
        h("span", {}, address ?? text.everywhere),
        problem && h("p", { class: "error" }, problem.sentence),
      ),
    ),
  );
}

function entry(title, value) {
  return h("div", { key: title }, h("dt", {}, title), h("dd", {}, value));
}

function iconButton(sign, label, onclick, off) {
  return h(
    "button",
    {
      type: "button",
      class: "icon-button",
      key: sign,
      "aria-label": label,
      title: label,
      "aria-disabled": off ? "true" : null,
      onclick: () => !off && onclick(),
    },
    icon(sign),
  );
}
