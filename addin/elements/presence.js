/** Who else is filing this message right now, and to which records. view: {presence}. */

import { h } from "../js/dom.js";
import { sentence } from "../js/presence.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Presence extends Piece {
  // Lifecycle

  render({ presence }) {
    return h(
      "div",
      { class: "bar bar-quiet", role: "note", "aria-label": texts.presence.title },
      h("affix-icon", { name: "colleague" }),
      h(
        "ul",
        { class: "bar-text" },
        presence.map((one) => h("li", { key: one.person.id }, sentence(one))),
      ),
    );
  }
}

customElements.define("affix-presence", Presence);
