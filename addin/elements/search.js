/**
 * Search for a record: a combobox with a list below it (ARIA "editable combobox with list autocomplete").
 * view: {id, label, types, found, taken: Set of record keys}. Sends "search-records" {q, type} and "pick-record" {record}.
 */

import { h } from "../js/dom.js";
import { recordIcon, recordKey } from "../js/records.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Search extends Piece {
  #q = "";
  #type = "";
  #open = false;
  #active = null;

  // Lifecycle

  render(view) {
    const records = this.#shown();
    // Enter takes the first that can be taken, unless the arrow keys said otherwise.
    if (!(this.#active < records.length)) this.#active = null;
    this.#active ??= Math.max(
      records.findIndex((record) => !view.taken.has(recordKey(record))),
      0,
    );
    return [
      h("label", { class: "field-label", for: view.id }, view.label),
      h(
        "div",
        { class: "search-row", onfocusout: (event) => this.#leave(event) },
        h("div", { class: "search-box" }, h("affix-icon", { name: "search" }), this.#input(view, records)),
        this.#typeChoice(view),
        h("p", { class: "hidden-text", role: "status", id: `${view.id}-status` }, this.#status(view)),
        this.#open && view.found && this.#list(view, records),
      ),
    ];
  }

  // Actions

  clear() {
    this.#q = "";
    this.#close();
  }

  // Private

  #input(view, records) {
    const open = this.#open && records.length > 0;
    return h("input", {
      id: view.id,
      type: "text",
      role: "combobox",
      class: "input",
      autocomplete: "off",
      spellcheck: "false",
      value: this.#q,
      placeholder: texts.records.search,
      maxlength: "200",
      "aria-expanded": String(open),
      "aria-autocomplete": "list",
      "aria-controls": `${view.id}-list`,
      "aria-activedescendant": open ? `${view.id}-${this.#active}` : null,
      oninput: (event) => this.#typed(event.target.value),
      onfocus: () => this.#show(),
      onclick: () => this.#show(),
      onkeydown: (event) => this.#key(event),
    });
  }

  #typeChoice({ id, types }) {
    if (types.length < 2) return null;
    const options = [h("option", { value: "" }, texts.records.allTypes)];
    for (const { type, plural } of types) options.push(h("option", { value: type }, plural));
    return h(
      "select",
      {
        class: "select",
        id: `${id}-type`,
        "aria-label": texts.records.type,
        value: this.#type,
        onchange: (event) => this.#filter(event.target.value),
      },
      options,
    );
  }

  #list(view, records) {
    const rows = records.map((record, index) => this.#option(view, record, index));
    return h(
      "div",
      { class: "popup" },
      h("ul", { id: `${view.id}-list`, role: "listbox", "aria-label": view.label }, rows),
      !rows.length && h("p", { class: "popup-note" }, this.#status(view)),
    );
  }

  #option(view, record, index) {
    const taken = view.taken.has(recordKey(record));
    return h(
      "li",
      {
        key: recordKey(record),
        id: `${view.id}-${index}`,
        role: "option",
        class: "option",
        "aria-selected": String(index === this.#active),
        "aria-disabled": taken ? "true" : null,
        onmousedown: (event) => event.preventDefault(),
        onclick: () => this.#pick(index),
      },
      h("affix-icon", { name: recordIcon(record) }),
      h(
        "span",
        { class: "option-text" },
        h("span", { class: "option-name" }, record.name),
        h(
          "span",
          { class: "option-detail" },
          taken ? texts.records.already : (record.detail ?? record.address ?? record.company),
        ),
      ),
    );
  }

  #status({ found }) {
    if (!found || !this.#open) return "";
    if (found.state === "searching") return texts.records.searching;
    if (found.state === "failed") return found.sentence;
    return found.records.length
      ? texts.records.found(found.records.length, found.more)
      : texts.records.noneFound(found.q);
  }

  #shown() {
    return this.#open ? (this.view.found?.records ?? []) : [];
  }

  #typed(value) {
    this.#q = value;
    this.#ask();
  }

  #filter(type) {
    this.#type = type;
    if (this.#q) this.#ask();
  }

  #ask() {
    this.#open = true;
    this.#active = null;
    this.send("search-records", { q: this.#q, type: this.#type });
    this.redraw();
  }

  #show() {
    if (!this.#q || this.#open) return;
    this.#open = true;
    this.redraw();
  }

  #close() {
    this.#open = false;
    this.redraw();
  }

  #leave(event) {
    if (!this.contains(event.relatedTarget)) this.#close();
  }

  #pick(index) {
    const record = this.#shown()[index];
    if (!record || this.view.taken.has(recordKey(record))) return;
    this.#q = "";
    this.#close();
    this.send("pick-record", { record });
  }

  #key(event) {
    const count = this.#shown().length;
    const moves = { ArrowDown: this.#active + 1, ArrowUp: this.#active - 1 };
    // Outlook's own script leaves the pane on Escape, so an open list has to keep the key for itself.
    if (event.key === "Escape" && this.#open) return (event.stopPropagation(), this.#close());
    if (event.key === "Enter" && this.#open) return (event.preventDefault(), this.#pick(this.#active));
    if (event.key === "ArrowDown" && !this.#open) return (event.preventDefault(), this.#show());
    if (event.key in moves && count) return (event.preventDefault(), this.#go((moves[event.key] + count) % count));
    return null;
  }

  #go(index) {
    this.#active = index;
    this.redraw();
    this.querySelector(`#${CSS.escape(`${this.view.id}-${index}`)}`)?.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("affix-search", Search);
