/**
 * What becomes of a message that is being written. view: {outgoing, open, busy}: the choice that waits for it or null,
 * and whether one is being made. Sends "change-choice" and "withdraw-choice".
 */

import { h } from "../js/dom.js";
import { recordIcon, recordKey } from "../js/records.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Compose extends Piece {
  // Lifecycle

  render({ outgoing, open, busy }) {
    return [
      h("h2", {}, texts.compose.title),
      outgoing && !open ? this.#chosen(outgoing, busy) : h("p", { class: "caption" }, texts.compose.intro),
    ];
  }

  // Private

  #chosen({ records, chosenBy }, busy) {
    return h(
      "div",
      { key: "chosen", class: chosenBy.me ? "save save-mine" : "save save-colleague" },
      h("affix-icon", { name: chosenBy.me ? "clock" : "colleague" }),
      h(
        "div",
        { class: "save-text" },
        h(
          "ul",
          { "aria-label": texts.compose.records },
          records.map((record) =>
            h(
              "li",
              { key: recordKey(record), class: "save-record" },
              h("affix-icon", { name: recordIcon(record) }),
              record.name,
            ),
          ),
        ),
        h("p", { class: "save-state" }, texts.compose.waits(chosenBy.me ? null : chosenBy.name || chosenBy.address)),
        h(
          "div",
          { class: "links" },
          this.#link("change-choice", texts.compose.change, busy),
          this.#link("withdraw-choice", texts.compose.withdraw, busy),
        ),
      ),
    );
  }

  #link(name, words, busy) {
    const more = { "aria-disabled": busy ? "true" : null, onclick: () => this.send(name) };
    return h("button", { key: name, id: name, type: "button", class: "link", ...more }, words);
  }
}

customElements.define("affix-compose", Compose);
