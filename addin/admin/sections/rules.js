/** All rules of the organisation: found, paused, taken over and removed. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { day, number, shortDay } from "../format.js";
import { button, empty, pill, selectField, table, textField } from "../parts.js";
import { ListSection } from "../list-section.js";

const TONES = { active: "good", paused: "quiet", stopped: "bad", removed: "quiet" };
const TYPING_MS = 300;
const MOST_NAMED = 3;
const text = words.rules;

export class Rules extends ListSection {
  filters = {
    q: this.argument && !this.argument.includes("@") ? this.argument : "",
    mailbox: this.argument?.includes("@") ? this.argument : "",
    state: "",
  };
  #mailboxes = null;

  get title() {
    return words.sections.rules;
  }

  get lead() {
    return text.lead;
  }

  async page(cursor) {
    const [{ rules, next }, mailboxes] = await Promise.all([
      this.api.rules({ ...this.filters, cursor }),
      this.#mailboxes ?? this.api.mailboxes(),
    ]);
    this.#mailboxes = mailboxes;
    return { rows: rules, next };
  }

  actions() {
    return [button(text.whole, () => this.app.go("matching"), { look: "primary", sign: "plus" })];
  }

  body() {
    return [
      h(
        "div",
        { class: "filters", role: "search" },
        textField("q", text.search, this.filters.q, (q) => this.filter({ q }, TYPING_MS), { type: "search" }),
        selectField(
          "mailbox",
          text.mailbox,
          this.filters.mailbox,
          [["", words.all], ...this.#mailboxes.map(({ address }) => [address, address])],
          (mailbox) => this.filter({ mailbox }),
        ),
        selectField(
          "state",
          text.state,
          this.filters.state,
          [["", words.all], ...Object.entries(text.states)],
          (state) => this.filter({ state }),
        ),
      ),
      this.rows.length > 0 ? this.#table() : this.#nothing(),
      this.more(),
    ];
  }

  // Actions

  #change(rule, change, done) {
    return this.act(rule.id, async () => this.#put(await this.api.changeRule(rule.id, change)), done);
  }

  #takeOver(rule) {
    const carrier = nameOf(rule.carriedBy ?? rule.madeBy);
    this.app.confirm({
      title: text.takeOverTitle,
      text: [text.takeOverText(rule.title, carrier), text.takeOverRight],
      label: text.takeOver,
      done: text.takenOver(rule.title),
      work: async () => this.#put(await this.api.changeRule(rule.id, { owner: "me" })),
    });
  }

  /** Only who carries a rule may remove it, so that somebody else's is taken over first. */
  #remove(rule) {
    this.app.confirm({
      title: text.removeTitle,
      text: [
        rule.mayRemove
          ? text.removeText(rule.title)
          : text.removeOthers(rule.title, nameOf(rule.carriedBy ?? rule.madeBy)),
        text.removeStays,
      ],
      label: rule.mayRemove ? text.remove : text.takeOverAndRemove,
      done: text.removed(rule.title),
      work: async () => {
        if (!rule.mayRemove) await this.#takeOverIfPossible(rule);
        await this.api.removeRule(rule.id);
        this.rows = this.rows.filter(({ id }) => id !== rule.id);
      },
    });
  }

  // Private

  /** Where administrators may not read the mailbox themselves, the service lets them remove the rule as it is. */
  async #takeOverIfPossible(rule) {
    try {
      await this.api.changeRule(rule.id, { owner: "me" });
    } catch (error) {
      if (error?.code !== "mailbox_access_denied") throw error;
    }
  }

  /** The list says less of a conversation than its own answer does, and so it stays. */
  #put(changed) {
    this.rows = this.rows.map((each) =>
      each.id === changed.id ? { ...each, ...changed, title: each.title, mailboxes: each.mailboxes } : each,
    );
  }

  #table() {
    const rows = this.rows.map((rule) => ({
      key: rule.id,
      quiet: rule.state === "removed",
      cells: [
        this.#rule(rule),
        this.#where(rule),
        this.#state(rule),
        this.#people(rule),
        this.#saved(rule),
        this.#buttons(rule),
      ],
    }));
    return table({ label: this.title, columns: text.columns, rows, last: true });
  }

  #rule({ title, record, kind }) {
    return [
      h("strong", {}, title),
      h("span", { class: "caption" }, record ? text.to(record.name || record.id) : text.toWhoFits),
      h("span", { class: "hidden-text" }, text.kinds[kind] ?? kind),
    ];
  }

  #where({ mailbox, mailboxes, mailboxCount }) {
    if (mailbox) return mailbox.address;
    return [
      text.everywhere,
      mailboxes?.length > 0 &&
        h(
          "span",
          { class: "caption" },
          text.mailboxes(
            mailboxCount ?? mailboxes.length,
            mailboxes.slice(0, MOST_NAMED).map(({ address }) => address),
          ),
        ),
    ];
  }

  #state({ state, reason }) {
    return [
      pill(TONES[state] ?? "info", text.states[state] ?? state),
      reason && h("span", { class: "caption" }, reason),
    ];
  }

  #people({ madeBy, carriedBy, byApplication, createdAt }) {
    const [made, carried] = [nameOf(madeBy), nameOf(carriedBy)];
    return [
      h("span", {}, byApplication ? text.byApplication : text.carriedBy(carried ?? made)),
      made && made !== carried && h("span", { class: "caption" }, text.madeBy(made)),
      createdAt && h("span", { class: "caption" }, text.since(day(createdAt))),
    ];
  }

  #saved({ saved }) {
    return [
      h("span", {}, number(saved?.count ?? 0)),
      saved?.lastAt && h("span", { class: "caption" }, text.last(shortDay(saved.lastAt.slice(0, 10)))),
    ];
  }

  #buttons(rule) {
    if (rule.state === "removed") return null;
    const mine = (rule.carriedBy ?? rule.madeBy)?.me === true;
    const [busy, about] = [this.isBusy(rule.id), rule.title];
    return [
      rule.state === "active" &&
        button(text.pause, () => this.#change(rule, { state: "paused" }, text.paused(rule.title)), {
          look: "subtle",
          busy,
          about,
        }),
      (rule.state === "paused" || (rule.state === "stopped" && mine)) &&
        button(text.resume, () => this.#change(rule, { state: "active" }, text.resumed(rule.title)), {
          look: "subtle",
          busy,
          about,
        }),
      !mine && button(text.takeOver, () => this.#takeOver(rule), { look: "subtle", about }),
      button(text.remove, () => this.#remove(rule), { look: "subtle", about }),
    ];
  }

  #nothing() {
    const isFiltered = Object.values(this.filters).some(Boolean);
    if (!isFiltered)
      return empty(
        "autopilot",
        text.none,
        text.noneText,
        button(text.whole, () => this.app.go("matching"), { look: "primary" }),
      );
    return empty(
      "search",
      words.noMatch,
      null,
      button(words.showAll, () => this.filter({ q: "", mailbox: "", state: "" })),
    );
  }
}

export function nameOf(person) {
  return person ? person.name || person.address : null;
}
