// Switches at the foot of the window for what real Outlooks do differently. Each reloads the pane.

import { button, element, icon } from "./dom.js";

const SSO_ERRORS = ["13000", "13001", "13002", "13003", "13004", "13005", "13006", "13007", "13008", "13010", "13012", "13013", "50001"];

const SWITCHES = [
  { name: "shared", label: "Report shared properties", choices: [["yes", "Yes"], ["no", "No"], ["fails", "Fails (9055)"], ["never", "Never answers"]] },
  { name: "sso", label: "getAccessToken", choices: [["token", "Token"], ["never", "Never answers"], ...SSO_ERRORS.map((code) => [code, code])] },
  { name: "nested", label: "NestedAppAuth", choices: [["on", "On"], ["off", "Off"], ["announced", "Announced, bridge missing"]] },
  { name: "bridge", label: "Its answer", choices: [["token", "Token"], ["interaction", "Interaction required"], ["cancel", "Person cancels"], ["disabled", "Disabled"], ["network", "No network"]] },
  { name: "mailboxSet", label: "Mailbox set", choices: [["1.15", "1.15"], ["1.8", "1.8"], ["1.5", "1.5"]] },
];

export class DeveloperStrip {
  #place;
  #settings;
  #changed;

  constructor(place, settings, changed) {
    this.#place = place;
    this.#settings = settings;
    this.#changed = changed;
    this.#draw();
  }

  #draw() {
    const isOpen = this.#settings.get("developer") === "open";
    this.#place.replaceChildren(
      button("Developer switches", { className: "quiet", "aria-expanded": String(isOpen), onclick: () => this.#toggle(isOpen) },
        icon("code"), element("span", {}, "Developer")),
      ...(isOpen ? SWITCHES.map((entry) => this.#switch(entry)) : []),
      ...(isOpen ? [button("Reload the pane", { className: "quiet", onclick: () => this.#changed() }, icon("refresh"), element("span", {}, "Reload pane"))] : []));
  }

  #toggle(isOpen) {
    this.#settings.set({ developer: isOpen ? "closed" : "open" });
    this.#draw();
  }

  #switch({ name, label, choices }) {
    const current = this.#settings.get(name);
    return element("label", {}, element("span", {}, label),
      element("select", { name, onchange: (event) => { this.#settings.set({ [name]: event.target.value }); this.#changed(); } },
        choices.map(([value, words]) => element("option", { value, selected: value === current }, words))));
  }
}
