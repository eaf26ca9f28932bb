// What this window is set to, kept in its address: a reload or a link gives the same window again.

import { ODDITIES } from "./oddities.js";

const DEFAULTS = {
  person: "",         // nobody yet: the window asks
  mailbox: "",        // whose folders are open; empty: the person's own
  alone: "",          // "yes": that mailbox was opened with "Open another mailbox", in a tab of its own
  folder: "inbox",
  message: "",
  theme: "light",     // see themes.js
  language: "en-US",  // see languages.js
  pane: "open",
  paneWidth: "",      // in pixels, 300 to 700; empty: as wide as it usually is
  developer: "closed",
  ...Object.fromEntries(ODDITIES.map(({ name, choices }) => [name, choices[0].value])),
};

export class Settings {
  #values;

  constructor(query) {
    this.#values = { ...DEFAULTS, ...Object.fromEntries(new URLSearchParams(query)) };
  }

  get(name) {
    return this.#values[name];
  }

  set(changes) {
    Object.assign(this.#values, changes);
    history.replaceState(null, "", this.address());
  }

  // Those switches for client oddities that are not as usual.
  oddities() {
    return ODDITIES.filter(({ name, choices }) => this.#values[name] !== choices[0].value);
  }

  // The address of a window like this one but for `changes`.
  address(changes = {}) {
    const values = { ...this.#values, ...changes };
    const told = Object.entries(values).filter(([name, value]) => value !== DEFAULTS[name]);
    return `/?${new URLSearchParams(told)}`;
  }
}
