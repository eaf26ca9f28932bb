/**
 * The two ways of saving a message, as tabs. view: {tab, running, care}: how many rules run here, and whether somebody
 * has to do something for them. Sends "choose-tab" {tab}.
 */

import { h } from "../js/dom.js";
import { TABS } from "../js/tabs.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

class Tabs extends Piece {
  // Lifecycle

  render(view) {
    return h(
      "div",
      { class: "tabs", role: "tablist", "aria-label": texts.tabs.title, onkeydown: (event) => this.#key(event) },
      TABS.map((tab) => this.#tab(tab, view)),
    );
  }

  // Private

  #tab(tab, view) {
    const isChosen = tab === view.tab;
    return h(
      "button",
      {
        key: tab,
        id: `tab-${tab}`,
        type: "button",
        role: "tab",
        class: "tab",
        "aria-selected": String(isChosen),
        "aria-controls": isChosen ? "way" : null,
        onclick: () => this.send("choose-tab", { tab }),
      },
      texts.tabs[tab],
      tab === "autopilot" && this.#signs(view),
    );
  }

  #signs({ running, care }) {
    return [
      running > 0 && h("span", { key: "running", class: "count", title: texts.tabs.running(running) }, String(running)),
      care &&
        h(
          "span",
          { key: "care", class: "sign warning", title: texts.autopilot.care },
          h("affix-icon", { name: "warning" }),
          h("span", { class: "hidden-text" }, texts.autopilot.care),
        ),
    ];
  }

  /** As everywhere with tabs; the Tab key reaches each of them too, since office.js has its own order of focus. */
  #key(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const turned = getComputedStyle(this).direction === "rtl" ? -step : step;
    const tab = TABS[(TABS.indexOf(this.view.tab) + turned + TABS.length) % TABS.length];
    this.send("choose-tab", { tab });
    this.querySelector(`#tab-${tab}`).focus();
  }
}

customElements.define("affix-tabs", Tabs);
