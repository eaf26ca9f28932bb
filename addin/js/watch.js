/** Looks again at what is under way: soon at first, then patiently, and only while the pane is in sight. */

import { waits } from "./saves.js";

export class Watch {
  #look;
  #gaveUp;
  #waits = null;
  #timer = null;
  #rests = false;

  /** `look()` looks once, and tells whether anything is under way. `gaveUp()`: it was so for about two minutes. */
  constructor(look, gaveUp = () => {}) {
    this.#look = look;
    this.#gaveUp = gaveUp;
  }

  begin() {
    this.stop();
    this.#waits = waits();
    this.#arm();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#waits = null;
    this.#rests = false;
  }

  /** The person is back at the pane: what came due while it was hidden is done now. */
  returned() {
    if (this.#rests) this.#run();
  }

  // Private

  #arm() {
    const { value, done } = this.#waits.next();
    if (done) return this.#gaveUp();
    this.#timer = setTimeout(() => this.#run(), value);
  }

  async #run() {
    this.#rests = Boolean(globalThis.document?.hidden);
    if (this.#rests) return;
    const begun = this.#waits;
    if ((await this.#look()) && begun === this.#waits) this.#arm();
  }
}
