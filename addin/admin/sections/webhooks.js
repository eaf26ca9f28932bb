/** Addresses that hear of what happens in Affix. One of them by itself is in webhook.js. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { moment } from "../format.js";
import { button, empty, table } from "../parts.js";
import { Section } from "../section.js";
import { WebhookForm } from "../webhook-dialogs.js";
import { eventsOf, stateOf } from "../webhook-looks.js";

const text = words.webhooks;

export class Webhooks extends Section {
  #webhooks = [];
  #events = [];

  get title() {
    return words.sections.webhooks;
  }

  get lead() {
    return text.lead;
  }

  async load() {
    const [{ events }, webhooks] = await Promise.all([this.api.webhookEvents(), this.api.webhooks()]);
    [this.#events, this.#webhooks] = [events, webhooks];
  }

  actions() {
    return [button(text.add, () => this.#add(), { look: "primary", sign: "plus" })];
  }

  body() {
    if (this.#webhooks.length === 0)
      return empty(
        "webhook",
        text.none,
        text.noneText,
        button(text.add, () => this.#add(), { look: "primary" }),
      );
    const rows = this.#webhooks.map((hook) => ({
      key: hook.id,
      cells: [
        [
          h("a", { class: "text-link", href: `#/webhooks/${hook.id}` }, hook.title || hook.url),
          hook.title && h("span", { class: "caption" }, hook.url),
        ],
        stateOf(hook),
        eventsOf(hook.events, this.#events),
        [
          h("span", {}, moment(hook.lastDeliveredAt) || text.never),
          hook.waiting > 0 && h("span", { class: "caption" }, text.waiting(hook.waiting)),
        ],
      ],
    }));
    return table({ label: this.title, columns: text.columns, rows });
  }

  // Actions

  #add() {
    new WebhookForm(this, this.#events, null).open();
  }
}
