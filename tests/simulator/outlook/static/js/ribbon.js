// The buttons above the mail, and the apps at the edge.

import { button, element, icon } from "./dom.js";
import { USUAL_CATEGORIES } from "./categories.js";
import { menu } from "./menu.js";

// `person`: the address of who sits here, whom the administrators' page in the new tab signs in.
export function drawRail(place, person) {
  const apps = [["mail", "Mail"], ["calendar", "Calendar"], ["people", "People"], ["tasks", "To Do"]];
  const administration = "Affix administration, in a new tab";
  place.replaceChildren(
    ...apps.map(([name, label], index) =>
      button(label, { className: index === 0 ? "rail-app current" : "rail-app", disabled: index > 0 }, icon(name))),
    element("a", { className: "rail-app", id: "administration", href: `/addin/admin.html?login_hint=${encodeURIComponent(person)}`, target: "_blank", rel: "noopener", title: administration, "aria-label": administration }, icon("switches")),
  );
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
    const chosen = compose.isOpen ? [] : this.#outlook.selectedMessages();
    const some = chosen.length > 0;
    const one = Boolean(state.message) && !compose.isOpen;
    const unread = chosen.some(({ isRead }) => isRead);
    this.#place.replaceChildren(
      button("Folders", { className: "command narrow-only", onclick: () => document.body.classList.toggle("folders-shown") }, icon("menu")),
      button("New mail", { className: "primary", id: "new-mail", onclick: () => compose.open() }, icon("mail"), element("span", {}, "New mail")),
      element("span", { className: "divider" }),
      this.#command("deleteditems", "Delete", some, () => this.#outlook.moveToKnown("deleteditems")),
      this.#command("archive", "Archive", some, () => this.#outlook.moveToKnown("archive")),
      this.#command("move", "Move to", some, (event) => this.#chooseFolder(event.currentTarget)),
      element("span", { className: "divider" }),
      this.#command("reply", "Reply", one, () => compose.open({ answer: { message: state.message, as: "reply" } })),
      this.#command("replyall", "Reply all", one, () => compose.open({ answer: { message: state.message, as: "replyAll" } }), "wide-only"),
      this.#command("forward", "Forward", one, () => compose.open({ answer: { message: state.message, as: "forward" } }), "wide-only"),
      element("span", { className: "divider" }),
      this.#command("unread", unread ? "Mark as unread" : "Mark as read", some, () => this.#outlook.changeSelected({ isRead: !unread }), "wide-only"),
      this.#command("tag", "Categorize", some, (event) => this.#chooseCategory(event.currentTarget, chosen), "wide-only"),
      this.#command("refresh", "Refresh", true, () => this.#outlook.refresh()),
      element("span", { className: "spring" }),
      button("Affix", { className: "command addin", id: "affix", "aria-pressed": String(pane.isOpen), onclick: () => pane.toggle() },
        icon("clip"), element("span", {}, "Affix")),
    );
  }

  // Private

  #command(drawing, label, enabled, act, more = "") {
    return button(label, { className: `command ${more}`, disabled: !enabled, onclick: act }, icon(drawing), element("span", {}, label));
  }

  #chooseFolder(opener) {
    const { folders, folder } = this.#outlook.state;
    menu(opener, folders.filter((other) => other !== folder).map((other) => (
      { label: other.displayName, drawing: other.known || "folder", choose: () => this.#outlook.moveSelected(other) })));
  }

  #chooseCategory(opener, chosen) {
    const used = chosen.flatMap(({ categories }) => categories ?? []);
    const names = [...new Set([...USUAL_CATEGORIES, ...used])];
    menu(opener, names.map((name) => (
      { label: name, chosen: used.includes(name), choose: () => this.#outlook.categorise(name, !used.includes(name)) })));
  }
}
