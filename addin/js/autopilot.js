/** Starting and changing Autopilot's rules, here and in the list of all. Belongs to one Pane. */

import { asWanted } from "./rules.js";
import { texts } from "./texts.js";

export class Autopilot {
  #pane;
  #wanted = null;

  /** The rules of all mailboxes; null until they are known. */
  static always() {
    return { allRules: null, busyRules: new Set() };
  }

  static forItem() {
    return { rules: [], adding: false, starting: false, startProblem: null, rulesProblem: null };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return {
      "add-rule": ({ adding }) => this.#add(adding),
      "start-rule": ({ offer, record, terms }) => this.start(offer, record, terms),
      "assign-license": ({ mailbox }) => this.assign(mailbox),
      "pause-rule": ({ id }) => this.pause(id),
      "resume-rule": ({ id }) => this.resume(id),
      "take-over-rule": ({ id }) => this.takeOver(id),
      "remove-rule": ({ id }) => this.remove(id),
    };
  }

  understood({ rules }) {
    this.#pane.set({ rules: rules ?? [] });
  }

  /** The rules of all mailboxes that this person may read. */
  async list() {
    const pane = this.#pane;
    const { visit } = pane;
    const outcome = await pane.api.rules().then(
      ({ rules }) => ({ allRules: rules, rulesProblem: null }),
      (rulesProblem) => ({ rulesProblem }),
    );
    // A message was opened meanwhile: what belongs to the screen before is not put on it.
    if (visit === pane.visit) pane.set(outcome);
  }

  /** `offer` is {kind, value}, `record` one of targets(), `terms` as in asWanted() and for past mail. */
  async start(offer, record, terms) {
    const pane = this.#pane;
    const { visit, state } = pane;
    if (state.starting) return;
    if (!record) return pane.say(texts.autopilot.recordFirst);
    this.#wanted = { visit, offer, record, terms };
    pane.set({ starting: true, startProblem: null });
    const outcome = await pane.api.startRule(asWanted(state, offer, record, terms)).then(
      (rule) => ({ rule, change: { starting: false, adding: false, preview: null } }),
      (startProblem) => ({ change: { starting: false, startProblem } }),
    );
    if (visit !== pane.visit) return;
    pane.set(outcome.change);
    if (outcome.rule) await this.#started(outcome.rule, terms ?? {});
  }

  /** An administrator gives the mailbox its licence; what was refused for want of it is started then. */
  async assign(mailbox) {
    const pane = this.#pane;
    const { visit } = pane;
    const startProblem = await pane.api.assignLicense(mailbox).then(
      () => null,
      (problem) => problem,
    );
    if (visit !== pane.visit) return;
    pane.set({ startProblem });
    if (startProblem) return;
    pane.say(texts.autopilot.licensed(mailbox));
    await pane.look();
    const wanted = this.#wanted;
    if (wanted?.visit === pane.visit && visit === pane.visit) await this.start(wanted.offer, wanted.record, wanted.terms);
  }

  pause(id) {
    return this.#change(id, (api) => api.changeRule(id, { state: "paused" }), texts.rules.paused);
  }

  resume(id) {
    return this.#change(id, (api) => api.changeRule(id, { state: "active" }), texts.rules.resumed);
  }

  takeOver(id) {
    return this.#change(id, (api) => api.changeRule(id, { owner: "me" }), texts.rules.overtaken);
  }

  remove(id) {
    return this.#change(id, (api) => api.removeRule(id), texts.rules.removed);
  }

  // Private

  /** Of a rule for everywhere past mail is asked for by mailbox: the one that is open. */
  async #started(rule, { pastToo, pastDays }) {
    const pane = this.#pane;
    const { address } = pane.state.context.mailbox;
    this.#put(rule);
    pane.say(texts.autopilot.started(rule.title));
    if (!pastToo) return pane.show("affix-rules");
    const { past } = pane.parts;
    if (rule.backfill) await past.list(true);
    else await past.begin(rule.id, { mailbox: address, days: pastDays });
    return pane.show("affix-backfills");
  }

  #add(adding) {
    this.#pane.set({ adding, startProblem: null, preview: null });
    this.#pane.focus(adding ? ".kinds :checked" : "#add-rule");
    this.#pane.show("affix-start", false);
  }

  async #change(id, act, words) {
    const pane = this.#pane;
    if (pane.state.busyRules.has(id)) return;
    const title = this.#find(id)?.title ?? "";
    pane.set({ busyRules: new Set([...pane.state.busyRules, id]), rulesProblem: null });
    const outcome = await act(pane.api).then(
      (rule) => ({ rule }),
      (rulesProblem) => ({ rulesProblem }),
    );
    pane.set({ busyRules: new Set([...pane.state.busyRules].filter((one) => one !== id)) });
    if (outcome.rulesProblem) return pane.set({ rulesProblem: outcome.rulesProblem });
    this.#put(outcome.rule);
    pane.say(words(title));
  }

  #find(id) {
    const { rules, allRules } = this.#pane.state;
    return [...rules, ...(allRules ?? [])].find((rule) => rule.id === id);
  }

  /** Puts a rule where it was, or at the end; one that was removed goes. */
  #put(rule) {
    const { rules, allRules } = this.#pane.state;
    const here = this.#pane.state.context !== null;
    this.#pane.set({ rules: placed(rules, rule, here), allRules: allRules && placed(allRules, rule, here) });
  }
}

function placed(rules, rule, isNew) {
  if (rule.state === "removed") return rules.filter(({ id }) => id !== rule.id);
  if (rules.some(({ id }) => id === rule.id)) return rules.map((one) => (one.id === rule.id ? rule : one));
  return isNew ? [...rules, rule] : rules;
}
