/**
 * Tells colleagues that this person is choosing records for the open message, or saving it, and hears of them.
 * Belongs to one Pane.
 */

import { displayLanguage } from "./language.js";
import { texts } from "./texts.js";

const SETTLE_MS = 300;
const RENEW_MS = 20000;
const IDLE_MS = 180000;
const MOST_RECORDS = 20;

export class Presence {
  #pane;
  #said = null;
  #wanted = null;
  #changedAt = 0;
  #timer = null;

  /** `presence`: who else is at it, as [{person: {id, name}, records: [names], since}]. */
  static forItem() {
    return { presence: [] };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  understood(context) {
    this.take(context.presence ?? []);
    this.changed();
  }

  returned() {
    this.#changedAt = Date.now();
    this.#later(0);
  }

  /** The state of the pane changed: whether that is a reason to tell colleagues. */
  changed() {
    const wanted = filing(this.#pane.state);
    if (isEqual(wanted, this.#wanted)) return;
    this.#wanted = wanted;
    this.#changedAt = Date.now();
    this.#later(SETTLE_MS);
  }

  /** Who is there by the service's word. Whoever is new is told of aloud, once. */
  take(presence) {
    const before = new Set(this.#pane.state.presence.map(({ person }) => person.id));
    this.#pane.set({ presence });
    const fresh = presence.filter(({ person }) => !before.has(person.id));
    if (fresh.length) this.#pane.say(fresh.map(sentence).join(" "));
  }

  // Private

  #later(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), wait);
  }

  /** Says it, says it again as long as it holds, or takes it back. That it could not is nothing to tell of. */
  async #tell() {
    const wanted = this.#wanted;
    const isThere = wanted && !document.hidden && Date.now() - this.#changedAt < IDLE_MS;
    if (!isThere) return this.#leave();
    this.#later(RENEW_MS);
    const { visit, api } = this.#pane;
    this.#said = wanted;
    const answer = await api.bePresent(wanted.mailbox, wanted.message, wanted.records).catch(() => null);
    if (answer && visit === this.#pane.visit) this.take(answer.presence);
  }

  async #leave() {
    if (!this.#said) return;
    const { mailbox, message } = this.#said;
    this.#said = null;
    await this.#pane.api.leave(mailbox, message).catch(() => null);
  }
}

/** What the person is filing, as {mailbox, message, records: [names]}; null while they only read. Pure. */
export function filing({ context, chosen, saving, form, found }) {
  if (!context?.message?.savable || !context.message.id) return null;
  if (!chosen.size && !saving && !form && found?.for !== "find") return null;
  const names = [...chosen.values()].slice(0, MOST_RECORDS).map(({ name }) => name);
  return { mailbox: context.mailbox.id, message: context.message.id, records: names };
}

/** "Ben is choosing a record …", or to which records. */
export function sentence({ person, records }) {
  return records.length
    ? texts.presence.saving(person.name, listed(records))
    : texts.presence.choosing(person.name);
}

/** Whom the person is about to do the same as, as [{who, record}]. Pure. */
export function clashes(presence, records) {
  const names = new Set(records.map(({ name }) => name));
  return presence.flatMap(({ person, records: theirs }) =>
    theirs.filter((record) => names.has(record)).map((record) => ({ who: person.name, record })),
  );
}

function listed(names) {
  return new Intl.ListFormat(displayLanguage, { type: "conjunction" }).format(names);
}

function isEqual(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
