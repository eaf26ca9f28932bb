/**
 * What all elements of the pane share: a `view` goes in, events come out, and nothing is fetched.
 *
 * They draw into the page itself, without shadow roots, and with the browser's own controls: office.js takes the Tab key
 * over and finds its next stop with document.querySelectorAll, so a control in a shadow root is passed by (tried with
 * the text input of Fluent's web components), and from within one the Tab key leaves the pane.
 */

import { patch } from "../js/dom.js";

export class Piece extends HTMLElement {
  #view;

  // Lifecycle

  connectedCallback() {
    this.redraw();
  }

  get view() {
    return this.#view;
  }

  set view(view) {
    this.#view = view;
    this.redraw();
  }

  // Actions

  redraw() {
    if (this.isConnected && this.#view) patch(this, this.render(this.#view));
  }

  /**
   * What the element shows of its view, described with h(). Each element says it.
   * @param {any} view
   * @returns {any}
   */
  render(view) {
    throw new TypeError(`${this.localName} does not say how it shows ${view}`);
  }

  /** Tells the pane what the person did. */
  send(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}
