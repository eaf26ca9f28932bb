/**
 * Starting a rule: what is kept saving, where, to which record, and on what terms.
 * view: {offers, records, picker, mailbox, attachments, inHouse, starting, problem, license, preview, cancel}; `picker` is
 * drawn as it is, where the record is chosen.
 * Sends "start-rule" and "preview-rule" {offer, record, terms, key}, and "add-rule" {adding}.
 */

import { h } from "../js/dom.js";
import { recordIcon, recordKey } from "../js/records.js";
import { chosenTerms, valueOf } from "../js/terms.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const DAYS = ["7", "30", "90", "365"];
const WORDS = texts.autopilot;

class Start extends Piece {
  #chosen = {};
  #more = false;

  // Lifecycle

  render(view) {
    const asked = chosenTerms(view, this.#chosen);
    const { offer, record, terms, key } = asked;
    const blocked = view.starting || !record;
    const preview = view.preview?.of === "new" && view.preview.key === key ? view.preview : null;
    return [
      this.#kinds(view.offers, offer),
      this.#values(view.offers, offer),
      view.picker,
      this.#target(view.records, record),
      this.#pick("scope", WORDS.where, terms.scope, Object.entries(WORDS.scopes)),
      terms.scope === "everywhere" && h("p", { key: "licensed", class: "caption" }, WORDS.licensedOnly),
      this.#options(terms, offer),
      h("p", { key: "from-now", class: "caption" }, terms.pastToo ? WORDS.pastAndOn : WORDS.fromNowOn),
      this.#problem(view, terms),
      h(
        "div",
        { key: "buttons", class: "buttons" },
        this.#button(
          "start-autopilot",
          blocked,
          view.starting ? WORDS.starting : WORDS.start,
          "start-rule",
          asked,
          "button-primary",
        ),
        this.#button(
          "preview",
          blocked || preview?.busy,
          preview?.busy ? WORDS.previewing : WORDS.preview,
          "preview-rule",
          asked,
        ),
        view.cancel && this.#button("cancel-rule", false, texts.cancel, "add-rule", { adding: false }),
      ),
      preview && !preview.busy && h("affix-preview", { key: "preview", view: { preview, starting: view.starting } }),
    ];
  }

  // Private

  #kinds(offers, offer) {
    const row = (one) => this.#kind(one.kind, valueOf(one, this.#chosen), one.kind === offer.kind);
    const title = h("p", { id: "keep-saving" }, WORDS.keepSaving);
    return h(
      "div",
      { key: "kinds", class: "kinds", role: "radiogroup", "aria-labelledby": "keep-saving" },
      title,
      offers.map(row),
    );
  }

  #kind(kind, value, checked) {
    return h(
      "label",
      { key: kind, class: "choice" },
      h("input", {
        id: `kind-${kind}`,
        type: "radio",
        name: "rule-kind",
        value: kind,
        class: "radio",
        checked,
        onchange: () => this.#choose({ kind }),
      }),
      h("affix-icon", { name: `rule-${kind}` }),
      h("span", { class: "choice-text" }, h("span", { class: "choice-name" }, WORDS.offers[kind](value))),
    );
  }

  /** Of several people, or domains, one is chosen. */
  #values(offers, { kind, value }) {
    const { values } = offers.find((one) => one.kind === kind);
    if (values.length < 2) return null;
    return this.#pick(
      kind,
      kind === "domain" ? WORDS.which : WORDS.whose,
      value,
      values.map((one) => [one, one]),
    );
  }

  #target(records, record) {
    if (!record) return h("p", { key: "target", class: "nothing" }, WORDS.recordFirst);
    if (records.length > 1)
      return this.#pick(
        "record",
        WORDS.to,
        recordKey(record),
        records.map((one) => [recordKey(one), one.name]),
      );
    const icon = h("affix-icon", { name: recordIcon(record) });
    return h("p", { key: "target", class: "rule-record" }, WORDS.to, icon, h("strong", {}, record.name));
  }

  #options(terms, { kind }) {
    const open = this.#more;
    const past = this.#chosen.pastToo === true;
    return [
      h(
        "button",
        {
          key: "more",
          id: "more-options",
          type: "button",
          class: "expander expander-plain",
          "aria-expanded": String(open),
          "aria-controls": "rule-options",
          onclick: () => this.#unfold(),
        },
        h("affix-icon", { name: "chevron" }),
        WORDS.more,
      ),
      h(
        "div",
        { key: "options", id: "rule-options", class: "options", hidden: !open },
        this.#pick("attachments", WORDS.attachments, terms.attachments, Object.entries(WORDS.attachmentModes)),
        this.#tick("privateToo", terms.privateToo),
        this.#tick("internalToo", terms.internalToo),
        this.#tick("pastToo", past),
        past &&
          kind !== "conversation" &&
          this.#pick(
            "days",
            WORDS.days,
            this.#chosen.days ?? "30",
            DAYS.map((n) => [n, WORDS.daysOf(n)]),
          ),
      ),
    ];
  }

  #pick(name, label, value, options) {
    return h(
      "div",
      { key: name, class: "rule-target" },
      h("label", { for: `rule-${name}` }, label),
      h(
        "select",
        {
          id: `rule-${name}`,
          class: "select",
          value,
          onchange: (event) => this.#choose({ [name]: event.target.value }),
        },
        options.map(([key, words]) => h("option", { key, value: key }, words)),
      ),
    );
  }

  #tick(name, checked) {
    const box = { type: "checkbox", class: "checkbox", checked, onchange: () => this.#choose({ [name]: !checked }) };
    return h(
      "label",
      { key: name, class: "choice" },
      h("input", box),
      h("span", { class: "choice-text" }, WORDS[name]),
    );
  }

  /** Not `disabled`: a disabled button loses the focus, and then Outlook's Tab key leaves the pane. */
  #button(id, blocked, words, event, detail, look = "") {
    const onclick = () => blocked || this.send(event, detail);
    return h(
      "button",
      { key: id, id, type: "button", class: `button ${look}`, "aria-disabled": blocked ? "true" : null, onclick },
      words,
    );
  }

  /** A missing licence is told before it is run into, and then with what to ask the administrator for. */
  #problem({ problem, license, assign }, { scope }) {
    if (problem?.request) return h("affix-request", { key: "request", view: { ...problem, assign } });
    if (problem) return h("p", { key: "problem", class: "error", role: "alert" }, problem.sentence);
    const lacks = scope === "mailbox" && ["missing", "expired"].includes(license?.state);
    if (lacks && assign) return h("affix-request", { key: "license", view: { sentence: license.message, assign } });
    return lacks && h("p", { key: "license", class: "warning" }, license.message);
  }

  #choose(change) {
    Object.assign(this.#chosen, change);
    this.redraw();
  }

  #unfold() {
    this.#more = !this.#more;
    this.redraw();
  }
}

customElements.define("affix-start", Start);
