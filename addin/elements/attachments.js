/**
 * Which attachments go along. view: {attachments, ticked: Set of ids, limits: {file, message}, usual}, the latter what
 * is usual in this mailbox. Sends "toggle-attachment" {id}, with the id "files" for all files, and "keep-attachments"
 * {choice}: "none", "files" or "all".
 */

import { asAsked, isSavable, totalSize, usualChoice } from "../js/attachments.js";
import { h } from "../js/dom.js";
import { size } from "../js/format.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Attachments extends Piece {
  #open = false;

  // Lifecycle

  render({ attachments, ticked, limits }) {
    const total = totalSize(attachments, ticked);
    return [
      h(
        "button",
        {
          type: "button",
          class: "expander",
          "aria-expanded": String(this.#open),
          "aria-controls": "attachment-list",
          onclick: () => this.#toggle(),
        },
        h("affix-icon", { name: "chevron" }),
        h("span", { class: "expander-title" }, texts.attachments.title),
        h(
          "span",
          { class: "caption" },
          ticked.size ? texts.attachments.chosen(ticked.size, attachments.length, size(total)) : texts.attachments.none,
        ),
      ),
      limits.message &&
        total > limits.message &&
        h("p", { class: "warning" }, texts.attachments.over(size(limits.message))),
      h(
        "ul",
        { id: "attachment-list", class: "choices", hidden: !this.#open },
        this.#all(attachments, ticked),
        attachments.map((one) => this.#row(one, ticked)),
      ),
      this.#open && this.#keep(this.view),
    ];
  }

  // Private

  /** A choice of single files says nothing about those of another message, so only a whole one is kept. */
  #keep({ attachments, ticked, usual }) {
    const choice = asAsked(attachments, ticked);
    if (typeof choice !== "string") return null;
    const isUsual = choice === usual || asAsked(attachments, usualChoice(attachments, usual)) === choice;
    if (isUsual) return h("p", { key: "usual", class: "caption" }, texts.usual[usual]);
    return h(
      "button",
      {
        key: "keep",
        type: "button",
        class: "link",
        onclick: () => this.send("keep-attachments", { choice }),
      },
      texts.usual.keep,
    );
  }

  #all(attachments, ticked) {
    const files = [...usualChoice(attachments, "files")];
    if (files.length < 2) return null;
    const on = files.filter((id) => ticked.has(id)).length;
    return h(
      "li",
      { key: "files" },
      this.#choice("files", on === files.length, on > 0 && on < files.length, h("strong", {}, texts.attachments.all)),
    );
  }

  #row(one, ticked) {
    const notes = [
      size(one.size),
      one.isInline && texts.attachments.inline,
      one.tooLarge && texts.attachments.tooLarge,
      one.kind === "reference" && texts.attachments.link,
    ];
    return h(
      "li",
      { key: one.id },
      this.#choice(
        one.id,
        ticked.has(one.id),
        false,
        [
          h("span", { class: "choice-name" }, one.name),
          h("span", { class: one.tooLarge ? "caption warning" : "caption" }, notes.filter(Boolean).join(" · ")),
        ],
        !isSavable(one),
      ),
    );
  }

  #choice(id, checked, indeterminate, words, blocked = false) {
    return h(
      "label",
      { class: "choice" },
      h("input", {
        type: "checkbox",
        class: "checkbox",
        checked,
        indeterminate,
        disabled: blocked,
        onchange: () => this.send("toggle-attachment", { id }),
      }),
      h("span", { class: "choice-text" }, words),
    );
  }

  #toggle() {
    this.#open = !this.#open;
    this.redraw();
  }
}

customElements.define("affix-attachments", Attachments);
