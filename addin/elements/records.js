/**
 * Records to choose from, as tick boxes: what was picked and what fits by itself, with the reason.
 * view: {records, chosen: Map by keys, held: Set of keys already saved, quick, starred: Set of keys, or null where no
 * favourites are known}; `quick`: whether one click may save. Sends "toggle-record", "toggle-favorite" and "save-to"
 * {record}.
 */

import { h } from "../js/dom.js";
import { iconButton } from "../js/parts.js";
import { recordIcon, recordKey } from "../js/records.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Records extends Piece {
  // Lifecycle

  render({ records, chosen, held, quick, starred = null }) {
    if (!records.length) return h("p", { class: "nothing" }, texts.records.none);
    return h(
      "ul",
      { class: "choices", "aria-label": texts.records.suggested },
      records.map((record) => {
        const [isChosen, isHeld, isStarred] = [chosen, held, starred].map((keys) => keys?.has(recordKey(record)));
        return this.#row(record, isChosen, isHeld, isStarred, quick);
      }),
    );
  }

  // Private

  #row(record, chosen, held, starred, quick) {
    // The reason mostly names the address already.
    const known = record.detail ?? (record.because ? null : (record.address ?? record.company));
    const detail = [known, held ? texts.records.already : record.because];
    return h(
      "li",
      { key: recordKey(record), class: "choice-row" },
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: "checkbox",
          class: "checkbox",
          checked: chosen || held,
          "aria-disabled": held ? "true" : null,
          onchange: (event) => this.#toggle(event, record, held),
        }),
        h("affix-icon", { name: recordIcon(record) }),
        h(
          "span",
          { class: "choice-text" },
          h("span", { class: "choice-name" }, record.name),
          h("span", { class: "caption" }, detail.filter(Boolean).join(" · ")),
        ),
      ),
      h(
        "div",
        { class: "choice-beside" },
        starred !== undefined && this.#star(record, starred),
        quick && !held && this.#quick(record),
      ),
    );
  }

  #star(record, starred) {
    return iconButton("star", starred ? "star-filled" : "star", texts.atHand.star(record.name), {
      title: texts.atHand.tip,
      class: "icon-button star",
      "aria-pressed": String(starred),
      onclick: () => this.send("toggle-favorite", { record }),
    });
  }

  /** Saved with one click, while nothing else is ticked. */
  #quick(record) {
    return h(
      "button",
      {
        key: "quick",
        type: "button",
        class: "button button-small",
        "aria-label": texts.save.toOne(record.name),
        onclick: () => this.send("save-to", { record }),
      },
      texts.save.quick,
    );
  }

  #toggle(event, record, held) {
    if (held) event.target.checked = true;
    else this.send("toggle-record", { record });
  }
}

customElements.define("affix-records", Records);
