// The mailboxes at the edge, the open one with its folders.

import { acceptDrops } from "./dragging.js";
import { button, element, icon } from "./dom.js";
import { PATHS } from "./icons.js";

const KINDS = { own: "", shared: "Shared mailbox", delegated: "Delegated to you" };

export class FolderList {
  #place;
  #outlook;

  constructor(place, outlook) {
    this.#place = place;
    this.#outlook = outlook;
  }

  draw() {
    const { mailboxes } = this.#outlook.state;
    this.#place.replaceChildren(...mailboxes.map((mailbox) => this.#mailbox(mailbox)));
  }

  // Private

  #mailbox(mailbox) {
    const { state } = this.#outlook;
    const isOpen = mailbox === state.mailbox;
    const head = element("div", { className: "mailbox-head" },
      button(`${mailbox.name}, ${mailbox.address}`, {
        className: "mailbox-name",
        "aria-label": null, // what it shows says it all
        "aria-expanded": String(isOpen),
        onclick: () => this.#outlook.openMailbox(mailbox.address),
      }, icon(isOpen ? "down" : "chevron"), element("span", {}, element("strong", {}, mailbox.name), element("small", {}, KINDS[mailbox.kind] || mailbox.address))),
      mailbox.kind !== "own" && !this.#outlook.isAlone
        && button("Open another mailbox", { className: "quiet", onclick: () => this.#outlook.openAlone(mailbox) }, icon("window")));
    return element("div", { className: "mailbox", data: { mailbox: mailbox.address } }, head, isOpen && state.folders.map((folder) => this.#folder(folder)));
  }

  #folder(folder) {
    const unread = folder.unreadItemCount;
    return acceptDrops(button(folder.displayName, {
      className: "folder",
      "aria-current": folder.id === this.#outlook.state.folder?.id ? "true" : undefined,
      data: { folder: folder.known || folder.id },
      onclick: () => this.#outlook.openFolder(folder.id),
    }, icon(folder.known in PATHS ? folder.known : "folder"), element("span", { className: "folder-name" }, folder.displayName),
    unread > 0 && element("span", { className: "count" }, unread)),
    (ids) => this.#outlook.moveMessages(ids, folder));
  }
}
