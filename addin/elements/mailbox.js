/**
 * Which mailbox this is, how Affix knows, and the question when it does not.
 * view: {mailbox, using, note, busy, ask}. Sends "state-kind" {kind}, "open-work",
 * "open-activity" and "look-anew".
 */

import { h } from "../js/dom.js";
import { iconButton } from "../js/parts.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const KINDS = ["shared", "delegate", "personal"];

class Mailbox extends Piece {
  #asked = false;

  // Lifecycle

  render({ mailbox, using, note, busy, ask }) {
    const asking = ask && mailbox.kind === "unknown";
    const why = note ?? (this.#asked || mailbox.certain === false ? mailbox.why : null);
    return [
      h(
        "div",
        { class: `badge badge-${mailbox.kind}` },
        h("affix-icon", { name: `mailbox-${mailbox.kind}` }),
        h(
          "div",
          { class: "badge-text" },
          using && h("span", { class: "caption" }, texts.using, " "),
          h("strong", { class: "badge-kind" }, texts.mailbox[mailbox.kind] ?? texts.mailbox.other),
          " ",
          h("span", { class: "badge-address" }, mailbox.address),
        ),
        h(
          "div",
          { class: "badge-buttons" },
          mailbox.why && mailbox.certain !== false && !asking && !note && this.#whyButton(),
          this.#workButton(),
          this.#activityButton(),
          this.#refreshButton(busy),
        ),
      ),
      why && !asking && h("p", { key: "why", class: "badge-why" }, why),
      asking && this.#question(mailbox),
    ];
  }

  // Private

  #whyButton() {
    const more = { "aria-expanded": String(this.#asked), onclick: () => this.#toggle() };
    return iconButton("why", "question", texts.mailbox.why, more);
  }

  #workButton() {
    return iconButton("work", "inbox", texts.work.title, { id: "open-work", onclick: () => this.send("open-work") });
  }

  #activityButton() {
    const more = { id: "open-activity", onclick: () => this.send("open-activity") };
    return iconButton("activity", "activity", texts.activity.title, more);
  }

  #refreshButton(busy) {
    const turning = busy ? "icon-button turning" : "icon-button";
    return iconButton("refresh", "refresh", texts.refresh, { class: turning, onclick: () => this.send("look-anew") });
  }

  #question(mailbox) {
    return h(
      "div",
      { class: "question", role: "group", "aria-labelledby": "kind-question" },
      h("p", { id: "kind-question" }, texts.mailbox.ask),
      mailbox.why && h("p", { class: "caption" }, mailbox.why),
      h(
        "div",
        { class: "buttons" },
        KINDS.map((kind) =>
          h(
            "button",
            {
              key: kind,
              type: "button",
              class: "button",
              onclick: () => this.send("state-kind", { kind }),
            },
            texts.mailbox.kinds[kind],
          ),
        ),
      ),
    );
  }

  #toggle() {
    this.#asked = !this.#asked;
    this.redraw();
  }
}

customElements.define("affix-mailbox", Mailbox);
