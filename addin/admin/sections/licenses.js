/** Licences for Autopilot: how many seats there are, which mailboxes have one, giving and taking away. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { day, moment, startOf } from "../format.js";
import { button, empty, inlineForm, pill, table, textField } from "../parts.js";
import { Section } from "../section.js";

const TONES = { active: "good", licensed: "good", expired: "bad" };
const text = words.licenses;

export class Licenses extends Section {
  #licenses = [];
  #seats = null;
  // Whose licence a link asks for: renewed by assigning it again.
  #address = this.argument ?? "";
  #until = "";

  get title() {
    return words.sections.licenses;
  }

  get lead() {
    return text.lead;
  }

  async load() {
    const { licenses, seats } = await this.api.licenses();
    this.#licenses = licenses;
    this.#seats = seats;
  }

  body() {
    return [
      this.#usage(),
      this.#form(),
      this.#licenses.length > 0 ? this.#table() : empty("license", text.none, text.noneText),
    ];
  }

  // Actions

  #submit(event) {
    event.preventDefault();
    if (!this.#address.trim()) return document.getElementById("address").focus();
    return this.act("assign", () => this.#assign(), text.assigned);
  }

  async #assign() {
    const mailbox = this.#address.trim();
    // The licence holds to the end of the day that was chosen.
    const expiresAt = startOf(this.#until, 1);
    await this.api.assignLicense({ mailbox, ...(expiresAt && { expiresAt }) });
    await this.refresh();
    [this.#address, this.#until] = ["", ""];
    return mailbox;
  }

  #end({ id, mailbox }) {
    this.app.confirm({
      title: text.endTitle,
      text: [text.endText(mailbox), text.endRules],
      label: text.end,
      done: text.ended(mailbox),
      work: async () => {
        await this.api.endLicense(id);
        await this.refresh();
      },
    });
  }

  // Private

  #usage() {
    const { taken, all } = this.#seats;
    return h(
      "section",
      { class: "panel", key: "seats", "aria-labelledby": "seats-title" },
      h("h2", { id: "seats-title" }, text.seatsTitle),
      h("p", { class: "seats-words" }, text.seats(taken, all)),
      all !== null &&
        h("progress", {
          class: "seats-bar",
          max: String(all),
          value: String(Math.min(taken, all)),
          "aria-label": text.seats(taken, all),
        }),
      all !== null && taken >= all && h("p", { class: "warning" }, text.full),
    );
  }

  #form() {
    return inlineForm(
      text.assign,
      (event) => this.#submit(event),
      textField("address", text.address, this.#address, (value) => (this.#address = value), {
        type: "email",
        needed: true,
        autocomplete: "off",
        hint: text.addressHint,
      }),
      textField("until", text.untilField, this.#until, (value) => (this.#until = value), {
        type: "date",
        hint: text.untilHint,
      }),
      button(text.assignButton, () => null, { look: "primary", type: "submit", busy: this.isBusy("assign") }),
    );
  }

  #table() {
    const rows = this.#licenses.map((each) => ({
      key: each.mailbox,
      cells: [
        h("strong", {}, each.mailbox),
        pill(TONES[each.state] ?? "info", text.states[each.state] ?? each.state),
        [
          h("span", {}, moment(each.assignedAt)),
          each.assignedBy && h("span", { class: "caption" }, text.by(each.assignedBy.name || each.assignedBy.address)),
        ],
        each.expiresAt ? day(each.expiresAt) : text.noEnd,
        button(text.end, () => this.#end(each), { look: "subtle", about: each.mailbox }),
      ],
    }));
    return table({ label: this.title, columns: text.columns, rows, last: true });
  }
}
