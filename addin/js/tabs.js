/** Which of the two ways of saving is shown: once, or by Autopilot from now on. Belongs to one Pane. */

export const TABS = ["save", "autopilot"];

export class Tabs {
  #pane;
  #chosen = false;

  static always() {
    return { tab: TABS[0] };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return { "choose-tab": ({ tab }) => this.#choose(tab) };
  }

  /** The tab of last time, unless the person has chosen one since. */
  met({ preferences }) {
    if (!this.#chosen && TABS.includes(preferences?.tab)) this.#pane.set({ tab: preferences.tab });
  }

  // Private

  #choose(tab) {
    this.#chosen = true;
    this.#pane.set({ tab });
    // Only the service keeps it from one computer to the next; that it could not is nothing to tell of.
    this.#pane.api.prefer({ tab }).catch(() => null);
  }
}
