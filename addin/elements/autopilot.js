/**
 * Autopilot beside an open message: how the mailbox is watched, the rules that the message is a case for, and starting
 * another. view: {rules, start, open, adding, health, preview, starting, busy, administrator}; `start` is the view of
 * the form, null when nothing can be started. `open` is null until the person opened or closed the section.
 * Sends "open-autopilot" {open} and "add-rule" {adding}.
 */

import { h } from "../js/dom.js";
import { needsCare } from "../js/health.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Autopilot extends Piece {
  // Lifecycle

  render(view) {
    const open = view.open ?? view.rules.length > 0;
    return [
      h(
        "button",
        {
          type: "button",
          id: "autopilot",
          class: "expander",
          "aria-expanded": String(open),
          "aria-controls": "autopilot-body",
          onclick: () => this.send("open-autopilot", { open: !open }),
        },
        h("affix-icon", { name: "chevron" }),
        h("span", { class: "expander-title" }, texts.autopilot.title),
        h(
          "span",
          { class: "caption" },
          texts.autopilot.summary(view.rules.filter(isRunning).length, view.rules.length),
        ),
        needsCare(view.health) && this.#care(),
      ),
      h("div", { id: "autopilot-body", class: "autopilot-body", hidden: !open }, this.#body(view)),
    ];
  }

  // Private

  #care() {
    return h(
      "span",
      { key: "care", class: "sign warning" },
      h("affix-icon", { name: "warning" }),
      texts.autopilot.care,
    );
  }

  #body({ rules, start, adding, health, preview, starting, busy, administrator }) {
    return [
      h("affix-health", { key: "health", view: { health } }),
      rules.length > 0 &&
        h("affix-rules", { key: "rules", view: { rules, busy, administrator, past: true, preview, starting } }),
      start && (adding || !rules.length ? h("affix-start", { key: "start", view: start }) : this.#another()),
    ];
  }

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

function isRunning({ state }) {
  return state === "active";
}

customElements.define("affix-autopilot", Autopilot);
