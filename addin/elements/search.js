/**
 * Search for a record: a combobox with a list below it (ARIA "editable combobox with list autocomplete"). Before
 * anything is typed the list has what is at hand, in groups.
 * view: {id, label, types, type, found, taken: Set of record keys, groups: {favorites, recents} or null, starred: Set
 * of record keys}. Sends "look-at-hand" when it opens, "search-records" {q, type}, "choose-type" {type}, "pick-record"
 * and "toggle-favorite" {record}.
 *
 * An option must hold nothing that can be pressed, so its star is for the pointer alone; below the list is a button
 * that does the same for the option that the arrow keys are on.
 */

import { h } from "../js/dom.js";
import { recordIcon, recordKey } from "../js/records.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Search extends Piece {
  #q = "";
  #open = false;
  #active = null;

  // Lifecycle

  render(view) {
    const records = this.#shown(view);
    if (!(this.#active < records.length)) this.#active = null;
    // Enter takes the first that can be taken, unless the arrow keys said otherwise.
    if (this.#q) this.#active ??= Math.max(this.#firstFree(records), 0);
    return [
      h("label", { class: "field-label", for: view.id }, view.label),
      h(
        "div",
        { class: "search-row", onfocusout: (event) => this.#leave(event) },
        h("div", { class: "search-box" }, h("affix-icon", { name: "search" }), this.#input(view, records)),
        this.#typeChoice(view),
        h("p", { class: "hidden-text", role: "status", id: `${view.id}-status` }, this.#status(view, records)),
        this.#open && (this.#q ? view.found : records.length > 0) && this.#popup(view, records),
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
      "aria-activedescendant": open && this.#active !== null ? `${view.id}-${this.#active}` : null,
      oninput: (event) => this.#typed(event.target.value),
      onfocus: () => this.#show(),
      onclick: () => this.#show(),
      onkeydown: (event) => this.#key(event),
    });
  }

  #typeChoice({ id, types, type: chosen }) {
    if (types.length < 2) return null;
    const options = [h("option", { value: "" }, texts.records.allTypes)];
    for (const { type, plural } of types) options.push(h("option", { value: type }, plural));
    return h(
      "select",
      {
        class: "select",
        id: `${id}-type`,
        "aria-label": texts.records.type,
        value: chosen,
        onchange: (event) => this.#filter(event.target.value),
      },
      options,
    );
  }

  #popup(view, records) {
    const active = records[this.#active];
    return h(
      "div",
      { class: "popup" },
      h(
        "ul",
        { id: `${view.id}-list`, role: "listbox", "aria-label": view.label },
        this.#q ? this.#options(view, records, 0) : this.#groups(view),
      ),
      !records.length && h("p", { class: "popup-note" }, this.#status(view, records)),
      active && view.groups && this.#starOf(view, active),
    );
  }

  #groups(view) {
    const { favorites, recents } = this.#atHand(view);
    return [
      favorites.length > 0 && this.#group(view, "favorites", favorites, 0),
      recents.length > 0 && this.#group(view, "recents", recents, favorites.length),
    ];
  }

  #group(view, name, records, first) {
    const title = `${view.id}-${name}`;
    return h(
      "li",
      { key: name, role: "presentation" },
      h("p", { id: title, class: "popup-title", role: "presentation" }, texts.atHand[name]),
      h("ul", { role: "group", "aria-labelledby": title }, this.#options(view, records, first)),
    );
  }

  #options(view, records, first) {
    return records.map((record, index) => this.#option(view, record, first + index));
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
      view.groups && this.#starIn(view, record),
    );
  }

  #starIn({ starred }, record) {
    return h(
      "span",
      { class: "star option-star", title: texts.atHand.tip, onclick: (event) => this.#star(event, record) },
      h("affix-icon", { name: starred.has(recordKey(record)) ? "star-filled" : "star" }),
    );
  }

  #starOf({ starred }, record) {
    const pressed = starred.has(recordKey(record));
    return h(
      "button",
      {
        key: "star",
        type: "button",
        class: "link link-icon popup-star",
        "aria-pressed": String(pressed),
        onmousedown: (event) => event.preventDefault(),
        onclick: (event) => this.#star(event, record),
      },
      h("affix-icon", { name: pressed ? "star-filled" : "star" }),
      texts.atHand.star(record.name),
    );
  }

  #status({ found }, records) {
    if (!this.#open) return "";
    if (!this.#q) return records.length ? texts.atHand.listed(records.length) : "";
    if (!found) return "";
    if (found.state === "searching") return texts.records.searching;
    if (found.state === "failed") return found.sentence;
    return found.records.length
      ? texts.records.found(found.records.length, found.more)
      : texts.records.noneFound(found.q);
  }

  #shown(view) {
    if (!this.#open) return [];
    if (this.#q) return view.found?.records ?? [];
    const { favorites, recents } = this.#atHand(view);
    return [...favorites, ...recents];
  }

  #atHand({ groups, type: chosen }) {
    const fitting = (records = []) => records.filter(({ type }) => !chosen || type === chosen);
    return { favorites: fitting(groups?.favorites), recents: fitting(groups?.recents) };
  }

  #firstFree(records) {
    return records.findIndex((record) => !this.view.taken.has(recordKey(record)));
  }

  #typed(value) {
    this.#q = value;
    this.#ask(this.view.type);
  }

  #filter(type) {
    this.send("choose-type", { type });
    if (this.#q) this.#ask(type);
    else this.redraw();
  }

  #ask(type) {
    this.#open = true;
    this.#active = null;
    this.send("search-records", { q: this.#q, type });
    this.redraw();
  }

  #show() {
    if (this.#open) return;
    this.#open = true;
    this.send("look-at-hand");
    this.redraw();
  }

  #close() {
    this.#open = false;
    this.#active = null;
    this.redraw();
  }

  #leave(event) {
    if (!this.contains(event.relatedTarget)) this.#close();
  }

  #pick(index) {
    const record = this.#shown(this.view)[index];
    if (!record || this.view.taken.has(recordKey(record))) return;
    this.#q = "";
    this.#close();
    this.send("pick-record", { record });
  }

  #star(event, record) {
    event.stopPropagation();
    this.send("toggle-favorite", { record });
  }

  #key(event) {
    const count = this.#shown(this.view).length;
    const moves = { ArrowDown: (this.#active ?? -1) + 1, ArrowUp: (this.#active ?? count) - 1 };
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
