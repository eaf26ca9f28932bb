/** What people did in Affix, newest first: found by filters, and as a file. Never what mail says. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { moment, startOf } from "../format.js";
import { button, empty, pill, selectField, table, textField } from "../parts.js";
import { ListSection } from "../list-section.js";

const TYPING_MS = 300;
const text = words.audit;

export class Audit extends ListSection {
  filters = { from: "", to: "", kind: "", q: this.argument ?? "" };
  #person = null;

  get title() {
    return words.sections.audit;
  }

  get lead() {
    return text.lead;
  }

  async page(cursor) {
    const { audit, next } = await this.api.audit({ ...this.#asked(), cursor });
    return { rows: audit, next };
  }

  actions() {
    return [button(text.file, () => this.#save(), { sign: "download", busy: this.isBusy("file") })];
  }

  body() {
    const { from, to, kind, q } = this.filters;
    return [
      h(
        "div",
        { class: "filters", role: "search" },
        textField("from", text.from, from, (value) => this.filter({ from: value }), { type: "date", max: to || null }),
        textField("to", text.to, to, (value) => this.filter({ to: value }), { type: "date", min: from || null }),
        selectField("kind", text.kind, kind, [["", words.all], ...Object.entries(text.kinds)], (value) =>
          this.filter({ kind: value }),
        ),
        textField("q", text.words, q, (value) => this.filter({ q: value }, TYPING_MS), { type: "search" }),
        this.#person &&
          button(text.onlyOf(this.#person.name || this.#person.address), () => this.#of(null), { sign: "close" }),
      ),
      this.rows.length > 0 ? this.#table() : this.#nothing(),
      this.more(),
    ];
  }

  // Actions

  #of(person) {
    this.#person = person;
    this.filter({});
  }

  #save() {
    return this.act(
      "file",
      async () => {
        const file = await this.api.auditFile(this.#asked());
        const link = Object.assign(document.createElement("a"), {
          href: URL.createObjectURL(file),
          download: text.fileName(new Date().toISOString().slice(0, 10)),
        });
        link.click();
        URL.revokeObjectURL(link.href);
      },
      text.saved,
    );
  }

  // Private

  /** Both days are meant whole. */
  #asked() {
    const { from, to, kind, q } = this.filters;
    return { from: startOf(from), to: startOf(to, 1), kind, q: q.trim(), person: this.#person?.id };
  }

  #table() {
    const rows = this.rows.map((line) => ({
      key: line.id,
      cells: [
        h("span", { class: "one-line" }, moment(line.at)),
        [
          h("span", {}, line.words),
          line.record && h("span", { class: "caption" }, line.record.name ?? line.record.id ?? line.record),
        ],
        pill("info", text.kinds[line.kind] ?? line.kind),
        this.#who(line.person),
        line.mailbox ? (line.mailbox.address ?? line.mailbox) : "",
      ],
    }));
    return table({ label: this.title, columns: text.columns, rows });
  }

  #who(person) {
    if (!person) return text.affix;
    const name = person.name || person.address || String(person);
    return person.id
      ? h("button", { type: "button", class: "link", title: text.onlyOf(name), onclick: () => this.#of(person) }, name)
      : name;
  }

  #nothing() {
    const isFiltered = Object.values(this.#asked()).some(Boolean);
    if (!isFiltered) return empty("history", text.none, null);
    return empty(
      "search",
      words.noMatch,
      null,
      button(words.showAll, () => this.#showAll()),
    );
  }

  #showAll() {
    this.#person = null;
    this.filter({ from: "", to: "", kind: "", q: "" });
  }
}
