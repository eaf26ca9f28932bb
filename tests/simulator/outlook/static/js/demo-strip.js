// The foot of the window, which no real Outlook has: delivering mail, and switches for what real Outlooks do differently.

import { deliverDialog } from "./deliver-dialog.js";
import { button, element, icon } from "./dom.js";
import { GROUPS } from "./oddities.js";
import { showTour } from "./tour.js";

export class DemoStrip {
  #place;
  #settings;
  #outlook;

  constructor(place, settings, outlook) {
    this.#place = place;
    this.#settings = settings;
    this.#outlook = outlook;
    this.#draw();
  }

  // Private

  #draw() {
    const isOpen = this.#settings.get("developer") === "open";
    const on = this.#settings.oddities();
    const command = (drawing, label, act, more = {}) => button(label, { className: "quiet", onclick: act, ...more }, icon(drawing), element("span", {}, label));
    this.#place.replaceChildren(
      ...(isOpen ? [this.#drawer()] : []),
      element("div", { className: "strip" },
        element("span", { className: "strip-title" }, "Demo"),
        command("bulb", "What to try", (event) => showTour(event.currentTarget)),
        command("deliver", "Deliver a message", () => deliverDialog(this.#outlook), { id: "deliver" }),
        command("switches", "Client oddities", () => this.#toggle(isOpen), { "aria-expanded": String(isOpen) }),
        ...on.map((oddity) => this.#active(oddity)),
        element("span", { className: "spring" }),
        command("refresh", "Reload the pane", () => this.#outlook.reloadPane())));
  }

  #drawer() {
    return element("div", { className: "drawer" }, GROUPS.map(({ title, switches }) =>
      element("fieldset", {}, element("legend", {}, title), switches.map((oddity) => this.#switch(oddity)))));
  }

  #switch({ name, label, choices }) {
    const current = this.#settings.get(name);
    return element("label", { className: current === choices[0].value ? "" : "on" }, element("span", {}, label),
      element("select", { name, onchange: (event) => this.#set({ [name]: event.target.value }) },
        choices.map(({ value, label: words }) => element("option", { value, selected: value === current }, words))));
  }

  // An oddity that is on, with the way to put it out.
  #active({ name, label, choices }) {
    const current = choices.find(({ value }) => value === this.#settings.get(name));
    return button(`${label}: ${current?.label ?? this.#settings.get(name)}. As usual again`, {
      className: "oddity",
      onclick: () => this.#set({ [name]: choices[0].value }),
    }, element("span", {}, `${label}: ${current?.label ?? this.#settings.get(name)}`), icon("close"));
  }

  #toggle(isOpen) {
    this.#settings.set({ developer: isOpen ? "closed" : "open" });
    this.#draw();
  }

  // What a client is like is told to a pane when it starts.
  #set(changes) {
    this.#settings.set(changes);
    this.#draw();
    this.#outlook.reloadPane();
  }
}
