/** A rule for the organisation as it is being set up: what was chosen so far, and what the service is asked for. Pure. */

import { asExclusion, linesOf } from "./entries.js";

// As the service orders them when nobody says otherwise; types that a system has besides come after.
const USUAL_ORDER = ["contact", "customer", "company", "vendor", "partner"];
const LICENSED = ["licensed", "notNeeded"];

export class RulePlan {
  mailboxes = [];
  destinations = [];
  where = "everywhere";
  chosen = new Set();
  destination = "";
  order = [];
  unmatched = "skip";
  attachments = "";
  internalToo = false;
  /** As it was typed. */
  exclusions = "";

  /** What there is to choose from; what was chosen stays. */
  learn(mailboxes, destinations) {
    this.mailboxes = mailboxes;
    this.destinations = destinations.filter(({ types }) => types.length > 0);
    if (!this.destination && this.destinations.length > 0) this.choose(this.destinations[0].name);
  }

  choose(destination) {
    this.destination = destination;
    const types = this.types.map(({ type }) => type);
    const usual = USUAL_ORDER.filter((type) => types.includes(type));
    this.order = usual.length > 0 ? usual : types;
  }

  /** One place up (-1) or down (1). Gives the new place, or null where there is none. */
  move(type, by) {
    const from = this.order.indexOf(type);
    const to = from + by;
    if (to < 0 || to >= this.order.length) return null;
    this.order.splice(to, 0, ...this.order.splice(from, 1));
    return to;
  }

  tick(type, isOn) {
    this.order = isOn ? [...this.order, type] : this.order.filter((each) => each !== type);
  }

  get types() {
    return this.destinations.find(({ name }) => name === this.destination)?.types ?? [];
  }

  titleOf(type) {
    const found = this.types.find((each) => each.type === type);
    return found?.plural ?? found?.title ?? type;
  }

  get licensed() {
    return this.mailboxes.filter(({ license }) => LICENSED.includes(license.state));
  }

  /** The mailboxes where the rule would hold. */
  get reach() {
    if (this.where === "everywhere") return this.licensed;
    return this.mailboxes.filter(({ address }) => this.chosen.has(address));
  }

  /** One rule for everywhere (null), or one for each mailbox. */
  get places() {
    return this.where === "everywhere" ? [null] : [...this.chosen];
  }

  /** What keeps a step from being left, by its name in the catalogue; null when it is complete. */
  missing(step) {
    if (step === "where" && this.where === "some" && this.chosen.size === 0) return "chooseMailbox";
    if (step === "where" && this.where === "everywhere" && this.licensed.length === 0) return "noneLicensed";
    return step === "whom" && this.order.length === 0 ? "chooseType" : null;
  }

  /** The rule for one mailbox, or without one for everywhere. */
  wanted(address) {
    const own = linesOf(this.exclusions).map(asExclusion);
    const valuesOf = (kind) => own.filter((each) => each.kind === kind).map(({ value }) => value);
    return {
      kind: "match",
      ...(address ? { scope: "mailbox", mailbox: address } : { scope: "everywhere" }),
      destination: this.destination,
      internalToo: this.internalToo,
      ...(this.attachments && { attachments: this.attachments }),
      options: {
        order: this.order,
        unmatched: this.unmatched,
        excludedAddresses: valuesOf("address"),
        excludedDomains: valuesOf("domain"),
      },
    };
  }
}

export function isLicensed({ license }) {
  return LICENSED.includes(license.state);
}
