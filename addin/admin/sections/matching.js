/**
 * A rule for the whole organisation, step by step: which mailboxes, whom to match, whom to leave out, a dry run, and
 * only then it is started. Nothing is sent to the service before the dry run, nothing is started before the last step.
 */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { button, empty, icon, pill, selectField } from "../parts.js";
import { explain } from "../problem.js";
import { RulePlan } from "../rule-plan.js";
import { Section } from "../section.js";
import {
  dryRunOf,
  exclusionsStep,
  mailboxChoice,
  outcomeOf,
  startStep,
  whereStep,
  whomStep,
} from "./matching-steps.js";

const STEPS = ["where", "whom", "exclusions", "dryRun", "start"];
const DAYS = [7, 30, 90];
const TONES = { active: "good", paused: "quiet" };
const text = words.matching;

export class Matching extends Section {
  #plan = new RulePlan();
  #step = 0;
  #rules = [];
  #excluded = 0;
  #tried = new Set();
  #days = 30;
  #runs = [];
  #outcome = [];
  #hint = null;

  get title() {
    return words.sections.matching;
  }

  get lead() {
    return text.lead;
  }

  async load() {
    const asked = [this.#readRules(), this.api.mailboxes(), this.api.destinations(), this.api.exclusions()];
    const [, mailboxes, { destinations }, exclusions] = await Promise.all(asked);
    this.#plan.learn(mailboxes, destinations);
    this.#excluded = exclusions.length;
  }

  body() {
    if (this.#plan.destinations.length > 0) return [this.#running(), this.#guide()];
    const add = button(words.destinations.add, () => this.app.go("destinations"), { look: "primary" });
    return empty("plug", text.noDestination, text.noDestinationText, add);
  }

  // Actions

  #go(step) {
    const missing = step > this.#step ? this.#plan.missing(STEPS[this.#step]) : null;
    this.#hint = missing && text[missing];
    if (!missing) this.#step = step;
    if (STEPS[this.#step] === "dryRun") this.#chooseTried();
    this.redraw();
    document.getElementById(missing ? "step-hint" : "step-title")?.focus();
  }

  /** Those that were chosen before, as far as the rule still holds there; else the first. */
  #chooseTried() {
    const reach = this.#plan.reach.map(({ address }) => address);
    const kept = reach.filter((address) => this.#tried.has(address));
    this.#tried = new Set(kept.length > 0 ? kept : reach.slice(0, 1));
  }

  /** A dry run of another rule tells nothing of this one. */
  #change(work) {
    work();
    this.#hint = null;
    this.#runs = [];
    this.redraw();
  }

  #move(type, by) {
    const place = this.#plan.move(type, by);
    if (place === null) return;
    this.#runs = [];
    this.app.say(text.moved(this.#plan.titleOf(type), place + 1, this.#plan.order.length));
  }

  async #dryRun() {
    this.#runs = [...this.#tried].map((address) => ({ address, phase: "running" }));
    const work = async () => {
      for (const run of this.#runs) {
        await this.#try(run);
        this.redraw();
      }
    };
    await this.act("dry-run", work, text.tried);
  }

  /** One mailbox that cannot be tried says so, and the others are tried all the same. */
  async #try(run) {
    try {
      const found = await this.api.previewRule({ ...this.#plan.wanted(run.address), days: this.#days });
      Object.assign(run, { found, phase: "done" });
    } catch (error) {
      if (!error?.code || error.fromSignIn) throw error;
      Object.assign(run, { problem: explain(error), phase: "failed" });
    }
  }

  async #start() {
    this.#outcome = [];
    await this.act("start", async () => {
      for (const address of this.#plan.places) {
        this.#outcome.push(await this.#startIn(address));
        this.redraw();
      }
      await this.#readRules();
    });
    if (this.#outcome.some(({ rule }) => rule)) this.app.say(text.started);
    document.getElementById("step-title")?.focus();
  }

  async #startIn(address) {
    try {
      return { address, rule: await this.api.startRule(this.#plan.wanted(address)) };
    } catch (error) {
      if (!error?.code || error.fromSignIn) throw error;
      return { address, problem: explain(error) };
    }
  }

  #anew() {
    [this.#step, this.#runs, this.#outcome] = [0, [], []];
    this.redraw();
    document.getElementById("step-title")?.focus();
  }

  // Private

  async #readRules() {
    this.#rules = (await this.api.allRules()).filter(({ kind }) => kind === "match");
  }

  #running() {
    if (this.#rules.length === 0) return null;
    return h(
      "section",
      { class: "panel", key: "running", "aria-labelledby": "running-title" },
      h("h2", { id: "running-title" }, text.running),
      h(
        "ul",
        { class: "plain" },
        this.#rules.map(({ id, mailbox, state, destination }) =>
          h(
            "li",
            { key: id, class: "line" },
            pill(TONES[state] ?? "bad", words.rules.states[state] ?? state),
            h("span", {}, mailbox ? mailbox.address : text.everywhere),
            h(
              "span",
              { class: "caption" },
              this.#plan.destinations.find(({ name }) => name === destination)?.title ?? destination,
            ),
          ),
        ),
      ),
      h("a", { class: "text-link", href: "#/rules" }, text.toRules),
    );
  }

  #guide() {
    const step = STEPS[this.#step];
    const change = (work) => this.#change(work);
    const draw = {
      where: () => whereStep(this.#plan, change),
      whom: () => whomStep(this.#plan, change, (type, by) => this.#move(type, by)),
      exclusions: () => exclusionsStep(this.#plan, change, this.#excluded),
      dryRun: () => this.#dryRunStep(),
      start: () =>
        this.#outcome.length > 0 ? outcomeOf(this.#outcome) : startStep(this.#plan, this.#runs, this.#excluded),
    };
    return h(
      "section",
      { class: "panel guide", key: "guide", "aria-label": text.guide },
      h(
        "ol",
        { class: "steps" },
        STEPS.map((each, index) => this.#stepMark(each, index)),
      ),
      h(
        "h2",
        { id: "step-title", tabindex: "-1", key: `title-${step}` },
        text.stepTitle(this.#step + 1, STEPS.length, text.steps[step]),
      ),
      h("div", { key: `step-${step}`, class: "step-body" }, draw[step]()),
      this.#hint && h("p", { class: "error", role: "alert", id: "step-hint", tabindex: "-1", key: "hint" }, this.#hint),
      h("div", { class: "buttons step-buttons", key: "buttons" }, this.#stepButtons(step)),
    );
  }

  #stepMark(name, index) {
    const state = index < this.#step ? "done" : index === this.#step ? "current" : "ahead";
    return h(
      "li",
      { key: name, class: `step step-${state}`, "aria-current": state === "current" ? "step" : null },
      h("span", { class: "step-number", "aria-hidden": "true" }, state === "done" ? icon("check") : String(index + 1)),
      h("span", {}, text.steps[name]),
    );
  }

  #stepButtons(step) {
    const isOver = this.#outcome.some(({ rule }) => rule);
    if (step === "start") {
      return isOver
        ? [
            button(text.again, () => this.#anew(), { key: "anew" }),
            button(text.toRules, () => this.app.go("rules"), { look: "primary", key: "rules" }),
          ]
        : [
            button(words.back, () => this.#go(this.#step - 1), { key: "back" }),
            button(text.start, () => this.#start(), { look: "primary", busy: this.isBusy("start"), key: "start" }),
          ];
    }
    return [
      this.#step > 0 && button(words.back, () => this.#go(this.#step - 1), { key: "back" }),
      button(words.next, () => this.#go(this.#step + 1), { look: "primary", key: "next" }),
    ];
  }

  #dryRunStep() {
    const change = (work) => this.#change(work);
    const isBusy = this.isBusy("dry-run");
    return [
      h("p", { key: "about" }, text.dryRunText),
      h(
        "fieldset",
        { class: "fieldset boxed", key: "tried" },
        h("legend", { class: "field-label" }, text.tryIn),
        this.#plan.reach.map((each) => mailboxChoice(each, this.#tried, change)),
      ),
      selectField(
        "days",
        text.period,
        String(this.#days),
        DAYS.map((days) => [String(days), words.overview.days(days)]),
        (days) => change(() => (this.#days = Number(days))),
      ),
      h(
        "div",
        { class: "buttons", key: "run" },
        button(text.run, () => this.#dryRun(), { busy: isBusy, off: this.#tried.size === 0 }),
      ),
      h("div", { key: "runs" }, this.#runs.map(dryRunOf)),
    ];
  }
}
