/**
 * The records that this email is associated with: whose save, when, how it stands and what can be done.
 * view: {saves, mailbox, why, busy: Set of ids, moving, search}; `mailbox` is the open one, `why` what Autopilot did about
 * the message and why, null if it never saw it. Sends "undo-save", "move-save", "retry-save", "save-again" {id}.
 */

import { h } from "../js/dom.js";
import { size } from "../js/format.js";
import { recordIcon } from "../js/records.js";
import { actions, look } from "../js/saves.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const BUTTONS = {
  undo: { event: "undo-save", label: texts.saves.undo, name: texts.saves.undoOf },
  dismiss: { event: "undo-save", label: texts.saves.dismiss, name: texts.saves.dismissOf },
  move: { event: "move-save", label: texts.saves.move, name: texts.saves.moveOf },
  retry: { event: "retry-save", label: texts.saves.retry, name: texts.saves.retryOf },
  again: { event: "save-again", label: texts.saves.again, name: texts.saves.againOf },
};

class Saves extends Piece {
  // Lifecycle

  render(view) {
    return [
      h("h2", { id: "saves-title" }, texts.saves.title),
      view.saves.length
        ? h(
            "ul",
            { class: "saves", "aria-labelledby": "saves-title" },
            view.saves.map((save) => this.#row(save, view)),
          )
        : h("p", { class: "nothing" }, texts.saves.none),
      view.why?.reason && this.#why(view.why),
    ];
  }

  // Private

  /** Why Autopilot saved it, or did not. */
  #why({ reason, rule }) {
    const words = [`${texts.saves.automatic.other}: ${reason}`, rule?.title].filter(Boolean).join(" · ");
    return h("p", { key: "why", class: "caption" }, words);
  }

  #row(save, view) {
    const shown = look(save);
    const record = save.record?.name ?? "";
    return h(
      "li",
      { key: save.id, class: `save save-${shown.tone}`, "data-state": save.state },
      h("affix-icon", { name: shown.icon }),
      h(
        "div",
        { class: "save-text" },
        h(
          "p",
          { class: "save-record" },
          h("affix-icon", { name: recordIcon(save.record ?? {}) }),
          this.#name(save, record),
        ),
        h("p", { class: "save-state" }, shown.sentence, shown.how && ` · ${shown.how}`, this.#from(save)),
        this.#details(save, view),
        h(
          "div",
          { class: "links" },
          actions(save).map((name) => this.#button(name, save, record, view.busy.has(save.id))),
        ),
        view.moving === save.id &&
          actions(save).includes("move") &&
          h("affix-search", { key: "move", view: view.search }),
      ),
    );
  }

  /** The mailbox on whose behalf it was saved, where that is another one. */
  #from({ mailbox }) {
    return mailbox?.address && mailbox.address !== this.view.mailbox && ` · ${mailbox.address}`;
  }

  /** With the record system's own page behind it, where the service knows it. */
  #name({ link }, record) {
    if (!link?.startsWith("https://")) return h("span", { key: "name" }, record);
    return h("a", { key: "name", class: "link", href: link, target: "_blank", rel: "noopener" }, record);
  }

  #details(save, view) {
    const missing = save.missing ?? [];
    return [
      save.reason && h("p", { key: "reason", class: "save-reason" }, save.reason, save.action && ` ${save.action}`),
      missing.length > 0 &&
        h(
          "ul",
          { key: "missing", class: "missing", "aria-label": texts.saves.missing(missing.length) },
          missing.map((part) =>
            h("li", { key: part.name }, `${part.name}${part.size ? ` (${size(part.size)})` : ""}: ${part.message}`),
          ),
        ),
      save.category?.state === "refused" && h("p", { key: "category", class: "caption" }, save.category.message),
      view.slow?.has(save.id) && h("p", { key: "slow", class: "caption" }, texts.saves.stillWaiting),
    ];
  }

  #button(name, save, record, busy) {
    const { event, label, name: spoken } = BUTTONS[name];
    return h(
      "button",
      {
        key: name,
        type: "button",
        class: "link",
        "aria-label": spoken(record),
        "aria-disabled": busy ? "true" : null,
        "aria-expanded": name === "move" ? String(this.view.moving === save.id) : null,
        onclick: () => busy || this.send(event, { id: save.id }),
      },
      label,
    );
  }
}

customElements.define("affix-saves", Saves);
