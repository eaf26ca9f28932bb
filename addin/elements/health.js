/** How the mailbox is watched for Autopilot: a word, a sentence, and what somebody should do. view: {health}. */

import { h } from "../js/dom.js";
import { healthLook } from "../js/health.js";
import { Piece } from "./piece.js";

class Health extends Piece {
  render({ health }) {
    const shown = healthLook(health);
    if (!shown) return null;
    return [
      h(
        "p",
        { key: "state", class: shown.serious ? "health warning" : "health caption", "data-state": health.state },
        h("affix-icon", { name: shown.icon }),
        h("span", {}, h("strong", {}, shown.word), ` · ${shown.sentence}`),
      ),
      shown.warning &&
        h(
          "div",
          { key: "warning", class: "bar bar-warning", role: "note" },
          h("affix-icon", { name: "warning" }),
          h("p", { class: "bar-text" }, shown.warning),
        ),
      shown.caughtUp &&
        h(
          "p",
          { key: "gap", class: "health caption" },
          h("affix-icon", { name: "clock" }),
          h("span", {}, shown.caughtUp),
        ),
      shown.carriers &&
        h(
          "p",
          { key: "who", class: "health caption" },
          h("affix-icon", { name: "people" }),
          h("span", {}, shown.carriers),
        ),
    ];
  }
}

customElements.define("affix-health", Health);
