// What this window is set to, kept in its address: a reload or a link gives the same window again.

const DEFAULTS = {
  person: "",         // nobody yet: the window asks
  mailbox: "",        // whose folders are open; empty: the person's own
  alone: "",          // "yes": that mailbox was opened with "Open another mailbox", in a tab of its own
  folder: "inbox",
  message: "",
  theme: "light",
  shared: "yes",      // does Outlook report shared properties? yes, no, fails, never
  sso: "token",       // what getAccessToken gives: token, never, or an error code
  nested: "on",       // nested app authentication: on, off, announced
  bridge: "token",    // what its bridge answers: token, interaction, cancel, disabled, network
  mailboxSet: "1.15", // the highest Mailbox requirement set
  pane: "open",
  developer: "closed",
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

  // The address of a window like this one but for `changes`.
  address(changes = {}) {
    const values = { ...this.#values, ...changes };
    const told = Object.entries(values).filter(([name, value]) => value !== DEFAULTS[name]);
    return `/?${new URLSearchParams(told)}`;
  }
}
