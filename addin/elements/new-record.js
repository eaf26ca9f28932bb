/**
 * A small form for a new record. view: {types, message, busy, problem}. Sends "create-record" {fields} and "close-form".
 */

import { h } from "../js/dom.js";
import { firstValues } from "../js/records.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class NewRecord extends Piece {
  #index = 0;
  #values = null;
  #missing = null;

  // Lifecycle

  connectedCallback() {
    super.connectedCallback();
    this.querySelector("select").focus();
    this.scrollIntoView({ block: "nearest" });
  }

  render(view) {
    const type = view.types[this.#index];
    this.#values ??= firstValues(type, view.message);
    return h(
      "form",
      {
        class: "form",
        "aria-labelledby": "form-title",
        novalidate: true,
        onsubmit: (event) => this.#submit(event),
        onkeydown: (event) => this.#key(event),
      },
      h("h3", { id: "form-title" }, texts.records.newTitle),
      h("label", { class: "field-label", for: "form-type" }, texts.records.kind),
      h(
        "select",
        {
          id: "form-type",
          class: "select",
          value: String(this.#index),
          onchange: (event) => this.#choose(event.target.value),
        },
        view.types.map(({ title }, index) => h("option", { value: String(index) }, title)),
      ),
      type.fields.map((field) => this.#field(field)),
      view.problem && h("p", { class: "error", role: "alert" }, view.problem.sentence),
      h(
        "div",
        { class: "buttons" },
        h(
          "button",
          { type: "submit", class: "button button-primary", "aria-disabled": view.busy ? "true" : null },
          view.busy ? texts.records.creating : texts.records.createIt,
        ),
        h("button", { type: "button", class: "button", onclick: () => this.send("close-form") }, texts.cancel),
      ),
    );
  }

  // Private

  #field({ name, title, required }) {
    const missing = this.#missing === name;
    return h(
      "div",
      { key: name },
      h(
        "label",
        { class: "field-label", for: `form-${name}` },
        title,
        required && h("span", { class: "needed", "aria-hidden": "true" }, " *"),
      ),
      h("input", {
        id: `form-${name}`,
        class: "input",
        type: "text",
        maxlength: "250",
        value: this.#values[name] ?? "",
        "aria-required": required ? "true" : null,
        "aria-invalid": missing ? "true" : null,
        "aria-describedby": missing ? `form-${name}-note` : null,
        oninput: (event) => this.#typed(name, event.target.value),
      }),
      missing && h("p", { id: `form-${name}-note`, class: "error", role: "alert" }, texts.records.needed(title)),
    );
  }

  #typed(name, value) {
    this.#values[name] = value;
    if (this.#missing === name && value.trim()) this.#missing = null;
    this.redraw();
  }

  #choose(index) {
    this.#index = Number(index);
    this.#values = null;
    this.#missing = null;
    this.redraw();
  }

  #submit(event) {
    event.preventDefault();
    if (this.view.busy) return;
    const { destination, type, fields } = this.view.types[this.#index];
    this.#missing = fields.find(({ name, required }) => required && !this.#values[name]?.trim())?.name ?? null;
    this.redraw();
    if (this.#missing) return this.querySelector(`#${CSS.escape(`form-${this.#missing}`)}`)?.focus();
    const filled = Object.entries(this.#values).filter(([, value]) => value.trim());
    this.send("create-record", {
      fields: { destination, type, ...Object.fromEntries(filled.map(([name, value]) => [name, value.trim()])) },
    });
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.send("close-form");
  }
}

customElements.define("affix-new-record", NewRecord);
