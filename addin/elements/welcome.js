/**
 * What to show when no message is open: who, where, what for, and what was saved last.
 * view: {me, rules, busy}; `rules` is null until they are known. Sends "open-activity".
 */

import { addressOf } from "../js/address.js";
import { h } from "../js/dom.js";
import { recordIcon } from "../js/records.js";
import { look } from "../js/saves.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const MOST_RULES = 5;

class Welcome extends Piece {
  // Lifecycle

  render({ me, rules, busy }) {
    return [
      h(
        "div",
        { class: "hero" },
        h("img", { src: addressOf("icons/logo.svg"), alt: "", width: "48", height: "48" }),
        h("h1", {}, texts.welcome.hello(me.person.name || me.person.address)),
        h("p", {}, texts.welcome.choose),
      ),
      h(
        "ul",
        { class: "points" },
        texts.welcome.steps.map(([icon, words]) =>
          h("li", { key: icon }, h("affix-icon", { name: icon }), h("span", {}, words)),
        ),
      ),
      (me.attention ?? []).map(({ mailbox, message }) => this.#attention(mailbox, message)),
      h(
        "button",
        { key: "activity", type: "button", class: "link link-icon", onclick: () => this.send("open-activity") },
        h("affix-icon", { name: "activity" }),
        texts.activity.open,
      ),
      rules?.length > 0 && this.#rules(rules, busy, me),
      h("h2", { key: "recent" }, texts.welcome.recent),
      me.saves?.length
        ? h(
            "ul",
            { class: "saves" },
            me.saves.map((save) => this.#row(save, me.mailbox?.address)),
          )
        : h("p", { class: "nothing" }, texts.welcome.none),
    ];
  }

  // Private

  /** What somebody has to do before mail of a mailbox is saved, or goes on being saved. */
  #attention(mailbox, message) {
    return h(
      "div",
      { key: `attention ${mailbox}`, class: "bar bar-warning", role: "note" },
      h("affix-icon", { name: "warning" }),
      h("p", { class: "bar-text" }, `${mailbox}: ${message}`),
    );
  }

  #rules(rules, busy, { person }) {
    const view = { rules, busy, administrator: person.administrator === true, withMailbox: true, most: MOST_RULES };
    return h(
      "section",
      { key: "rules", class: "welcome-rules", "aria-labelledby": "rules-title" },
      h("h2", { id: "rules-title" }, texts.autopilot.title),
      h("affix-rules", { view }),
    );
  }

  #row(save, own) {
    const shown = look(save);
    return h(
      "li",
      { key: save.id, class: `save save-${shown.tone}`, "data-state": save.state },
      h("affix-icon", { name: shown.icon }),
      h(
        "div",
        { class: "save-text" },
        h(
          "p",
          { class: "save-record" },
          h("affix-icon", { name: recordIcon(save.record ?? {}) }),
          h("span", {}, save.record?.name),
        ),
        h("p", { class: "save-subject" }, save.message?.subject || texts.message.noSubject),
        h(
          "p",
          { class: "save-state" },
          shown.sentence,
          shown.how && ` · ${shown.how}`,
          save.mailbox?.address !== own && save.mailbox?.address && ` · ${save.mailbox.address}`,
        ),
      ),
    );
  }
}

customElements.define("affix-welcome", Welcome);
