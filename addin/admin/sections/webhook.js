/** One webhook: paused, tried, removed, and every delivery with what was answered. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { moment, startOf, today } from "../format.js";
import { ListSection } from "../list-section.js";
import { button, empty, note, pill, selectField, table, textField } from "../parts.js";
import { showSecret, WebhookForm } from "../webhook-dialogs.js";
import { eventsOf, stateOf, titleOf } from "../webhook-looks.js";

const DELIVERY_TONES = { delivered: "good", waiting: "info", failed: "bad" };
const PAGE = 50;
const text = words.webhooks;

export class Webhook extends ListSection {
  filters = { state: "" };
  #hook = null;
  #events = [];
  #since = null;
  #shown = null;

  get title() {
    return this.#hook ? this.#hook.title || this.#hook.url : words.sections.webhooks;
  }

  get lead() {
    return this.#hook?.title ? this.#hook.url : null;
  }

  async load() {
    const [hook, { events }] = await Promise.all([
      this.api.webhook(this.argument),
      this.api.webhookEvents(),
      super.load(),
    ]);
    [this.#hook, this.#events] = [hook, events];
  }

  async page(cursor) {
    const { deliveries, next } = await this.api.deliveries(this.argument, { ...this.filters, limit: PAGE, cursor });
    return { rows: deliveries, next };
  }

  actions() {
    const isActive = this.#hook.state === "active";
    return [
      button(text.test, () => this.#test(), { sign: "webhook", busy: this.isBusy("test") }),
      button(isActive ? text.pause : text.resume, () => this.#setState(isActive ? "paused" : "active"), {
        busy: this.isBusy("state"),
      }),
      button(text.change, () => new WebhookForm(this, this.#events, this.#hook).open()),
      button(text.newSecret, () => this.#renew()),
      button(text.remove, () => this.#remove()),
    ];
  }

  body() {
    const { events, createdAt, createdBy, oldSecretUntil, lastDeliveredAt } = this.#hook;
    return [
      h("p", { key: "back" }, h("a", { class: "text-link", href: "#/webhooks" }, text.back)),
      oldSecretUntil && note("info", h("p", {}, text.oldSecret(moment(oldSecretUntil)))),
      h(
        "dl",
        { class: "summary panel", key: "about" },
        h("div", { key: "state" }, h("dt", {}, text.columns[1]), h("dd", { class: "cell" }, stateOf(this.#hook))),
        h("div", { key: "events" }, h("dt", {}, text.columns[2]), h("dd", {}, eventsOf(events, this.#events))),
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
            this.filters.state,
            [["", words.all], ...Object.entries(text.deliveryStates)],
            (state) => this.filter({ state }),
          ),
          button(words.refresh, () => this.refresh(), { sign: "refresh", busy: this.isBusy("refresh") }),
          button(text.since, () => this.#openSince()),
        ),
        this.rows.length > 0
          ? this.#deliveryTable()
          : empty("webhook", this.filters.state ? words.noMatch : text.noDeliveries, null),
        this.more(),
      ),
    ];
  }

  // Actions

  #renew() {
    this.app.confirm({
      title: text.newSecret,
      text: text.newSecretText,
      label: text.newSecret,
      name: "renew",
      work: async () => {
        const { secret } = await this.api.changeWebhook(this.argument, { newSecret: true });
        showSecret(this.app, secret);
        await this.refresh();
      },
    });
  }

  #setState(state) {
    return this.act(
      "state",
      async () => {
        await this.api.changeWebhook(this.argument, { state });
        await this.refresh();
      },
      state === "active" ? text.resumed : text.paused,
    );
  }

  #test() {
    return this.act(
      "test",
      async () => {
        await this.api.testWebhook(this.argument);
        await this.refresh();
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
        await this.refresh();
      },
      text.replayed,
    );
  }

  #openSince() {
    this.#since = { from: today(), to: "", state: "failed" };
    this.app.open(() => this.#sinceDialog());
  }

  #submitSince() {
    if (!this.#since.from) return document.getElementById("since-from").focus();
    return this.act("since", () => this.#replaySince(), text.replayedSince);
  }

  /** Both days are meant whole. */
  async #replaySince() {
    const { from, to, state } = this.#since;
    const until = startOf(to, 1);
    const { replayed } = await this.api.replaySince(this.argument, {
      from: startOf(from),
      ...(until && { to: until }),
      state,
    });
    await this.refresh();
    this.app.close();
    return replayed;
  }

  // Private

  #deliveryTable() {
    const rows = this.rows.map((each) => ({
      key: each.id,
      cells: [
        h("span", {}, titleOf(each.event, this.#events)),
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

  #deliveryDialog() {
    const { event, body, headers, answer, problem, attempts, status, createdAt, deliveredAt } = this.#shown;
    return {
      key: "delivery",
      title: titleOf(event, this.#events),
      wide: true,
      body: [
        h("p", { key: "when" }, text.sentAt(moment(createdAt), moment(deliveredAt))),
        problem && note("warning", h("p", {}, problem)),
        block("sent-headers", text.headers, headers && asLines(headers)),
        block("sent-body", text.body, body && pretty(body)),
        block("got", text.answer(status, attempts), answer && (pretty(answer.body) || text.noContent)),
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
    const { from, to, state } = this.#since;
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
        button(text.replay, () => this.#submitSince(), { look: "primary", key: "do", busy: this.isBusy("since") }),
        button(words.cancel, () => this.app.close(), { key: "cancel" }),
      ],
    };
  }

  #drafted(change) {
    Object.assign(this.#since, change);
    this.redraw();
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
