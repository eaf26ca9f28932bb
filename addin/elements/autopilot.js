/**
 * What Autopilot does for the open message: how the mailbox is watched and the rules that the message is a case for.
 * view: {rules, another, health, preview, starting, busy, administrator}; `another`: whether one more can be started.
 * Sends "add-rule" {adding}.
 */

import { h } from "../js/dom.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Autopilot extends Piece {
  // Lifecycle

  render({ rules, another, health, preview, starting, busy, administrator }) {
    return [
      h("affix-health", { key: "health", view: { health } }),
      rules.length > 0 &&
        h("affix-rules", { key: "rules", view: { rules, busy, administrator, past: true, preview, starting } }),
      another && this.#another(),
    ];
  }

  // Private

  #another() {
    return h(
      "button",
      {
        key: "another",
        id: "add-rule",
        type: "button",
        class: "link link-icon",
        onclick: () => this.send("add-rule", { adding: true }),
      },
      h("affix-icon", { name: "plus" }),
      texts.autopilot.another,
    );
  }
}

customElements.define("affix-autopilot", Autopilot);
