/**
 * A dialog over the page, by the browser's own <dialog>, which keeps the focus inside and closes on Escape.
 * view: {title, body: descriptions, buttons: descriptions, wide}. Sends "dismiss".
 */

import { h } from "../js/dom.js";
import { words } from "../texts/en/admin.js";
import { Piece } from "../elements/piece.js";

class Dialog extends Piece {
  #before = null;

  // Lifecycle

  connectedCallback() {
    this.#before = document.activeElement;
    super.connectedCallback();
  }

  disconnectedCallback() {
    if (this.#before?.isConnected) this.#before.focus();
  }

  redraw() {
    super.redraw();
    const dialog = /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
    if (dialog && !dialog.open) dialog.showModal();
  }

  render({ title, body, buttons, wide = false }) {
    return h(
      "dialog",
      {
        class: wide ? "dialog dialog-wide" : "dialog",
        "aria-labelledby": "dialog-title",
        oncancel: (event) => this.#dismiss(event),
      },
      h(
        "div",
        { class: "dialog-head" },
        h("h2", { id: "dialog-title" }, title),
        h(
          "button",
          { type: "button", class: "icon-button", "aria-label": words.close, onclick: () => this.send("dismiss") },
          h("affix-icon", { name: "close" }),
        ),
      ),
      h("div", { class: "dialog-body" }, body),
      h("div", { class: "dialog-foot" }, buttons),
    );
  }

  // Private

  #dismiss(event) {
    event.preventDefault();
    this.send("dismiss");
  }
}

customElements.define("affix-dialog", Dialog);
