/**
 * A rule for the whole organisation, step by step: which mailboxes, whom to match, whom to leave out, a dry run, and
 * only then it is started. Nothing is sent to the service before the dry run, nothing is started before the last step.
 */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { asExclusion, linesOf } from "../entries.js";
import { moment } from "../format.js";
import { areaField, button, checkbox, empty, icon, note, pill, radios, selectField, table } from "../parts.js";
import { explain } from "../problem.js";
import { Section } from "../section.js";

const STEPS = ["where", "whom", "exclusions", "dryRun", "start"];
const DAYS = [7, 30, 90];
// As the service orders them when nobody says otherwise; types that a system has besides come after.
const USUAL_ORDER = ["contact", "customer", "company", "vendor", "partner"];
const text = words.matching;

export class Matching extends Section {
  #step = 0;
  #rules = [];
  #mailboxes = [];
  #destinations = [];
  #excluded = [];
  #where = "everywhere";
  #chosen = new Set();
  #destination = "";
  #order = [];
  #unmatched = "skip";
  #attachments = "";
  #internalToo = false;
  #own = "";
  #tried = new Set();
  #days = 30;
  #runs = [];
  #outcome = null;
  #hint = null;

  get title() {
    return words.sections.matching;
  }

  get lead() {
    return text.lead;
  }

  async load() {
    const [{ rules }, mailboxes, { destinations }, excluded] = await Promise.all([this.api.rules({ limit: 100 }), this.api.mailboxes(), this.api.destinations(), this.api.exclusions()]);
    this.#rules = rules.filter(({ kind }) => kind === "match");
    this.#mailboxes = mailboxes;
    this.#destinations = destinations.filter(({ types }) => types.length > 0);
    this.#excluded = excluded;
    if (!this.#destination && this.#destinations.length > 0) this.#choose(this.#destinations[0].name);
  }

  body() {
    if (this.#destinations.length === 0) return empty("plug", text.noDestination, text.noDestinationText, button(words.destinations.add, () => this.app.go("destinations"), { look: "primary" }));
    return [this.#running(), this.#guide()];
  }

  // Actions

  #go(step) {
    this.#hint = step > this.#step ? this.#missing() : null;
    if (!this.#hint) this.#step = step;
    // Unless somebody said so: a mailbox of which the person may see the list tells more than a number.
    if (STEPS[this.#step] === "dryRun" && this.#tried.size === 0) this.#tried = new Set(this.#reach().slice(0, 1).map(({ address }) => address));
    this.redraw();
    document.getElementById(this.#hint ? "step-hint" : "step-title")?.focus();
  }

  #missing() {
    const step = STEPS[this.#step];
    if (step === "where" && this.#where === "some" && this.#chosen.size === 0) return text.chooseMailbox;
    if (step === "where" && this.#where === "everywhere" && this.#licensed().length === 0) return text.noneLicensed;
    if (step === "whom" && this.#order.length === 0) return text.chooseType;
    return null;
  }

  #set(change) {
    change();
    this.#hint = null;
    this.redraw();
  }

  #choose(name) {
    this.#destination = name;
    const types = this.#types().map(({ type }) => type);
    const usual = USUAL_ORDER.filter((type) => types.includes(type));
    this.#order = usual.length > 0 ? usual : types;
    this.redraw();
  }

  #move(type, by) {
    const from = this.#order.indexOf(type);
    const to = from + by;
    if (to < 0 || to >= this.#order.length) return;
    this.#order.splice(to, 0, ...this.#order.splice(from, 1));
    this.app.say(text.moved(this.#titleOf(type), to + 1, this.#order.length));
  }

  #tick(type, isOn) {
    this.#order = isOn ? [...this.#order, type] : this.#order.filter((each) => each !== type);
    this.#hint = null;
    this.redraw();
  }

  async #dryRun() {
    const wanted = [...this.#tried];
    this.#runs = wanted.map((address) => ({ address, phase: "running" }));
    await this.act("dry-run", async () => {
      for (const run of this.#runs) {
        await this.#try(run);
        this.redraw();
      }
    }, text.tried);
  }

  /** One mailbox that cannot be tried says so, and the others are tried all the same. */
  async #try(run) {
    try {
      Object.assign(run, { found: await this.api.previewRule({ ...this.#wanted(run.address), days: this.#days }), phase: "done" });
    } catch (error) {
      if (!error?.code || error.fromSignIn) throw error;
      Object.assign(run, { problem: explain(error), phase: "failed" });
    }
  }

  async #start() {
    const places = this.#where === "everywhere" ? [null] : [...this.#chosen];
    this.#outcome = [];
    await this.act("start", async () => {
      for (const address of places) {
        this.#outcome.push(await this.#startIn(address));
        this.redraw();
      }
      const { rules } = await this.api.rules({ limit: 100 });
      this.#rules = rules.filter(({ kind }) => kind === "match");
    });
    if (this.#outcome.some(({ rule }) => rule)) this.app.say(text.started);
    document.getElementById("step-title")?.focus();
  }

  async #startIn(address) {
    try {
      return { address, rule: await this.api.startRule(this.#wanted(address)) };
    } catch (error) {
      if (!error?.code || error.fromSignIn) throw error;
      return { address, problem: explain(error) };
    }
  }

  // Private

  #wanted(address) {
    const own = linesOf(this.#own).map(asExclusion);
    return {
      kind: "match",
      ...(address ? { scope: "mailbox", mailbox: address } : { scope: "everywhere" }),
      destination: this.#destination,
      internalToo: this.#internalToo,
      ...(this.#attachments && { attachments: this.#attachments }),
      options: {
        order: this.#order,
        unmatched: this.#unmatched,
        excludedAddresses: own.filter(({ kind }) => kind === "address").map(({ value }) => value),
        excludedDomains: own.filter(({ kind }) => kind === "domain").map(({ value }) => value),
      },
    };
  }

  #licensed() {
    return this.#mailboxes.filter(({ license }) => ["licensed", "notNeeded"].includes(license.state));
  }

  #reach() {
    return this.#where === "everywhere" ? this.#licensed() : this.#mailboxes.filter(({ address }) => this.#chosen.has(address));
  }

  #types() {
    return this.#destinations.find(({ name }) => name === this.#destination)?.types ?? [];
  }

  #titleOf(type) {
    const found = this.#types().find((each) => each.type === type);
    return found?.plural ?? found?.title ?? type;
  }

  // Drawing

  #running() {
    if (this.#rules.length === 0) return null;
    return h("section", { class: "panel", key: "running", "aria-labelledby": "running-title" }, h("h2", { id: "running-title" }, text.running),
      h("ul", { class: "plain" }, this.#rules.map(({ id, mailbox, state, destination }) => h("li", { key: id, class: "line" }, pill(state === "active" ? "good" : state === "paused" ? "quiet" : "bad", words.rules.states[state] ?? state), h("span", {}, mailbox ? mailbox.address : text.everywhere), h("span", { class: "caption" }, this.#destinations.find(({ name }) => name === destination)?.title ?? destination)))),
      h("a", { class: "text-link", href: "#/rules" }, text.toRules));
  }

  #guide() {
    const step = STEPS[this.#step];
    const draw = { where: () => this.#whereStep(), whom: () => this.#whomStep(), exclusions: () => this.#exclusionsStep(), dryRun: () => this.#dryRunStep(), start: () => this.#startStep() };
    return h(
      "section",
      { class: "panel guide", key: "guide", "aria-label": text.guide },
      h("ol", { class: "steps" }, STEPS.map((each, index) => this.#stepMark(each, index))),
      h("h2", { id: "step-title", tabindex: "-1", key: `title-${step}` }, text.stepTitle(this.#step + 1, STEPS.length, text.steps[step])),
      h("div", { key: `step-${step}`, class: "step-body" }, draw[step]()),
      this.#hint && h("p", { class: "error", role: "alert", id: "step-hint", tabindex: "-1", key: "hint" }, this.#hint),
      h("div", { class: "buttons step-buttons", key: "buttons" }, this.#stepButtons(step)),
    );
  }

  #stepMark(name, index) {
    const state = index < this.#step ? "done" : index === this.#step ? "current" : "ahead";
    return h("li", { key: name, class: `step step-${state}`, "aria-current": state === "current" ? "step" : null }, h("span", { class: "step-number", "aria-hidden": "true" }, state === "done" ? icon("check") : String(index + 1)), h("span", {}, text.steps[name]));
  }

  #stepButtons(step) {
    const isOver = this.#outcome?.some(({ rule }) => rule);
    if (step === "start") {
      return isOver
        ? [button(text.again, () => this.#anew(), { key: "anew" }), button(text.toRules, () => this.app.go("rules"), { look: "primary", key: "rules" })]
        : [button(words.back, () => this.#go(this.#step - 1), { key: "back" }), button(text.start, () => this.#start(), { look: "primary", busy: this.isBusy("start"), key: "start" })];
    }
    return [this.#step > 0 && button(words.back, () => this.#go(this.#step - 1), { key: "back" }), button(words.next, () => this.#go(this.#step + 1), { look: "primary", key: "next" })];
  }

  #anew() {
    Object.assign(this, { failure: null });
    this.#step = 0;
    this.#runs = [];
    this.#outcome = null;
    this.#tried = new Set();
    this.redraw();
    document.getElementById("step-title")?.focus();
  }

  #whereStep() {
    const licensed = this.#licensed().length;
    return [
      radios("where", text.where, this.#where, [["everywhere", text.whereAll, text.whereAllHint(licensed)], ["some", text.whereSome, text.whereSomeHint]], (where) => this.#set(() => (this.#where = where))),
      this.#where === "some" && h("fieldset", { class: "fieldset boxed", key: "mailboxes" }, h("legend", { class: "field-label" }, text.mailboxes), this.#mailboxes.map((each) => this.#mailbox(each, this.#chosen))),
      note("info", h("p", {}, text.permission)),
    ];
  }

  #mailbox({ address, license }, chosen) {
    const isCovered = ["licensed", "notNeeded"].includes(license.state);
    return checkbox(address, chosen.has(address), (isOn) => this.#set(() => (isOn ? chosen.add(address) : chosen.delete(address))), { hint: isCovered ? null : text.unlicensed });
  }

  #whomStep() {
    const rest = this.#types().filter(({ type }) => !this.#order.includes(type));
    return [
      this.#destinations.length > 1 && selectField("destination", text.destination, this.#destination, this.#destinations.map(({ name, title }) => [name, title]), (name) => this.#choose(name)),
      h("div", { class: "field", key: "order" }, h("p", { class: "field-label", id: "order-label" }, text.order), h("p", { class: "caption" }, text.orderHint),
        h("ol", { class: "order", "aria-labelledby": "order-label" }, this.#order.map((type, index) => this.#ordered(type, index)))),
      rest.length > 0 && h("fieldset", { class: "fieldset", key: "rest" }, h("legend", { class: "field-label" }, text.others), rest.map(({ type }) => checkbox(this.#titleOf(type), false, () => this.#tick(type, true), { key: type }))),
      radios("unmatched", text.unmatched, this.#unmatched, [["skip", text.skip, text.skipHint], ["review", text.review, text.reviewHint]], (value) => this.#set(() => (this.#unmatched = value))),
      selectField("attachments", text.attachments, this.#attachments, Object.entries(text.attachmentChoices), (value) => this.#set(() => (this.#attachments = value))),
      checkbox(text.internal, this.#internalToo, (isOn) => this.#set(() => (this.#internalToo = isOn)), { hint: text.internalHint }),
    ];
  }

  #ordered(type, index) {
    const title = this.#titleOf(type);
    return h(
      "li",
      { key: type, class: "order-line" },
      h("span", { class: "order-name" }, `${index + 1}. ${title}`),
      iconButton("up", text.up(title), () => this.#move(type, -1), index === 0),
      iconButton("down", text.down(title), () => this.#move(type, 1), index === this.#order.length - 1),
      iconButton("close", text.leaveOut(title), () => this.#tick(type, false), false),
    );
  }

  #exclusionsStep() {
    return [
      h("p", { key: "whole" }, text.wholeExclusions(this.#excluded.length), " ", h("a", { class: "text-link", href: "#/exclusions" }, text.toExclusions)),
      areaField("own", text.own, this.#own, (own) => (this.#own = own), { hint: text.ownHint, rows: 5 }),
    ];
  }

  #dryRunStep() {
    const isBusy = this.isBusy("dry-run");
    return [
      h("p", { key: "about" }, text.dryRunText),
      h("fieldset", { class: "fieldset boxed", key: "tried" }, h("legend", { class: "field-label" }, text.tryIn), this.#reach().map((each) => this.#mailbox(each, this.#tried))),
      selectField("days", text.period, String(this.#days), DAYS.map((days) => [String(days), words.overview.days(days)]), (days) => this.#set(() => (this.#days = Number(days)))),
      h("div", { class: "buttons", key: "run" }, button(text.run, () => this.#dryRun(), { busy: isBusy, off: this.#tried.size === 0 })),
      h("div", { key: "runs" }, this.#runs.map((run) => this.#run(run))),
    ];
  }

  #run({ address, phase, found, problem }) {
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
        found.messages.length > 0 && h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": text.list(address) }, table({ label: text.list(address), columns: text.columns, rows: found.messages.map((each) => this.#message(each)) })),
      ],
    );
  }

  #message({ id, subject, from, receivedAt, reason, saved }) {
    return { key: id, cells: [[h("strong", {}, subject || text.noSubject), h("span", { class: "caption" }, from.name || from.address)], moment(receivedAt), [h("span", {}, reason), saved && h("span", { class: "caption" }, text.alreadySaved)]] };
  }

  #startStep() {
    if (this.#outcome?.length > 0) return h("ul", { class: "plain" }, this.#outcome.map(({ address, rule, problem }) => h("li", { key: address ?? "everywhere", class: "line" }, rule ? pill("good", text.isOn) : pill("bad", text.isOff), h("span", {}, address ?? text.everywhere), problem && h("p", { class: "error" }, problem.sentence))));
    const own = linesOf(this.#own).length;
    const tried = this.#runs.filter(({ phase }) => phase === "done");
    return [
      h("dl", { class: "summary" },
        entry(text.steps.where, this.#where === "everywhere" ? text.whereAllHint(this.#licensed().length) : [...this.#chosen].join(", ")),
        entry(text.steps.whom, text.orderWords(this.#order.map((type) => this.#titleOf(type)))),
        entry(text.unmatched, text[this.#unmatched]),
        entry(text.steps.exclusions, text.exclusionWords(this.#excluded.length, own)),
        entry(text.steps.dryRun, tried.length > 0 ? tried.map(({ address, found }) => text.triedWords(address, found.count, found.scanned)).join("; ") : text.notTried)),
      tried.length === 0 && note("warning", h("p", {}, text.tryFirst)),
      h("p", {}, text.fromNow),
    ];
  }
}

function entry(title, value) {
  return h("div", { key: title }, h("dt", {}, title), h("dd", {}, value));
}

function iconButton(sign, label, onclick, off) {
  return h("button", { type: "button", class: "icon-button", key: sign, "aria-label": label, title: label, "aria-disabled": off ? "true" : null, onclick: () => !off && onclick() }, icon(sign));
}
