/** What a mailbox keeps for all its members: favourite and recent records, the usual attachments. Belongs to one Pane. */

import { asReference, recordKey } from "./records.js";
import { texts } from "./texts.js";

export class Favorites {
  #pane;

  /** `searchType`: the type of records that was looked for last, "" for all. */
  static always() {
    return { searchType: "" };
  }

  static forItem() {
    return { favorites: [], recents: [], keepProblem: null };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return {
      "toggle-favorite": ({ record }) => this.#toggle(record),
      "choose-type": ({ type }) => this.#pane.set({ searchType: type }),
      "keep-attachments": ({ choice }) => this.#keepAttachments(choice),
    };
  }

  understood({ favorites = [], recents = [] }) {
    this.#pane.set({ favorites, recents });
  }

  // Private

  /** Shown at once; put right by what the service answers. */
  async #toggle(record) {
    const { api, state } = this.#pane;
    const before = state.favorites;
    const mailbox = state.context?.mailbox.id;
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

/** The records to offer before anything is typed: favourites, then recent ones that are none. Pure. */
export function atHand({ favorites, recents }) {
  const keys = new Set(favorites.map(recordKey));
  return { favorites, recents: recents.filter((record) => !keys.has(recordKey(record))) };
}
