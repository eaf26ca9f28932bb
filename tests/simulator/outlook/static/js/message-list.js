// The messages of the open folder, newest first.

import { avatar, button, element, icon } from "./dom.js";
import { categoryChip } from "./categories.js";
import { startDrag } from "./dragging.js";
import { shortTime } from "./times.js";

export class MessageList {
  #place;
  #outlook;

  constructor(place, outlook) {
    this.#place = place;
    this.#outlook = outlook;
  }

  draw(loading) {
    const { folder } = this.#outlook.state;
    const shown = this.#shown();
    const focused = document.activeElement?.closest?.("#messages [role=option]")?.dataset.id;
    this.#place.replaceChildren(
      element("header", {},
        button("Select all messages", { className: "quiet tick-all", role: "checkbox", onclick: () => this.#selectAll() }, tickBox()),
        element("h2", {}, folder?.displayName ?? ""),
        element("span", { className: "list-count" }, loading ? "" : `${shown.length}`)),
      element("div", {
        className: "rows",
        role: "listbox",
        "aria-multiselectable": "true",
        "aria-label": folder?.displayName ?? "Messages",
        onkeydown: (event) => this.#onKey(event),
      }, shown.length ? shown.map((message) => this.#row(message)) : this.#emptiness(loading)));
    if (focused) this.#rowOf(focused)?.focus();
    this.mark();
  }

  // Shows which message is open, or which ones are selected.
  mark() {
    const { compose, selection, state } = this.#outlook;
    const open = compose.isOpen ? compose.draftId : state.message?.id;
    for (const row of this.#rows()) {
      row.setAttribute("aria-selected", String(selection.isSeveral ? selection.has(row.dataset.id) : row.dataset.id === open));
    }
    this.#place.classList.toggle("selecting", selection.isSeveral);
    const all = selection.isSeveral && this.#ids().every((id) => selection.has(id));
    this.#place.querySelector(".tick-all")?.setAttribute("aria-checked", all ? "true" : selection.isSeveral ? "mixed" : "false");
  }

  // Private

  #row(message) {
    const from = message.isDraft ? null : message.from?.emailAddress;
    const name = message.isDraft ? "[Draft]" : from?.name || from?.address || "(no sender)";
    return element("button", {
      type: "button",
      role: "option",
      className: message.isRead ? "row" : "row unread",
      data: { id: message.id, subject: message.subject ?? "" },
      draggable: true,
      ondragstart: (event) => startDrag(event, this.#outlook.selection.has(message.id) ? this.#outlook.selection.ids : [message.id]),
      onclick: (event) => this.#choose(event, message.id),
    },
    element("span", { className: "face", title: "Select" }, avatar(message.isDraft ? this.#outlook.state.person.name : name), tickBox()),
    element("span", { className: "row-text" },
      element("span", { className: "row-line" },
        element("span", { className: message.isDraft ? "row-name draft" : "row-name" }, name),
        message.hasAttachments && icon("attachment"),
        element("time", { dateTime: message.receivedDateTime }, shortTime(message.receivedDateTime))),
      element("span", { className: "row-subject" }, message.subject || "(no subject)"),
      element("span", { className: "row-preview" }, message.bodyPreview || "No preview is available."),
      message.categories?.length > 0 && element("span", { className: "chips" }, message.categories.map(categoryChip))));
  }

  #emptiness(loading) {
    if (loading) return Array.from({ length: 6 }, () => element("div", { className: "row ghost" }));
    const sentence = this.#outlook.state.words ? "Nothing here matches your search." : "Nothing in this folder.";
    return element("p", { className: "empty" }, icon("envelope"), element("span", {}, sentence));
  }

  #choose(event, id) {
    const { selection } = this.#outlook;
    if (event.shiftKey) selection.extendTo(id, this.#ids());
    else if (event.ctrlKey || event.metaKey || event.target.closest(".face")) selection.toggle(id);
    else selection.only(id);
  }

  #selectAll() {
    const { selection } = this.#outlook;
    if (selection.isSeveral) this.#outlook.deselect();
    else selection.all(this.#ids());
  }

  #onKey(event) {
    const rows = this.#rows();
    const row = document.activeElement;
    const { selection } = this.#outlook;
    const next = rows[rows.indexOf(row) + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] ?? Number.NaN)];
    if (next && event.shiftKey) selection.extendTo(next.dataset.id, this.#ids());
    else if (next && !event.ctrlKey) selection.only(next.dataset.id);
    else if (event.key === " " && event.ctrlKey) selection.toggle(row.dataset.id);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) selection.all(this.#ids());
    else if (event.key === "Escape" && selection.isSeveral) this.#outlook.deselect();
    else if (event.key === "Delete") this.#outlook.moveToKnown("deleteditems");
    else if (!next) return;
    event.preventDefault();
    next?.focus();
  }

  #shown() {
    const { messages, words } = this.#outlook.state;
    return messages.filter((message) => textOf(message).includes(words));
  }

  #ids() {
    return this.#shown().map(({ id }) => id);
  }

  #rows() {
    return [...this.#place.querySelectorAll("[role=option]")];
  }

  #rowOf(id) {
    return this.#rows().find((row) => row.dataset.id === id);
  }
}

const tickBox = () => element("span", { className: "tick", "aria-hidden": "true" }, icon("tick"));

function textOf(message) {
  const { name = "", address = "" } = message.from?.emailAddress ?? {};
  return [message.subject, message.bodyPreview, name, address].join(" ").toLowerCase();
}
