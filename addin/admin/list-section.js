/** A section that is a list: narrowed by filters, read page by page. What is asked last is what is shown. */

import { h } from "../js/dom.js";
import { words } from "../texts/en/admin.js";
import { button } from "./parts.js";
import { Section } from "./section.js";

export class ListSection extends Section {
  rows = [];
  filters = {};
  #next = null;
  #asked = 0;
  #timer = null;

  /**
   * One page of what the filters say, from the cursor on.
   * @param {string | null} cursor
   * @returns {Promise<{rows: any[], next: string | null}>}
   */
  async page(cursor) {
    throw new Error(`${this.name} has no page from ${cursor}`);
  }

  async load() {
    const asked = ++this.#asked;
    const { rows, next } = await this.page(null);
    if (asked === this.#asked) [this.rows, this.#next] = [rows, next];
  }

  /** Takes what was chosen over, and asks after `wait` milliseconds. What is under way already does not hold it up. */
  filter(change, wait = 0) {
    Object.assign(this.filters, change);
    clearTimeout(this.#timer);
    const name = `filter ${++this.#asked}`;
    this.#timer = setTimeout(() => this.act(name, () => this.load()), wait);
    this.redraw();
  }

  /** The button for the next page, while there is one. */
  more() {
    const onclick = () => this.act("more", () => this.#more());
    return this.#next && h("div", { class: "more" }, button(words.more, onclick, { busy: this.isBusy("more") }));
  }

  async #more() {
    const asked = this.#asked;
    const { rows, next } = await this.page(this.#next);
    // A page of what is no longer asked for is no part of the list.
    if (asked !== this.#asked) return;
    this.rows.push(...rows);
    this.#next = next;
  }
}
