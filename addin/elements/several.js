/**
 * Several messages, one line each. view: {title, rows: [{key, title, icon, words, state}], done, over, slow}: `done` is
 * how many of them are finished, once they are being saved; `slow`: the others take so long that nobody looks any more.
 */

import { h } from "../js/dom.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const TONES = { saved: "save-mine", partial: "save-mine", failed: "save-failed" };

class Several extends Piece {
  // Lifecycle

  render({ title, rows, done, over, slow }) {
    return [
      h("h1", { class: "subject" }, title),
      done !== undefined && !over && this.#progress(done, rows.length, title),
      done !== undefined && !over && h("p", { key: "goes-on", class: "caption" }, texts.several.goesOn),
      slow && h("p", { key: "slow", class: "caption" }, texts.saves.stillWaiting),
      h(
        "ul",
        { class: "past-list", "aria-label": texts.several.list },
        rows.map((row) => this.#row(row)),
      ),
    ];
  }

  // Private

  #progress(value, max, label) {
    return h("progress", { key: "progress", class: "progress", value: String(value), max: String(max), "aria-label": label });
  }

  #row({ key, title, icon, words, state }) {
    return h(
      "li",
      { key, class: ["selected-row", TONES[state]].filter(Boolean).join(" "), "data-state": state ?? null },
      h("affix-icon", { name: icon }),
      h(
        "span",
        { class: "choice-text" },
        h("span", { class: "choice-name" }, title || texts.message.noSubject),
        words && h("span", { class: "caption" }, words),
      ),
    );
  }
}

customElements.define("affix-several", Several);
