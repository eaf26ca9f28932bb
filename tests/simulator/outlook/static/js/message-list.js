// The messages of the open folder, newest first.

import { avatar, button, element, icon } from "./dom.js";
import { categoryChip } from "./categories.js";
import { shortTime } from "./times.js";

export class MessageList {
  #place;
  #outlook;

  constructor(place, outlook) {
    this.#place = place;
    this.#outlook = outlook;
  }

  draw(loading) {
    const { folder, messages, words } = this.#outlook.state;
    const shown = messages.filter((message) => textOf(message).includes(words));
    this.#place.replaceChildren(
      element("header", {}, element("h2", {}, folder?.displayName ?? ""), element("span", {}, loading ? "" : `${shown.length}`)),
      element("div", { className: "rows", role: "listbox", "aria-label": folder?.displayName ?? "Messages", onkeydown: (event) => this.#onKey(event) },
        shown.length ? shown.map((message) => this.#row(message)) : this.#emptiness(loading)));
    this.mark();
  }

  // Shows which message is open.
  mark() {
    const { compose, state } = this.#outlook;
    const open = compose.isOpen ? compose.draftId : state.message?.id;
    for (const row of this.#place.querySelectorAll("[role=option]")) {
      row.setAttribute("aria-selected", String(row.dataset.id === open));
    }
  }

  // Private

  #row(message) {
    const from = message.isDraft ? null : message.from?.emailAddress;
    const name = message.isDraft ? "[Draft]" : from?.name || from?.address || "(no sender)";
    return button(`${name}: ${message.subject || "(no subject)"}`, {
      role: "option",
      title: "",
      className: message.isRead ? "row" : "row unread",
      data: { id: message.id, subject: message.subject ?? "" },
      onclick: () => this.#outlook.openMessage(message.id),
    },
    avatar(message.isDraft ? this.#outlook.state.person.name : name),
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
    return element("p", { className: "empty" }, sentence);
  }

  #onKey(event) {
    const rows = [...this.#place.querySelectorAll("[role=option]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && rows[rows.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  }
}

function textOf(message) {
  const { name = "", address = "" } = message.from?.emailAddress ?? {};
  return [message.subject, message.bodyPreview, name, address].join(" ").toLowerCase();
}
