/** What a mailbox keeps for its members: favourite and recent records, the usual attachments. Belongs to one Pane. */

import { asReference, recordKey } from "./records.js";
import { texts } from "./texts.js";

const FRESH_MS = 60000;

export class Favorites {
  #pane;
  #readAt = 0;

  /**
   * `keptBy` is the id of the mailbox whose favourites and recents these are. `searchType`: the type of records looked
   * for last, "" for all.
   */
  static always() {
    return { keptBy: null, favorites: [], recents: [], searchType: "" };
  }

  static forItem() {
    return { keepProblem: null };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return {
      "look-at-hand": () => this.#look(),
      "toggle-favorite": ({ record }) => this.#toggle(record),
      "choose-type": ({ type }) => this.#pane.set({ searchType: type }),
      "keep-attachments": ({ choice }) => this.#keepAttachments(choice),
    };
  }

  understood({ mailbox, favorites = [], recents = [] }) {
    this.#take(mailbox?.id ?? null, { favorites, recents });
  }

  // Private

  #take(keptBy, { favorites, recents }) {
    this.#readAt = Date.now();
    this.#pane.set({ keptBy, favorites, recents });
  }

  /** Where no message tells, or told a while ago. Without an answer there is the search. */
  async #look() {
    const { api, state } = this.#pane;
    const mailbox = mailboxAtHand(state);
    if (!mailbox || (mailbox === state.keptBy && Date.now() - this.#readAt < FRESH_MS)) return;
    const answer = await api.recordsAtHand(mailbox).catch(() => null);
    if (answer && mailbox === mailboxAtHand(this.#pane.state)) this.#take(mailbox, answer);
  }

  /** Shown at once; put right by what the service answers. */
  async #toggle(record) {
    const { api, state } = this.#pane;
    const before = state.favorites;
    const mailbox = state.keptBy;
    if (!mailbox) return;
    const isFavorite = before.some((one) => recordKey(one) === recordKey(record));
    const rest = before.filter((one) => recordKey(one) !== recordKey(record));
    this.#pane.set({ favorites: isFavorite ? rest : [...rest, record], keepProblem: null });
    const words = isFavorite ? texts.atHand.removed : texts.atHand.added;
    const reference = asReference(record);
    const asked = isFavorite ? api.removeFavorite(mailbox, reference) : api.addFavorite(mailbox, reference);
    await this.#settle(asked, words(record.name), ({ favorites }) => ({ favorites }), { favorites: before });
  }

  async #keepAttachments(choice) {
    const { api, state } = this.#pane;
    const asked = api.changeMailbox(state.context.mailbox.id, { attachments: choice });
    const preferences = { ...state.context.preferences, attachments: choice };
    const kept = () => ({ keepProblem: null, context: { ...this.#pane.state.context, preferences } });
    await this.#settle(asked, texts.usual.kept, kept, {});
  }

  async #settle(asked, words, change, otherwise) {
    const { visit } = this.#pane;
    const outcome = await asked.then(change, (keepProblem) => ({ ...otherwise, keepProblem }));
    if (visit !== this.#pane.visit) return;
    this.#pane.set(outcome);
    if (!outcome.keepProblem) this.#pane.say(words);
  }
}

/** The id of the mailbox for which records are chosen now; null where that is not known. Pure. */
export function mailboxAtHand({ item, context, work, compose, several, lastMailbox, me }) {
  if (several?.open) return lastMailbox?.id ?? me?.mailbox?.id ?? null;
  if (!item || work?.open) return work?.mailbox?.id ?? null;
  return context?.mailbox?.id ?? compose?.mailbox?.id ?? null;
}

/** What to offer before anything is typed: favourites, then other recent records; null where they are not known. Pure. */
export function atHand(state) {
  const { keptBy, favorites, recents } = state;
  if (!keptBy || keptBy !== mailboxAtHand(state)) return null;
  const keys = new Set(favorites.map(recordKey));
  return { favorites, recents: recents.filter((record) => !keys.has(recordKey(record))) };
}

/** The favourites, by key; null where they are not known. Pure. */
export function starred(state) {
  return atHand(state) && new Set(state.favorites.map(recordKey));
}
