/** One symbol of icons/symbols.svg, in the colour of the text around it. Always decoration: words stand beside it. */

import { addressOf } from "../js/address.js";

const SVG = "http://www.w3.org/2000/svg";
const SYMBOLS = addressOf("icons/symbols.svg");

class Icon extends HTMLElement {
  static observedAttributes = ["name"];

  // Lifecycle

  connectedCallback() {
    this.setAttribute("aria-hidden", "true");
    this.#draw();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#draw();
  }

  // Private

  #draw() {
    const svg = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    svg.setAttribute("focusable", "false");
    use.setAttribute("href", `${SYMBOLS}#${this.getAttribute("name")}`);
    svg.append(use);
    this.replaceChildren(svg);
  }
}

customElements.define("affix-icon", Icon);
