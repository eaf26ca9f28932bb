/** Addresses that hear of what happens in Affix: made, paused, tried, and every delivery with what was answered. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { moment, startOf } from "../format.js";
import { button, checkbox, empty, note, pill, selectField, table, textField } from "../parts.js";
import { Section } from "../section.js";

const TONES = { active: "good", paused: "quiet", ended: "bad" };
const DELIVERY_TONES = { delivered: "good", waiting: "info", failed: "bad" };
const text = words.webhooks;

export class Webhooks extends Section {
  #webhooks = [];
  #events = [];
  #hook = null;
  #deliveries = [];
  #next = null;
  #state = "";
  #draft = null;
  #secret = null;
  #shown = null;

  get title() {
    return this.#hook ? this.#hook.title || this.#hook.url : words.sections.webhooks;
  }

  get lead() {
    return this.#hook ? this.#hook.url : text.lead;
  }

  async load() {
    const [{ events }] = await Promise.all([
      this.api.webhookEvents(),
      this.argument ? this.#loadOne() : this.#loadAll(),
    ]);
    this.#events = events;
  }

  actions() {
    if (!this.argument) return [button(text.add, () => this.#openForm(null), { look: "primary", sign: "plus" })];
    const isActive = this.#hook.state === "active";
    return [
      button(text.test, () => this.#test(), { sign: "webhook", busy: this.isBusy("test") }),
      button(isActive ? text.pause : text.resume, () => this.#setState(isActive ? "paused" : "active"), {
        busy: this.isBusy("state"),
      }),
      button(text.change, () => this.#openForm(this.#hook)),
      button(text.newSecret, () => this.#renew()),
      button(text.remove, () => this.#remove()),
    ];
  }

  body() {
    return this.argument ? this.#one() : this.#all();
  }

  // Asking

  async #loadAll() {
    this.#webhooks = await this.api.webhooks();
  }

  async #loadOne() {
    const [hook] = await Promise.all([this.api.webhook(this.argument), this.#loadDeliveries()]);
    this.#hook = hook;
  }

  async #loadDeliveries() {
    const { deliveries, next } = await this.api.deliveries(this.argument, { state: this.#state, limit: 50 });
    [this.#deliveries, this.#next] = [deliveries, next];
  }

  // Actions

  #openForm(hook) {
    this.#draft = {
      id: hook?.id ?? null,
      url: hook?.url ?? "",
      title: hook?.title ?? "",
      events: new Set(hook?.events ?? this.#events.map(({ name }) => name)),
    };
    this.app.open(() => this.#form());
  }

  async #submit() {
    const { id, url, title, events } = this.#draft;
    const wanted = { url: url.trim(), title: title.trim(), events: [...events] };
    const isDone = await this.act(
      "form",
      async () => {
        if (id) await this.api.changeWebhook(id, wanted);
        else this.#secret = (await this.api.addWebhook(wanted)).secret;
        await (this.argument ? this.#loadOne() : this.#loadAll());
      },
      id ? text.changed : text.added,
    );
    if (!isDone) return;
    if (id) this.app.close();
    else this.#showSecret();
  }

  #showSecret() {
    this.app.open(() => this.#secretDialog());
  }

  #renew() {
    this.app.confirm({
      title: text.newSecret,
      text: text.newSecretText,
      label: text.newSecret,
      name: "renew",
      work: async () => {
        this.#secret = (await this.api.changeWebhook(this.argument, { newSecret: true })).secret;
        this.#showSecret();
      },
    });
  }

  #setState(state) {
    return this.act(
      "state",
      async () => {
        await this.api.changeWebhook(this.argument, { state });
        await this.#loadOne();
      },
      state === "active" ? text.resumed : text.paused,
    );
  }

  #test() {
    return this.act(
      "test",
      async () => {
        await this.api.testWebhook(this.argument);
        await this.#loadOne();
      },
      text.tested,
    );
  }

  #remove() {
    this.app.confirm({
      title: text.removeTitle,
      text: text.removeText(this.title),
      label: text.remove,
      done: text.removed,
      work: async () => {
        await this.api.removeWebhook(this.argument);
        this.app.go("webhooks");
      },
    });
  }

  #filter(state) {
    this.#state = state;
    return this.act("refresh", () => this.#loadDeliveries());
  }

  #more() {
    return this.act("more", async () => {
      const { deliveries, next } = await this.api.deliveries(this.argument, {
        state: this.#state,
        limit: 50,
        cursor: this.#next,
      });
      this.#deliveries.push(...deliveries);
      this.#next = next;
    });
  }

  #show(delivery) {
    return this.act(`show ${delivery.id}`, async () => {
      this.#shown = await this.api.delivery(this.argument, delivery.id);
      this.app.open(() => this.#deliveryDialog());
    });
  }

  #replay(delivery) {
    return this.act(
      `replay ${delivery.id}`,
      async () => {
        await this.api.replayDelivery(this.argument, delivery.id);
        await this.#loadDeliveries();
      },
      text.replayed,
    );
  }

  #openSince() {
    this.#draft = { from: new Date().toISOString().slice(0, 10), to: "", state: "failed" };
    this.app.open(() => this.#sinceDialog());
  }

  async #replaySince() {
    const { from, to, state } = this.#draft;
    if (!from) return document.getElementById("since-from").focus();
    const until = startOf(to, 1);
    const isDone = await this.act(
      "since",
      async () => {
        await this.api.replaySince(this.argument, { from: startOf(from), ...(until && { to: until }), state });
        await this.#loadDeliveries();
      },
      text.replayedSince,
    );
    if (isDone) this.app.close();
  }

  // All of them

  #all() {
    if (this.#webhooks.length === 0)
      return empty(
        "webhook",
        text.none,
        text.noneText,
        button(text.add, () => this.#openForm(null), { look: "primary" }),
      );
    const rows = this.#webhooks.map((hook) => ({
      key: hook.id,
      cells: [
        [
          h("a", { class: "text-link", href: `#/webhooks/${hook.id}` }, hook.title || hook.url),
          hook.title && h("span", { class: "caption" }, hook.url),
        ],
        this.#hookState(hook),
        this.#eventNames(hook.events),
        [
          h("span", {}, moment(hook.lastDeliveredAt) || text.never),
          hook.waiting > 0 && h("span", { class: "caption" }, text.waiting(hook.waiting)),
        ],
      ],
    }));
    return table({ label: this.title, columns: text.columns, rows });
  }

  #hookState({ state, reason, failingSince }) {
    return [
      failingSince && state === "active"
        ? pill("warning", text.failing)
        : pill(TONES[state] ?? "info", text.states[state] ?? state),
      failingSince && h("span", { class: "caption" }, text.failingSince(moment(failingSince))),
      reason && h("span", { class: "caption" }, reason),
    ];
  }

  #eventNames(names) {
    if (names.length === this.#events.length) return text.allEvents;
    return h(
      "ul",
      { class: "plain" },
      names.map((name) => h("li", { key: name }, this.#events.find((each) => each.name === name)?.title ?? name)),
    );
  }

  // One of them

  #one() {
    const { events, createdAt, createdBy, oldSecretUntil, lastDeliveredAt } = this.#hook;
    return [
      h("p", { key: "back" }, h("a", { class: "text-link", href: "#/webhooks" }, text.back)),
      oldSecretUntil && note("info", h("p", {}, text.oldSecret(moment(oldSecretUntil)))),
      h(
        "dl",
        { class: "summary panel", key: "about" },
        h(
          "div",
          { key: "state" },
          h("dt", {}, text.columns[1]),
          h("dd", { class: "cell" }, this.#hookState(this.#hook)),
        ),
        h("div", { key: "events" }, h("dt", {}, text.columns[2]), h("dd", {}, this.#eventNames(events))),
        h("div", { key: "last" }, h("dt", {}, text.columns[3]), h("dd", {}, moment(lastDeliveredAt) || text.never)),
        h(
          "div",
          { key: "created" },
          h("dt", {}, text.made),
          h(
            "dd",
            {},
            [moment(createdAt), createdBy && words.licenses.by(createdBy.name || createdBy.address)]
              .filter(Boolean)
              .join(" "),
          ),
        ),
      ),
      h(
        "section",
        { class: "panel", key: "deliveries", "aria-labelledby": "deliveries-title" },
        h(
          "div",
          { class: "panel-head" },
          h("h2", { id: "deliveries-title" }, text.deliveries),
          selectField(
            "state",
            text.state,
            this.#state,
            [["", words.all], ...Object.entries(text.deliveryStates)],
            (value) => this.#filter(value),
          ),
          button(words.refresh, () => this.#filter(this.#state), { sign: "refresh", busy: this.isBusy("refresh") }),
          button(text.since, () => this.#openSince()),
        ),
        this.#deliveries.length > 0
          ? this.#deliveryTable()
          : empty("webhook", this.#state ? words.noMatch : text.noDeliveries, null),
        this.#next &&
          h(
            "div",
            { class: "more" },
            button(words.more, () => this.#more(), { busy: this.isBusy("more") }),
          ),
      ),
    ];
  }

  #deliveryTable() {
    const rows = this.#deliveries.map((each) => ({
      key: each.id,
      cells: [
        h("span", {}, this.#events.find(({ name }) => name === each.event)?.title ?? each.event),
        [
          pill(DELIVERY_TONES[each.state] ?? "info", text.deliveryStates[each.state] ?? each.state),
          each.problem && h("span", { class: "caption" }, each.problem),
          each.nextAt &&
            each.state === "waiting" &&
            each.attempts > 0 &&
            h("span", { class: "caption" }, text.nextAt(moment(each.nextAt))),
        ],
        text.attempts(each.attempts, each.status),
        moment(each.createdAt),
        [
          button(text.show, () => this.#show(each), {
            look: "subtle",
            busy: this.isBusy(`show ${each.id}`),
            about: each.id,
          }),
          button(text.replay, () => this.#replay(each), {
            look: "subtle",
            busy: this.isBusy(`replay ${each.id}`),
            about: each.id,
          }),
        ],
      ],
    }));
    return table({ label: text.deliveries, columns: text.deliveryColumns, rows, last: true });
  }

  // Dialogs

  #form() {
    const { id, url, title, events } = this.#draft;
    const isOff = !url.trim() || events.size === 0;
    return {
      key: "form",
      title: id ? text.change : text.add,
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
        button(id ? words.save : text.addButton, () => this.#submit(), {
          look: "primary",
          key: "do",
          busy: this.isBusy("form"),
          off: isOff,
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
    if (isOn) this.#draft.events.add(name);
    else this.#draft.events.delete(name);
    this.redraw();
  }

  /** The one time that it is shown. */
  #secretDialog() {
    return {
      key: "secret",
      title: text.secretTitle,
      body: [
        h("p", { key: "text" }, text.secretText),
        h("p", { key: "secret" }, h("code", { class: "code-block", id: "secret" }, this.#secret)),
      ],
      buttons: [
        button(words.copy, () => this.app.copy(this.#secret), { look: "primary", sign: "copy", key: "copy" }),
        button(words.done, () => this.#forgetSecret(), { key: "done" }),
      ],
    };
  }

  #forgetSecret() {
    this.#secret = null;
    this.app.close();
  }

  #deliveryDialog() {
    const { event, body, headers, answer, problem, attempts, status, createdAt, deliveredAt } = this.#shown;
    return {
      key: "delivery",
      title: this.#events.find(({ name }) => name === event)?.title ?? event,
      wide: true,
      body: [
        h("p", { key: "when" }, text.sentAt(moment(createdAt), moment(deliveredAt))),
        problem && note("warning", h("p", {}, problem)),
        block("sent-headers", text.headers, headers && asLines(headers)),
        block("sent-body", text.body, body && pretty(body)),
        block(
          "got",
          text.answer(status, attempts),
          answer && (typeof answer === "string" ? answer : pretty(answer.body ?? answer)),
        ),
      ],
      buttons: [
        button(text.replay, () => this.#replay(this.#shown), {
          look: "primary",
          key: "replay",
          busy: this.isBusy(`replay ${this.#shown.id}`),
        }),
        button(words.close, () => this.app.close(), { key: "close" }),
      ],
    };
  }

  #sinceDialog() {
    const { from, to, state } = this.#draft;
    return {
      key: "since",
      title: text.since,
      body: [
        h("p", { key: "text" }, text.sinceText),
        textField("since-from", words.audit.from, from, (value) => this.#drafted({ from: value }), {
          type: "date",
          needed: true,
        }),
        textField("since-to", words.audit.to, to, (value) => this.#drafted({ to: value }), { type: "date" }),
        selectField(
          "since-state",
          text.which,
          state,
          [
            ["failed", text.onlyFailed],
            ["delivered", text.onlyDelivered],
          ],
          (value) => this.#drafted({ state: value }),
        ),
      ],
      buttons: [
        button(text.replay, () => this.#replaySince(), { look: "primary", key: "do", busy: this.isBusy("since") }),
        button(words.cancel, () => this.app.close(), { key: "cancel" }),
      ],
    };
  }
}

function block(id, title, content) {
  return (
    content &&
    h(
      "section",
      { key: id },
      h("h3", { id }, title),
      h("pre", { class: "code-block", tabindex: "0", role: "group", "aria-labelledby": id }, content),
    )
  );
}

function asLines(headers) {
  return typeof headers === "string"
    ? headers
    : Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}`)
        .join("\n");
}

function pretty(body) {
  if (typeof body !== "string") return JSON.stringify(body, null, 2);
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
