/**
 * What a rule would have saved of the mail that is there already. view: {preview: {rule, offer, days, found, problem},
 * starting}. Sends "preview-days" {days}, "save-past" and "close-preview".
 */

import { h } from "../js/dom.js";
import { when } from "../js/format.js";
import { explain } from "../js/problem.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const DAYS = [7, 30, 90, 365];
const FIRST = 5;

class Preview extends Piece {
  #all = false;

  // Lifecycle

  render({ preview, starting }) {
    const { found, problem } = preview;
    return h(
      "section",
      { class: "form preview", "aria-labelledby": "preview-title" },
      found && this.#found(preview, found),
      problem && h("p", { key: "problem", class: "error", role: "alert" }, explain(problem).sentence),
      this.#days(preview),
      h(
        "div",
        { key: "buttons", class: "buttons" },
        found?.count > 0 && this.#button("save-past", texts.past.saveToo, "button button-primary", starting),
        problem && this.#button("preview-days", texts.tryAgain, "button", false, { days: preview.days }),
        this.#button("close-preview", texts.close, "button"),
      ),
      found?.count > 0 && !preview.rule && h("p", { key: "too", class: "caption" }, texts.past.startsToo),
    );
  }

  // Private

  #found(preview, { count, complete, scanned, until, messages }) {
    const isConversation = (preview.rule ?? preview.offer).kind === "conversation";
    const title = isConversation ? texts.past.ofConversation(count) : texts.past.wouldHave(count, preview.days);
    const saved = messages.filter((one) => one.saved).length;
    return [
      h("h3", { key: "title", id: "preview-title" }, title),
      !complete && h("p", { key: "part", class: "caption" }, texts.past.incomplete(scanned, when(until))),
      saved > 0 && h("p", { key: "saved", class: "caption" }, texts.past.savedAlready(saved)),
      messages.length > 0 && this.#list(messages),
      messages.length > FIRST && !this.#all && this.#more(messages.length),
      count > messages.length &&
        h("p", { key: "rest", class: "caption" }, texts.past.unlisted(count - messages.length)),
    ];
  }

  #list(messages) {
    const shown = this.#all ? messages : messages.slice(0, FIRST);
    return h("ul", { key: "list", class: "past-list", "aria-label": texts.past.list }, shown.map(row));
  }

  #more(count) {
    return h(
      "button",
      { key: "more", type: "button", class: "link", onclick: () => this.#showAll() },
      texts.past.all(count),
    );
  }

  /** A conversation is looked through as a whole. */
  #days({ rule, offer, days }) {
    if ((rule ?? offer).kind === "conversation") return null;
    const onchange = (event) => this.send("preview-days", { days: Number(event.target.value) });
    return h(
      "div",
      { key: "days", class: "rule-target" },
      h("label", { for: "preview-days" }, texts.autopilot.days),
      h(
        "select",
        { id: "preview-days", class: "select", value: String(days), onchange },
        DAYS.map((n) => h("option", { key: n, value: String(n) }, texts.autopilot.daysOf(n))),
      ),
    );
  }

  #button(name, words, kind, blocked = false, detail = undefined) {
    const onclick = () => blocked || this.send(name, detail);
    return h(
      "button",
      { key: name, type: "button", class: kind, "aria-disabled": blocked ? "true" : null, onclick },
      words,
    );
  }

  #showAll() {
    this.#all = true;
    this.redraw();
  }
}

function row({ id, subject, from, receivedAt, saved }) {
  return h(
    "li",
    { key: id },
    h("p", { class: "save-subject" }, subject || texts.message.noSubject),
    h(
      "p",
      { class: "caption" },
      [from?.name || from?.address, when(receivedAt), saved && texts.past.saved].filter(Boolean).join(" · "),
    ),
  );
}

customElements.define("affix-preview", Preview);
