/** Looks for records while the person types: waits for a pause, and drops answers that come too late. */

const PAUSE_MS = 200;

export class Finder {
  #ask;
  #found;
  #request = 0;
  #timer = null;

  /** `ask(q, type)` gives {records, next}; `found({q, type, state, records, more, problem})` hears of every change. */
  constructor(ask, found) {
    this.#ask = ask;
    this.#found = found;
  }

  look(q, type = "") {
    this.stop();
    const words = q.trim();
    if (!words) return this.#found(null);
    const request = this.#request;
    this.#found({ q: words, type, state: "searching", records: [], more: false, problem: null });
    this.#timer = setTimeout(() => this.#run(request, words, type), PAUSE_MS);
  }

  /** Forgets what is under way. */
  stop() {
    clearTimeout(this.#timer);
    this.#request += 1;
  }

  // Private

  async #run(request, q, type) {
    const outcome = await this.#ask(q, type).then(
      (answer) => ({ state: "found", records: answer.records, more: Boolean(answer.next), problem: null }),
      (problem) => ({ state: "failed", records: [], more: false, problem }),
    );
    if (request === this.#request) this.#found({ q, type, ...outcome });
  }
}
