/** Addresses and domains for which Autopilot saves nothing, anywhere in the organisation. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { asExclusion, linesOf } from "../entries.js";
import { moment } from "../format.js";
import { areaField, button, empty, inlineForm, pill, table, textField } from "../parts.js";
import { Section } from "../section.js";

const text = words.exclusions;

export class Exclusions extends Section {
  #exclusions = [];
  #q = "";
  #value = "";
  #note = "";
  #many = "";
  #outcome = null;

  get title() {
    return words.sections.exclusions;
  }

  get lead() {
    return text.lead;
  }

  async load() {
    this.#exclusions = await this.api.exclusions();
  }

  actions() {
    return [button(text.many, () => this.#openMany(), { sign: "plus" })];
  }

  body() {
    const q = this.#q.trim().toLowerCase();
    const shown = this.#exclusions.filter(({ value, note }) => `${value} ${note ?? ""}`.toLowerCase().includes(q));
    return [
      this.#form(),
      this.#exclusions.length > 0 &&
        h(
          "div",
          { class: "filters", role: "search", key: "search" },
          textField("q", text.search, this.#q, (value) => this.#find(value), { type: "search" }),
        ),
      this.#exclusions.length === 0
        ? empty("left-out", text.none, text.noneText)
        : shown.length === 0
          ? empty(
              "search",
              words.noMatch,
              null,
              button(words.showAll, () => this.#find("")),
            )
          : this.#table(shown),
    ];
  }

  // Actions

  #find(q) {
    this.#q = q;
    this.redraw();
  }

  #submit(event) {
    event.preventDefault();
    if (!this.#value.trim()) return document.getElementById("value").focus();
    return this.act("add", () => this.#add(), text.added);
  }

  async #add() {
    const note = this.#note.trim();
    const { value } = await this.api.exclude({ ...asExclusion(this.#value), ...(note && { note }) });
    await this.refresh();
    [this.#value, this.#note] = ["", ""];
    return value;
  }

  #remove({ id, value }) {
    return this.act(
      id,
      async () => {
        await this.api.include(id);
        await this.refresh();
      },
      text.removed(value),
    );
  }

  #openMany() {
    [this.#many, this.#outcome] = ["", null];
    this.app.open(() => this.#manyDialog());
  }

  /** One after the other; what is refused is said line by line, and the others are in. */
  async #addMany() {
    const lines = linesOf(this.#many);
    const outcome = { all: lines.length, added: 0, refused: [] };
    this.#outcome = outcome;
    await this.act("many", async () => {
      for (const line of lines) {
        try {
          await this.api.exclude(asExclusion(line));
          outcome.added += 1;
        } catch (error) {
          if (error?.status !== 400 && error?.status !== 409) throw error;
          outcome.refused.push({ line, why: error.said });
        }
        this.redraw();
      }
      await this.refresh();
    });
    this.#many = outcome.refused.map(({ line }) => line).join("\n");
    if (outcome.added === outcome.all) this.app.close();
    if (outcome.added > 0) this.app.say(text.addedMany(outcome.added));
    this.redraw();
  }

  // Private

  #form() {
    return inlineForm(
      text.addTitle,
      (event) => this.#submit(event),
      textField("value", text.value, this.#value, (value) => (this.#value = value), {
        needed: true,
        autocomplete: "off",
        hint: text.valueHint,
      }),
      textField("note", text.note, this.#note, (value) => (this.#note = value), {
        autocomplete: "off",
        hint: text.noteHint,
      }),
      button(text.add, () => null, { look: "primary", type: "submit", busy: this.isBusy("add") }),
    );
  }

  #table(shown) {
    const rows = shown.map((each) => ({
      key: each.id,
      cells: [
        [h("strong", {}, each.value), each.note && h("span", { class: "caption" }, each.note)],
        pill("info", text.kinds[each.kind]),
        [
          each.createdAt && h("span", {}, moment(each.createdAt)),
          each.by && h("span", { class: "caption" }, words.licenses.by(each.by.name || each.by.address)),
        ],
        button(text.remove, () => this.#remove(each), {
          look: "subtle",
          busy: this.isBusy(each.id),
          about: each.value,
        }),
      ],
    }));
    return table({ label: this.title, columns: text.columns, rows, last: true });
  }

  #manyDialog() {
    const count = linesOf(this.#many).length;
    const done = this.#outcome && this.#outcome.added + this.#outcome.refused.length;
    const isBusy = this.isBusy("many");
    return {
      title: text.many,
      body: [
        areaField("many", text.manyField, this.#many, (value) => this.#typed(value), { rows: 10, hint: text.manyHint }),
        isBusy &&
          h(
            "div",
            { key: "progress" },
            h("progress", {
              class: "seats-bar",
              max: String(this.#outcome.all),
              value: String(done),
              "aria-label": text.manyGoing(done, this.#outcome.all),
            }),
            h("p", { class: "caption" }, text.manyGoing(done, this.#outcome.all)),
          ),
        !isBusy &&
          this.#outcome?.refused.length > 0 &&
          h(
            "div",
            { key: "refused", role: "alert" },
            h("p", {}, text.refused(this.#outcome.refused.length)),
            h(
              "ul",
              { class: "plain" },
              this.#outcome.refused.map(({ line, why }) => h("li", { key: line, class: "error" }, `${line}: ${why}`)),
            ),
          ),
      ],
      buttons: [
        button(text.addMany(count), () => this.#addMany(), {
          look: "primary",
          key: "add",
          busy: isBusy,
          off: count === 0,
        }),
        button(words.close, () => this.app.close(), { key: "close" }),
      ],
    };
  }

  #typed(value) {
    this.#many = value;
    this.redraw();
  }
}
