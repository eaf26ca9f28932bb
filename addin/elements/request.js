/**
 * A licence is missing: a text to send to the administrator, ready to copy; who is one assigns it here.
 * view: {sentence, request, assign}, `assign` the address of the mailbox or null. Sends "copied" and "assign-license".
 */

import { h } from "../js/dom.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Request extends Piece {
  #note = null;

  // Lifecycle

  render({ sentence, request, assign }) {
    return h(
      "div",
      { class: "bar bar-warning", role: "alert" },
      h("affix-icon", { name: "warning" }),
      h(
        "div",
        { class: "bar-text" },
        h("p", {}, sentence),
        assign && this.#assign(assign),
        request && [
          h("label", { class: "field-label", for: "request-text" }, texts.request.label),
          h("textarea", { id: "request-text", class: "input request-text", rows: "7", readonly: true, value: request }),
          h(
            "div",
            { class: "buttons" },
            h("button", { type: "button", class: "button", onclick: () => this.#copy(request) }, texts.request.copy),
            this.#note && h("p", { class: "caption request-note" }, this.#note),
          ),
        ],
      ),
    );
  }

  // Private

  #assign(mailbox) {
    const onclick = () => this.send("assign-license", { mailbox });
    return h(
      "div",
      { key: "assign", class: "buttons" },
      h("button", { type: "button", class: "button button-primary", onclick }, texts.request.assign),
    );
  }

  /** Outlook may keep the clipboard from a framed page; then the older way, and then the person's own hands. */
  async #copy(request) {
    const done = await this.#toClipboard(request);
    this.#note = done ? texts.request.copied : texts.request.byHand;
    this.redraw();
    this.send("copied", { words: this.#note });
  }

  async #toClipboard(request) {
    try {
      await navigator.clipboard.writeText(request);
      return true;
    } catch {
      const before = /** @type {HTMLElement} */ (document.activeElement);
      /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea")).select();
      const done = document.execCommand("copy");
      if (done) before?.focus();
      return done;
    }
  }
}

customElements.define("affix-request", Request);
