/**
 * Rules of Autopilot: what each saves and where, whose it is, how it stands and what can be done.
 * view: {rules, busy: Set of ids, administrator, withMailbox, most, past, preview, starting}. `most` is how many are
 * shown at first, `past` whether past mail is offered. Sends "pause-rule", "resume-rule", "take-over-rule",
 * "remove-rule" {id} and "preview-past" {rule}.
 */

import { h } from "../js/dom.js";
import { recordIcon } from "../js/records.js";
import { mayReachBack, ruleActions, ruleLook, whoRemoves } from "../js/rules.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Rules extends Piece {
  #all = false;

  // Lifecycle

  render(view) {
    const most = this.#all ? view.rules.length : (view.most ?? view.rules.length);
    return [
      h(
        "ul",
        { class: "saves", "aria-label": texts.rules.title },
        view.rules.slice(0, most).map((rule) => this.#row(rule, view)),
      ),
      view.rules.length > (view.most ?? Infinity) && this.#more(view.rules.length),
    ];
  }

  // Private

  #row(rule, view) {
    const shown = ruleLook(rule);
    const who = whoRemoves(rule, view.administrator);
    return h(
      "li",
      { key: rule.id, class: `save rule save-${shown.tone}`, "data-state": rule.state, "data-kind": rule.kind },
      h("affix-icon", { name: shown.icon }),
      h(
        "div",
        { class: "save-text" },
        h("p", { class: "rule-title" }, rule.title),
        this.#target(rule),
        h(
          "p",
          { class: "save-state" },
          shown.sign && h("affix-icon", { key: "sign", name: shown.sign }),
          [shown.sentence, shown.where, view.withMailbox && rule.mailbox?.address].filter(Boolean).join(" · "),
        ),
        rule.reason && h("p", { key: "reason", class: "save-reason" }, rule.reason),
        shown.unlicensed.length > 0 &&
          h(
            "p",
            { key: "unlicensed", class: "sign warning" },
            h("affix-icon", { name: "warning" }),
            h("span", {}, texts.rules.unlicensed(shown.unlicensed)),
          ),
        who && h("p", { key: "who", class: "caption" }, who),
        h(
          "div",
          { class: "links" },
          ruleActions(rule, view.administrator).map((name) => this.#button(name, rule, view.busy.has(rule.id))),
          view.past && mayReachBack(rule, view.administrator) && this.#past(rule, view.preview),
        ),
        this.#preview(rule, view),
      ),
    );
  }

  /** One that matches has no record of its own. */
  #target({ record, options }) {
    if (!record)
      return [
        h("p", { key: "matched", class: "rule-record" }, texts.rules.matched),
        h("p", { key: "unmatched", class: "caption" }, texts.rules.unmatched[options?.unmatched]),
      ];
    return h(
      "p",
      { key: "record", class: "rule-record" },
      h("span", { class: "hidden-text" }, texts.rules.to),
      h("affix-icon", { name: recordIcon(record) }),
      h("span", {}, record.name),
    );
  }

  #past(rule, preview) {
    const busy = preview?.of === rule.id && preview.busy;
    return h(
      "button",
      {
        key: "past",
        type: "button",
        class: "link",
        "data-past": rule.id,
        "aria-label": texts.past.ofRuleNamed(rule.title),
        "aria-disabled": busy ? "true" : null,
        onclick: () => busy || this.send("preview-past", { rule }),
      },
      busy ? texts.autopilot.previewing : texts.past.ofRule,
    );
  }

  #preview({ id }, { preview, starting }) {
    if (preview?.of !== id || preview.busy) return null;
    return h("affix-preview", { key: "preview", view: { preview, starting } });
  }

  #button(name, rule, busy) {
    const { label, name: spoken } = texts.rules.buttons[name];
    return h(
      "button",
      {
        key: name,
        type: "button",
        class: "link",
        "aria-label": spoken(rule.title),
        "aria-disabled": busy ? "true" : null,
        onclick: () => busy || this.send(`${name}-rule`, { id: rule.id }),
      },
      label,
    );
  }

  #more(count) {
    return h(
      "button",
      {
        key: "more",
        type: "button",
        class: "link link-icon",
        "aria-expanded": String(this.#all),
        onclick: () => this.#toggle(),
      },
      this.#all ? texts.rules.fewer : texts.rules.all(count),
    );
  }

  #toggle() {
    this.#all = !this.#all;
    this.redraw();
  }
}

customElements.define("affix-rules", Rules);
