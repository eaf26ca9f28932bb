/**
 * Another message than Outlook told of. It does not always say that another one was opened, and then goes on giving the
 * old one, or none, until the page starts anew. Which message is selected it tells all the same, where it can tell of
 * selections (Mailbox 1.13). Belongs to one Pane.
 */

import { isOver } from "./several.js";

export class Missed {
  #pane;
  /** The id of the selected message as Outlook told of the open item; null where nothing was open or is known. */
  #selected = null;

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return { "look-anew": () => this.#lookAnew() };
  }

  /** If a second start brought no item either, a third one will not. */
  started() {
    if (isStartedAnew()) this.#note();
  }

  arrived(item) {
    this.#selected = null;
    if (item) this.#note();
  }

  async returned() {
    if (this.#pane.state.item?.composing) return;
    const selected = await this.#now();
    if (selected && selected !== this.#selected && !this.#isBusy()) window.location.reload();
  }

  // Private

  /** The person doubts what is shown: where it cannot be known for sure that it is the open message, begin anew. */
  async #lookAnew() {
    const { item } = this.#pane.state;
    if (item?.composing) return this.#pane.refresh();
    if (!item?.id) return window.location.reload();
    this.#pane.set({ looking: true });
    const selected = await this.#now();
    const isSure = selected !== null && selected === this.#selected;
    return isSure || this.#isBusy() ? this.#pane.refresh() : window.location.reload();
  }

  async #note() {
    const { visit } = this.#pane;
    const selected = await this.#now();
    if (visit === this.#pane.visit) this.#selected = selected;
  }

  /** The one selected message to read; a new start tells nothing of several. */
  async #now() {
    const selected = await this.#pane.host.selectedItems();
    return selected.length === 1 && !selected[0].composing ? selected[0].id : null;
  }

  /** What a new start would end, or forget. */
  #isBusy() {
    const { several, saving, starting, form, adding, chosen, work } = this.#pane.state;
    const isChoosing = form || adding || chosen.size > 0 || work.choosing !== null || work.ticked.size > 0;
    return Boolean(saving || starting || work.asking || isChoosing || (several.run && !isOver(several.run)));
  }
}

function isStartedAnew() {
  const [start] = performance.getEntriesByType("navigation");
  return start instanceof PerformanceNavigationTiming && start.type === "reload";
}
