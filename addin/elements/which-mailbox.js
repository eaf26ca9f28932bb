/**
 * Asks for the mailbox when the message was not found without it.
 * view: {problem, mailboxes, typed}. Sends "look-in" {address}.
 */

import { h } from "../js/dom.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class WhichMailbox extends Piece {
  #address = null;

  // Lifecycle

  render({ problem, mailboxes, typed }) {
    this.#address ??= typed ?? "";
    return h(
      "form",
      { class: "form", "aria-labelledby": "which-title", onsubmit: (event) => this.#submit(event) },
      h("h2", { id: "which-title" }, texts.whichMailbox.title),
      h("p", {}, problem.sentence),
      h("p", { class: "caption" }, texts.whichMailbox.text),
      h(
        "div",
        { class: "buttons" },
        mailboxes.map(({ address, name }) =>
          h(
            "button",
            {
              key: address,
              type: "button",
              class: "button",
              title: name,
              onclick: () => this.send("look-in", { address }),
            },
            address,
          ),
        ),
      ),
      h("label", { class: "field-label", for: "which-address" }, texts.whichMailbox.address),
      h(
        "div",
        { class: "search-row" },
        h("input", {
          id: "which-address",
          class: "input",
          type: "email",
          autocomplete: "off",
          spellcheck: "false",
          value: this.#address,
          oninput: (event) => {
            this.#address = event.target.value;
          },
        }),
        h("button", { type: "submit", class: "button button-primary" }, texts.whichMailbox.look),
      ),
    );
  }

  // Private

  #submit(event) {
    event.preventDefault();
    const address = this.#address.trim();
    if (address) this.send("look-in", { address });
  }
}

customElements.define("affix-which-mailbox", WhichMailbox);
