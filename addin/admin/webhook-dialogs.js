/** The dialogs of webhooks: a form for one, and its secret, which is shown this one time. */

import { h } from "../js/dom.js";
import { words } from "../texts/en/admin.js";
import { button, checkbox, textField } from "./parts.js";

const text = words.webhooks;

/** `section` asks the service and draws; `events` are all that there are; `hook` is changed, or null for a new one. */
export class WebhookForm {
  #section;
  #events;
  #hook;
  #draft;

  constructor(section, events, hook) {
    this.#section = section;
    this.#events = events;
    this.#hook = hook;
    const chosen = hook?.events ?? events.map(({ name }) => name);
    this.#draft = { url: hook?.url ?? "", title: hook?.title ?? "", events: new Set(chosen) };
  }

  open() {
    this.#section.app.open(() => this.#form());
  }

  // Private

  #submit() {
    return this.#section.act("form", () => this.#save(), this.#hook ? text.changed : text.added);
  }

  /** A secret is shown before anything else can fail: there is no second time. */
  async #save() {
    const { url, title, events } = this.#draft;
    const wanted = { url: url.trim(), title: title.trim(), events: [...events] };
    const { api, app } = this.#section;
    if (this.#hook) {
      await api.changeWebhook(this.#hook.id, wanted);
      app.close();
    } else showSecret(app, (await api.addWebhook(wanted)).secret);
    await this.#section.refresh();
  }

  #form() {
    const { url, title, events } = this.#draft;
    const isOff = !url.trim() || events.size === 0;
    return {
      key: "form",
      title: this.#hook ? text.change : text.add,
      body: [
        textField("url", text.url, url, (value) => this.#drafted({ url: value }), {
          type: "url",
          needed: true,
          hint: text.urlHint,
          autocomplete: "off",
        }),
        textField("hook-title", text.name, title, (value) => this.#drafted({ title: value }), {
          hint: text.nameHint,
          autocomplete: "off",
        }),
        h(
          "fieldset",
          { class: "fieldset boxed", key: "events" },
          h("legend", { class: "field-label" }, text.events),
          this.#events.map((each) =>
            checkbox(each.title, events.has(each.name), (isOn) => this.#tick(each.name, isOn), {
              hint: each.name,
              key: each.name,
            }),
          ),
        ),
      ],
      buttons: [
        button(this.#hook ? words.save : text.addButton, () => this.#submit(), {
          look: "primary",
          key: "do",
          busy: this.#section.isBusy("form"),
          off: isOff,
        }),
        button(words.cancel, () => this.#section.app.close(), { key: "cancel" }),
      ],
    };
  }

  #drafted(change) {
    Object.assign(this.#draft, change);
    this.#section.redraw();
  }

  #tick(name, isOn) {
    if (isOn) this.#draft.events.add(name);
    else this.#draft.events.delete(name);
    this.#section.redraw();
  }
}

/** @param {import("./app.js").App} app */
export function showSecret(app, secret) {
  app.open(() => ({
    key: "secret",
    title: text.secretTitle,
    body: [
      h("p", { key: "text" }, text.secretText),
      h("p", { key: "secret" }, h("code", { class: "code-block", id: "secret" }, secret)),
    ],
    buttons: [
      button(words.copy, () => app.copy(secret), { look: "primary", sign: "copy", key: "copy" }),
      button(words.done, () => app.close(), { key: "done" }),
    ],
  }));
}
