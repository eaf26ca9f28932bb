// The buttons above the mail, and the apps at the left edge.

import { button, element, icon } from "./dom.js";
import { menu } from "./menu.js";

export function drawRail(place) {
  const apps = [["mail", "Mail"], ["calendar", "Calendar"], ["people", "People"], ["tasks", "To Do"]];
  place.replaceChildren(...apps.map(([name, label], index) =>
    button(label, { className: index === 0 ? "rail-app current" : "rail-app", disabled: index > 0 }, icon(name))));
}

export class Ribbon {
  #place;
  #outlook;

  constructor(place, outlook) {
    this.#place = place;
    this.#outlook = outlook;
  }

  draw() {
    const { state, pane, compose } = this.#outlook;
    const selected = Boolean(state.message) && !compose.isOpen;
    this.#place.replaceChildren(
      button("Folders", { className: "command narrow-only", onclick: () => document.body.classList.toggle("folders-shown") }, icon("menu")),
      button("New mail", { className: "primary", id: "new-mail", onclick: () => compose.open({}) }, icon("mail"), element("span", {}, "New mail")),
      element("span", { className: "divider" }),
      this.#command("deleteditems", "Delete", selected, () => this.#moveToKnown("deleteditems")),
      this.#command("archive", "Archive", selected, () => this.#moveToKnown("archive")),
      this.#command("move", "Move to", selected, (event) => this.#chooseFolder(event.currentTarget)),
      element("span", { className: "divider" }),
      this.#command("reply", "Reply", selected, () => compose.open({ answering: state.message })),
      this.#command("refresh", "Refresh", true, () => this.#outlook.refresh()),
      element("span", { className: "spring" }),
      button("Affix", { className: "command addin", id: "affix", "aria-pressed": String(pane.isOpen), onclick: () => pane.toggle() },
        icon("clip"), element("span", {}, "Affix")),
    );
  }

  // Private

  #command(drawing, label, enabled, act) {
    return button(label, { className: "command", disabled: !enabled, onclick: act }, icon(drawing), element("span", {}, label));
  }

  #moveToKnown(name) {
    this.#outlook.moveTo(this.#outlook.state.folders.find(({ known }) => known === name));
  }

  #chooseFolder(opener) {
    const { folders, folder } = this.#outlook.state;
    menu(opener, folders.filter((other) => other !== folder).map((other) => (
      { label: other.displayName, choose: () => this.#outlook.moveTo(other) })));
  }
}
