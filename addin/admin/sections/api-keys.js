/** The keys with which programs use the account API. A key is shown once, when it is made. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { day, moment } from "../format.js";
import { button, checkbox, empty, pill, selectField, table, textField } from "../parts.js";
import { Section } from "../section.js";

const DAYS = [30, 90, 365, 730];
const USUAL_DAYS = 365;
const TONES = { active: "good", expired: "warning", revoked: "quiet" };
const text = words.apiKeys;

export class ApiKeys extends Section {
  #keys = [];
  #scopes = [];
  #draft = { name: "", scopes: new Set(), days: USUAL_DAYS };

  get title() {
    return words.sections["api-keys"];
  }

  get lead() {
    return text.lead;
  }

  async load() {
    [this.#scopes, this.#keys] = await Promise.all([this.api.apiScopes(), this.api.apiKeys()]);
  }

  actions() {
    return [button(text.make, () => this.#openForm(), { look: "primary", sign: "plus" })];
  }

  body() {
    if (this.#keys.length === 0)
      return empty(
        "program",
        text.none,
        text.noneText,
        button(text.make, () => this.#openForm(), { look: "primary" }),
      );
    const rows = this.#keys.map((each) => ({
      key: each.id,
      quiet: each.state !== "active",
      cells: [
        [h("strong", {}, each.name), h("code", { class: "caption" }, `${each.prefix}_…`)],
        [
          pill(TONES[each.state] ?? "info", text.states[each.state] ?? each.state),
          h("span", { class: "caption" }, this.#end(each)),
        ],
        each.scopes.join(", "),
        each.lastUsedAt ? moment(each.lastUsedAt) : text.never,
        [
          h("span", {}, moment(each.createdAt)),
          h("span", { class: "caption" }, words.licenses.by(this.#maker(each.createdBy))),
        ],
        [
          button(text.uses, () => this.#showUses(each), {
            look: "subtle",
            busy: this.isBusy(`uses-${each.id}`),
            about: each.name,
          }),
          each.state === "active" && button(text.revoke, () => this.#revoke(each), { look: "subtle", about: each.name }),
        ],
      ],
    }));
    return table({ label: this.title, columns: text.columns, rows, last: true });
  }

  // Actions

  #openForm() {
    this.#draft = { name: "", scopes: new Set(), days: USUAL_DAYS };
    this.app.open(() => this.#form());
  }

  #make() {
    return this.act("make", () => this.#made(), text.made);
  }

  /** The key is shown before anything else can fail: there is no second time. */
  async #made() {
    const { name, scopes, days } = this.#draft;
    const { key } = await this.api.makeApiKey({ name: name.trim(), scopes: [...scopes], expiresInDays: days });
    this.app.open(() => this.#shown(key));
    await this.refresh();
  }

  #revoke({ id, name }) {
    this.app.confirm({
      title: text.revokeTitle,
      text: text.revokeText(name),
      label: text.revoke,
      done: text.revoked,
      work: async () => {
        await this.api.revokeApiKey(id);
        await this.refresh();
      },
    });
  }

  #showUses(key) {
    return this.act(`uses-${key.id}`, async () => {
      const { uses } = await this.api.apiKeyUses(key.id);
      this.app.open(() => this.#usesOf(key, uses));
    });
  }

  // Private

  #end({ revokedAt, expiresAt }) {
    return revokedAt ? moment(revokedAt) : text.until(day(expiresAt));
  }

  #maker(person) {
    return person ? person.name || person.address : text.operator;
  }

  #form() {
    const { name, scopes, days } = this.#draft;
    return {
      key: "form",
      title: text.make,
      body: [
        textField("key-name", text.name, name, (value) => this.#drafted({ name: value }), {
          needed: true,
          hint: text.nameHint,
          autocomplete: "off",
          maxlength: 100,
        }),
        h(
          "fieldset",
          { class: "fieldset boxed", key: "scopes" },
          h("legend", { class: "field-label" }, text.scopes),
          this.#scopes.map((each) =>
            checkbox(each.name, scopes.has(each.name), (isOn) => this.#tick(each.name, isOn), {
              hint: each.title,
              key: each.name,
            }),
          ),
        ),
        selectField(
          "key-days",
          text.term,
          String(days),
          DAYS.map((each) => [String(each), text.days(each)]),
          (value) => this.#drafted({ days: Number(value) }),
        ),
      ],
      buttons: [
        button(text.makeButton, () => this.#make(), {
          look: "primary",
          key: "do",
          busy: this.isBusy("make"),
          off: !name.trim() || scopes.size === 0,
        }),
        button(words.cancel, () => this.app.close(), { key: "cancel" }),
      ],
    };
  }

  #drafted(change) {
    Object.assign(this.#draft, change);
    this.redraw();
  }

  #tick(name, isOn) {
    if (isOn) this.#draft.scopes.add(name);
    else this.#draft.scopes.delete(name);
    this.redraw();
  }

  #shown(key) {
    return {
      key: "key",
      title: text.keyTitle,
      body: [
        h("p", { key: "text" }, text.keyText),
        h("p", { key: "key" }, h("code", { class: "code-block", id: "api-key" }, key)),
      ],
      buttons: [
        button(words.copy, () => this.app.copy(key), { look: "primary", sign: "copy", key: "copy" }),
        button(words.done, () => this.app.close(), { key: "done" }),
      ],
    };
  }

  #usesOf({ name }, uses) {
    const rows = uses.map((each) => ({
      key: each.id,
      cells: [moment(each.at), h("code", {}, `${each.method} ${each.route}`), each.account ?? "", each.status ?? "–"],
    }));
    return {
      key: "uses",
      title: text.usesTitle(name),
      wide: true,
      body: rows.length === 0 ? h("p", {}, text.noUses) : table({ label: text.uses, columns: text.useColumns, rows }),
      buttons: [button(words.close, () => this.app.close(), { key: "close" })],
    };
  }
}
