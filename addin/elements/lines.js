/**
 * Lines of activity: each with how it stands, why, and what can be done. view: {lines, next, loading, filing, filters,
 * busy: Set of ids, search}. Sends "retry-line", "file-line", "dismiss-line" {line} and "more-activity".
 */

import { h } from "../js/dom.js";
import { lineActions, lineLook } from "../js/lines.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const WORDS = texts.activity;

class Lines extends Piece {
  // Lifecycle

  render(view) {
    const { lines, next, loading, filters } = view;
    if (!lines.length)
      return h("p", { class: "nothing" }, filters.state === "review" ? WORDS.nothingReview : WORDS.nothing);
    return [
      h(
        "ul",
        { class: "saves", "aria-label": WORDS.title, "aria-busy": String(loading) },
        lines.map((line) => this.#row(line, view)),
      ),
      next &&
        h(
          "button",
          {
            key: "more",
            id: "more-activity",
            type: "button",
            class: "button button-wide",
            "aria-disabled": loading ? "true" : null,
            onclick: () => loading || this.send("more-activity"),
          },
          loading ? WORDS.loading : WORDS.more,
        ),
    ];
  }

  // Private

  #row(line, view) {
    const shown = lineLook(line);
    const state = [shown.word, shown.records].filter(Boolean).join(" · ");
    return h(
      "li",
      { key: line.id, class: `save save-${shown.tone}`, "data-line": line.id, "data-state": line.state ?? line.what },
      h("affix-icon", { name: shown.icon }),
      h(
        "div",
        { class: "save-text" },
        h("p", { class: "line-title" }, shown.title),
        h("p", { class: "caption" }, shown.about),
        state && h("p", { key: "state", class: "save-state" }, h("strong", {}, state)),
        shown.reason &&
          h("p", { key: "reason", class: "save-reason" }, shown.reason, shown.action && ` ${shown.action}`),
        shown.rule && h("p", { key: "rule", class: "caption" }, `${texts.saves.automatic.other}: ${shown.rule}`),
        h(
          "div",
          { class: "links" },
          lineActions(line).map((name) => this.#button(name, line, shown.title, view)),
        ),
        view.filing === line.id && h("affix-search", { key: "file", view: view.search }),
      ),
    );
  }

  #button(name, line, title, { busy, filing }) {
    const { label, name: spoken } = WORDS.buttons[name];
    return h(
      "button",
      {
        key: name,
        type: "button",
        class: "link",
        "aria-label": spoken(title),
        "aria-disabled": busy.has(line.id) ? "true" : null,
        "aria-expanded": name === "file" ? String(filing === line.id) : null,
        onclick: () => busy.has(line.id) || this.send(`${name}-line`, { line }),
      },
      label,
    );
  }
}

customElements.define("affix-lines", Lines);
