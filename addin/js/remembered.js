/**
 * What the service said of messages, for a minute: coming back to one asks nothing anew. Whatever the person changes may
 * show at other messages too (a rule, a mailbox's kind, a favourite), so then all of it is forgotten.
 */

const KEPT_MS = 60000;
const MOST = 50;

export class Remembered {
  /** @type {Map<string, {at: number, answer: any}>} in the order in which they came */
  #kept = new Map();
  #edition = 0;
  #now;

  constructor(now = Date.now) {
    this.#now = now;
  }

  /**
   * The answer to the question: the one of this last minute, else what `ask` gives.
   * @param {any} question  what JSON can write
   * @param {() => Promise<any>} ask
   */
  async answer(question, ask) {
    const name = JSON.stringify(question);
    const kept = this.#kept.get(name);
    if (kept && this.#now() - kept.at < KEPT_MS) return kept.answer;
    const edition = this.#edition;
    const answer = await ask();
    // What was asked before a change may not know of it.
    if (edition === this.#edition) this.#keep(name, answer);
    return answer;
  }

  forget() {
    this.#edition += 1;
    this.#kept.clear();
  }

  // Private

  #keep(name, answer) {
    this.#kept.delete(name);
    this.#kept.set(name, { at: this.#now(), answer });
    if (this.#kept.size > MOST) this.#kept.delete(this.#kept.keys().next().value);
  }
}

/** Whether a request changes something that a message's context tells of. */
export function isChange(method, path) {
  return method !== "GET" && !/^api\/(context|presence|suggestions|me|rules\/preview)\b/.test(path);
}
