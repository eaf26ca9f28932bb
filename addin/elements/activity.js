/**
 * The head of the activity list: back, what is shown of it, and trying again what failed.
 * view: {filters, here, mailboxes, failed, loading}; `here` is the address of the open message's mailbox or null.
 * Sends "close-activity", "refresh-activity", "filter-activity" {one filter} and "retry-failed".
 */

import { h } from "../js/dom.js";
import { iconButton } from "../js/parts.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const WORDS = texts.activity;

class Activity extends Piece {
  #more = false;

  // Lifecycle

  render(view) {
    const { filters, loading, failed } = view;
    const turning = loading ? "icon-button turning" : "icon-button";
    return [
      h(
        "div",
        { class: "activity-head" },
        iconButton("back", "back", WORDS.back, {
          id: "close-activity",
          onclick: () => this.send("close-activity"),
        }),
        h("h1", {}, WORDS.title),
        iconButton("again", "refresh", texts.refresh, { class: turning, onclick: () => this.send("refresh-activity") }),
      ),
      h(
        "div",
        { class: "filters" },
        this.#choice("state", WORDS.state, [["", WORDS.anyState], ...Object.entries(WORDS.states)], filters),
        this.#choice("kind", WORDS.kind, [["", WORDS.anyKind], ...Object.entries(WORDS.kinds)], filters),
      ),
      this.#moreFilters(view),
      failed > 0 &&
        h(
          "button",
          {
            key: "retry",
            id: "retry-all",
            type: "button",
            class: "button",
            "aria-disabled": loading ? "true" : null,
            onclick: () => loading || this.send("retry-failed"),
          },
          WORDS.retryAll(failed),
        ),
    ];
  }

  // Private

  #moreFilters({ filters, here, mailboxes }) {
    const name = (address) => (address === here ? WORDS.thisMailbox(address) : address);
    const boxes = [["", WORDS.allMailboxes], ...mailboxes.map((address) => [address, name(address)])];
    const used = [filters.mailbox, filters.from, filters.to].filter(Boolean).join(" · ");
    return [
      h(
        "button",
        {
          key: "more",
          id: "more-filters",
          type: "button",
          class: "expander expander-plain",
          "aria-expanded": String(this.#more),
          "aria-controls": "filters",
          onclick: () => this.#unfold(),
        },
        h("affix-icon", { name: "chevron" }),
        WORDS.filters,
        h("span", { class: "caption" }, used || WORDS.noFilters),
      ),
      h(
        "div",
        { key: "filters", id: "filters", class: "filters", hidden: !this.#more },
        h("div", { class: "filter-wide" }, this.#choice("mailbox", WORDS.mailbox, boxes, filters)),
        this.#day("from", WORDS.from, filters),
        this.#day("to", WORDS.to, filters),
      ),
    ];
  }

  #choice(name, label, options, filters) {
    return this.#field(
      name,
      label,
      "select",
      filters,
      options.map(([key, words]) => h("option", { key, value: key }, words)),
    );
  }

  #day(name, label, filters) {
    return this.#field(name, label, "input", filters);
  }

  #field(name, label, tag, filters, options = []) {
    const kind = tag === "input" ? { type: "date", class: "input" } : { class: "select" };
    const onchange = (event) => this.send("filter-activity", { [name]: event.target.value });
    return h(
      "div",
      { key: name },
      h("label", { class: "caption", for: `filter-${name}` }, label),
      h(tag, { id: `filter-${name}`, ...kind, value: filters[name], onchange }, options),
    );
  }

  #unfold() {
    this.#more = !this.#more;
    this.redraw();
  }
}

customElements.define("affix-activity", Activity);
