/**
 * Past mail that is being saved, or was just now: how far, with what result, and stopping or undoing it.
 * view: {backfills, busy: Set of ids, changeable: Set of ids}. Sends "pause-backfill", "resume-backfill",
 * "undo-backfill", "again-backfill" and "hide-backfill" {backfill}.
 */

import { backfillLook, held } from "../js/backfills.js";
import { h } from "../js/dom.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Backfills extends Piece {
  #asking = null;

  // Lifecycle

  render({ backfills, busy, changeable }) {
    const rows = backfills.map((one) => this.#row(one, busy.has(one.id), changeable.has(one.id)));
    return h("ul", { class: "saves", "aria-label": texts.past.title }, rows);
  }

  // Private

  #row(backfill, busy, changeable) {
    const { id, title, state, saves, startedBy } = backfill;
    const shown = backfillLook(backfill);
    const asking = this.#asking === id && shown.actions.includes("undo");
    const names = asking ? ["keep", "sure"] : shown.actions.filter((name) => changeable || name === "hide");
    const whose = startedBy?.me ? null : startedBy?.name || startedBy?.address;
    return h(
      "li",
      { key: id, class: `save save-${shown.tone}`, "data-state": state, "data-backfill": id },
      h("affix-icon", { name: shown.icon }),
      h(
        "div",
        { class: "save-text" },
        h("p", { class: "rule-title" }, shown.word),
        h("p", { class: "caption" }, [title, whose].filter(Boolean).join(" · ")),
        shown.share !== null &&
          h("progress", { key: "bar", class: "progress", max: "1", value: shown.share, "aria-label": shown.word }),
        h("p", { class: "save-state" }, shown.sentence),
        shown.reason && h("p", { key: "reason", class: "save-reason" }, shown.reason),
        asking && h("p", { key: "sure", class: "save-reason" }, texts.past.sure(held(saves))),
        h(
          "div",
          { class: "links" },
          names.map((name) => this.#button(name, backfill, busy)),
        ),
      ),
    );
  }

  #button(name, backfill, busy) {
    const { label, name: spoken } = texts.past.buttons[name];
    return h(
      "button",
      {
        key: name,
        type: "button",
        class: "link",
        "aria-label": spoken(backfill.title),
        "aria-disabled": busy ? "true" : null,
        onclick: () => busy || this.#press(name, backfill),
      },
      label,
    );
  }

  /** Undoing takes many messages off a record, so it is asked for twice, and Enter pressed twice does nothing. */
  #press(name, backfill) {
    this.#asking = name === "undo" ? backfill.id : null;
    if (["undo", "keep"].includes(name)) {
      this.redraw();
      this.querySelector(`li[data-backfill="${backfill.id}"] .links button`)?.focus();
    } else this.send(`${name === "sure" ? "undo" : name}-backfill`, { backfill });
  }
}

customElements.define("affix-backfills", Backfills);
