/**
 * Mail that is not filed yet. view: {rows, next, loading, problem, denied, ticked: Set of ids, done: Map by id, choosing,
 * dismissed, mailbox, mailboxes, search, most}. With `most` it is a part of another screen: so many rows, none to tick.
 * Sends "open-work", "close-work", "refresh-work", "more-work", "choose-mailbox" {id}, "tick-row" {id}, "tick-rows",
 * "save-row" {row, record}, "save-suggested", "find-record" {id}, "dismiss-rows" {rows}, "restore-row", "undo-row",
 * "retry-row" {row} and "show-dismissed" {dismissed}.
 */

import { h } from "../js/dom.js";
import { iconButton } from "../js/parts.js";
import { recordIcon } from "../js/records.js";
import { texts } from "../js/texts.js";
import { isOpen, rowLook } from "../js/unfiled.js";
import { membersLink } from "../js/help.js";
import { Piece } from "./piece.js";

const WORDS = texts.work;

class Worklist extends Piece {
  // Lifecycle

  render(view) {
    const { rows, most, problem, denied } = view;
    return [
      most ? this.#title(view) : this.#head(view),
      this.#mailboxes(view),
      !most && !view.dismissed && h("p", { key: "about", class: "caption" }, WORDS.about),
      problem && !denied && h("affix-problem", { key: "problem", view: { problem, again: "refresh-work" } }),
      denied && this.#denied(),
      !rows && !problem && h("p", { key: "loading", class: "nothing" }, WORDS.loading),
      rows && this.#rows(view),
      !most && this.#foot(view),
    ];
  }

  // Private

  #title({ rows, next, done }) {
    const open = (rows ?? []).filter((row) => isOpen(row, done)).length;
    const counted = open ? WORDS.counted(open, Boolean(next)) : null;
    return h(
      "div",
      { key: "title", class: "section-head" },
      h("h2", { id: "work-title" }, WORDS.title),
      counted && h("span", { key: "count", class: "counter" }, counted),
      h(
        "button",
        { type: "button", id: "show-work", class: "link", onclick: () => this.send("open-work") },
        WORDS.all,
      ),
    );
  }

  #head({ loading, dismissed }) {
    const turning = loading ? "icon-button turning" : "icon-button";
    return h(
      "div",
      { key: "head", class: "activity-head" },
      iconButton("back", "back", WORDS.back, { id: "close-work", onclick: () => this.send("close-work") }),
      h("h1", { id: "work-title" }, dismissed ? WORDS.showDismissed : WORDS.title),
      iconButton("again", "refresh", texts.refresh, { class: turning, onclick: () => this.send("refresh-work") }),
    );
  }

  #mailboxes({ mailbox, mailboxes }) {
    if (mailboxes.length < 2)
      return mailbox && h("p", { key: "mailbox", class: "caption" }, mailbox.name || mailbox.address);
    return h(
      "select",
      {
        key: "mailboxes",
        id: "work-mailbox",
        class: "select",
        "aria-label": WORDS.mailbox,
        value: mailbox?.id ?? "",
        onchange: (event) => this.send("choose-mailbox", { id: event.target.value }),
      },
      mailboxes.map(({ id, address }) => h("option", { key: id, value: id }, address)),
    );
  }

  #denied() {
    return h(
      "div",
      { key: "denied", class: "bar bar-warning", role: "note" },
      h("affix-icon", { name: "warning" }),
      h("div", { class: "bar-text" }, h("p", {}, WORDS.denied), membersLink()),
    );
  }

  #rows(view) {
    const { rows, most, next, loading, dismissed, ticked, done } = view;
    const open = rows.filter((row) => isOpen(row, done));
    // What was just done stays in sight, so that it can be undone, and the next ones move up.
    const last = open[(most ?? open.length) - 1];
    const shown = last ? rows.slice(0, rows.indexOf(last) + 1) : rows;
    if (!rows.length) return h("p", { key: "none", class: "nothing" }, this.#none(view));
    const all = open.length > 0 && open.every(({ id }) => ticked.has(id));
    return [
      !most &&
        !dismissed &&
        open.length > 1 &&
        h(
          "label",
          { key: "all", class: "choice tick-all" },
          h("input", {
            type: "checkbox",
            class: "checkbox",
            checked: all,
            indeterminate: !all && ticked.size > 0,
            onchange: () => this.send("tick-rows"),
          }),
          h("span", {}, WORDS.tickAll),
        ),
      h(
        "ul",
        { key: "rows", class: "saves", "aria-labelledby": "work-title", "aria-busy": String(loading) },
        shown.map((row) => this.#row(row, view)),
      ),
      !most && next && this.#more(loading),
    ];
  }

  #none({ next, dismissed }) {
    if (dismissed) return WORDS.noneDismissed;
    return next ? WORDS.noneYet : WORDS.none;
  }

  #more(loading) {
    return h(
      "button",
      {
        key: "more",
        id: "more-work",
        type: "button",
        class: "button button-wide",
        "aria-disabled": loading ? "true" : null,
        onclick: () => loading || this.send("more-work"),
      },
      loading ? WORDS.loading : WORDS.more,
    );
  }

  #row(row, view) {
    const did = view.done.get(row.id);
    const shown = rowLook(row, did);
    const tickable = !view.most && !view.dismissed && !did;
    return h(
      "li",
      {
        key: row.id,
        class: `save save-${shown.tone}`,
        "data-row": row.id,
        "data-state": did?.state ?? row.state ?? "open",
      },
      tickable
        ? h("input", {
            key: "tick",
            type: "checkbox",
            class: "checkbox",
            "aria-label": WORDS.tick(shown.title),
            checked: view.ticked.has(row.id),
            onchange: () => this.send("tick-row", { id: row.id }),
          })
        : h("affix-icon", { key: "icon", name: shown.icon ?? "message" }),
      h(
        "div",
        { class: "save-text" },
        h("p", { class: "line-title" }, shown.title),
        h(
          "p",
          { class: "caption" },
          shown.about,
          shown.files && h("span", { class: "hidden-text" }, ` (${WORDS.files})`),
          shown.files && h("affix-icon", { name: "attach" }),
        ),
        shown.words && h("p", { key: "words", class: "save-state" }, h("strong", {}, shown.words)),
        shown.reason && h("p", { key: "reason", class: "save-reason" }, shown.reason),
        shown.presence.map((words) =>
          h(
            "p",
            { key: words, class: "sign save-colleague caption" },
            h("affix-icon", { name: "colleague" }),
            h("span", {}, words),
          ),
        ),
        this.#actions(row, did, shown.title, view),
        view.choosing === row.id && h("affix-search", { key: "work", view: view.search }),
      ),
    );
  }

  #actions(row, did, title, view) {
    const send = (name, detail) => () => this.send(name, { row, ...detail });
    if (view.dismissed) return links(link("restore", WORDS.restore, WORDS.restoreOf(title), send("restore-row")));
    if (did?.state === "saving") return null;
    const again = did?.state === "failed" && link("retry", WORDS.retry, WORDS.retryOf(title), send("retry-row"));
    const undo = link("undo", WORDS.undo, WORDS.undoOf(title), send("undo-row"));
    if (did) return links(again, (did.save || did.state === "dismissed") && undo);
    const { suggestion } = row;
    return [
      suggestion &&
        h(
          "div",
          { key: "suggestion", class: "suggestion" },
          h(
            "button",
            {
              type: "button",
              class: "button button-small",
              "aria-label": WORDS.saveOf(suggestion.name, title),
              onclick: send("save-row", { record: suggestion }),
            },
            h("affix-icon", { name: recordIcon(suggestion) }),
            h("span", {}, WORDS.save(suggestion.name)),
          ),
          h("span", { class: "caption" }, suggestion.because),
        ),
      links(
        link("other", WORDS.other, WORDS.otherOf(title), () => this.send("find-record", { id: row.id }), {
          "aria-expanded": String(view.choosing === row.id),
        }),
        link("dismiss", WORDS.dismiss, WORDS.dismissOf(title), () => this.send("dismiss-rows", { rows: [row] })),
      ),
    ];
  }

  #foot(view) {
    const { ticked, done, rows, dismissed } = view;
    if (ticked.size) return this.#chosen(view);
    const asked = [...done.values()].filter(({ state }) => state !== "dismissed");
    const finished = asked.filter(({ state }) => state !== "saving").length;
    return [
      asked.length > 1 &&
        finished < asked.length &&
        h("progress", {
          key: "progress",
          class: "progress",
          max: asked.length,
          value: finished,
          "aria-label": WORDS.progress(finished, asked.length),
        }),
      rows &&
        h(
          "button",
          {
            key: "turn",
            type: "button",
            class: "link link-icon",
            onclick: () => this.send("show-dismissed", { dismissed: !dismissed }),
          },
          h("affix-icon", { name: dismissed ? "inbox" : "left-out" }),
          dismissed ? WORDS.showOpen : WORDS.showDismissed,
        ),
    ];
  }

  #chosen({ rows, ticked, choosing, search }) {
    const chosen = rows.filter(({ id }) => ticked.has(id));
    const fitting = chosen.filter(({ suggestion }) => suggestion).length;
    return h(
      "div",
      { key: "footer", class: "footer" },
      h("p", { class: "caption" }, WORDS.chosen(chosen.length)),
      choosing === "chosen" && h("affix-search", { key: "work", view: search }),
      h(
        "div",
        { class: "buttons" },
        fitting > 0 &&
          h(
            "button",
            {
              key: "suggested",
              type: "button",
              class: "button button-primary",
              onclick: () => this.send("save-suggested"),
            },
            WORDS.asSuggested(fitting),
          ),
        h(
          "button",
          {
            key: "one",
            type: "button",
            class: "button",
            "aria-expanded": String(choosing === "chosen"),
            onclick: () => this.send("find-record", { id: "chosen" }),
          },
          WORDS.toOne,
        ),
        h(
          "button",
          { key: "dismiss", type: "button", class: "button", onclick: () => this.send("dismiss-rows", { rows: chosen }) },
          WORDS.dismiss,
        ),
      ),
    );
  }
}

function links(...found) {
  return h("div", { key: "links", class: "links" }, found);
}

function link(key, label, spoken, onclick, more = {}) {
  return h("button", { key, type: "button", class: "link", "aria-label": spoken, onclick, ...more }, label);
}

customElements.define("affix-worklist", Worklist);
