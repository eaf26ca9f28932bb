/** What needs somebody, worst first, and how Affix has been doing. The two load and fail each by itself. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { number, shortDay, span, day, fromNow } from "../format.js";
import { button, empty, icon, problemBar, selectField, skeleton } from "../parts.js";
import { explain } from "../problem.js";
import { Section } from "../section.js";

const PERIODS = [7, 30, 90];
const KINDS = ["manual", "conversation", "address", "domain", "match", "sent"];
const SIGNS = { now: "error", soon: "warning", note: "info" };
// Where an administrator can do something about it, with the item's mailbox or name.
const PLACES = {
  health: ({ mailbox }) => ["mailboxes", mailbox],
  connection: ({ mailbox }) => ["mailboxes", mailbox],
  rule: ({ mailbox }) => ["rules", mailbox],
  license: ({ mailbox }) => ["licenses", mailbox],
  certificate: ({ name }) => name && ["destinations", name],
  destination: () => ["destinations"],
  webhook: ({ name }) => ["webhooks", name],
};
const text = words.overview;

export class Overview extends Section {
  #days = 30;
  #attention = { phase: "loading" };
  #figures = { phase: "loading" };

  get title() {
    return words.sections.overview;
  }

  get lead() {
    return text.lead;
  }

  /** Does not wait: each half shows how far it is. */
  async load() {
    this.#loadAttention();
    this.#loadFigures();
  }

  actions() {
    return [
      selectField(
        "period",
        text.period,
        String(this.#days),
        PERIODS.map((days) => [String(days), text.days(days)]),
        (days) => this.#choose(Number(days)),
      ),
      button(words.refresh, () => this.load(), { sign: "refresh" }),
    ];
  }

  body() {
    return [this.#attentionPanel(), this.#figuresPanel()];
  }

  // Private

  #choose(days) {
    this.#days = days;
    this.#loadFigures();
  }

  async #loadAttention() {
    await this.#half(
      (half) => (this.#attention = half),
      this.#attention,
      () => this.api.attention(),
    );
  }

  async #loadFigures() {
    await this.#half(
      (half) => (this.#figures = half),
      this.#figures,
      () => this.api.statistics(this.#days),
    );
  }

  async #half(put, before, ask) {
    const mine = { phase: "loading", found: before.found };
    put(mine);
    this.redraw();
    try {
      Object.assign(mine, { found: await ask(), phase: "ready" });
    } catch (error) {
      if (!error?.code) throw error;
      Object.assign(mine, { problem: explain(error), phase: "failed" });
    }
    this.redraw();
  }

  #state(half, again) {
    if (half.phase === "failed")
      return problemBar(half.problem, { again, signIn: (options) => this.app.signIn(options) });
    return half.phase === "loading" && !half.found && skeleton(3);
  }

  // What needs somebody

  #attentionPanel() {
    const { found } = this.#attention;
    return h(
      "section",
      { class: "panel", key: "attention", "aria-labelledby": "attention-title" },
      h(
        "h2",
        { id: "attention-title" },
        text.attention,
        found?.length > 0 && h("span", { class: "count" }, String(found.length)),
      ),
      this.#state(this.#attention, () => this.#loadAttention()),
      found?.length === 0 && empty("check", text.allWell, text.allWellText),
      found?.length > 0 &&
        h(
          "ul",
          { class: "attention" },
          found.map((each, index) => this.#item(each, index)),
        ),
    );
  }

  #item(item, index) {
    const { mailbox, what, message, action, until, urgency } = item;
    return h(
      "li",
      { key: `${what} ${mailbox ?? ""} ${index}`, class: `attention-item attention-${urgency}`, "data-what": what },
      icon(SIGNS[urgency] ?? "info"),
      h(
        "div",
        { class: "attention-text" },
        h("span", { class: "hidden-text" }, text.urgency[urgency] ?? ""),
        mailbox && h("strong", {}, mailbox),
        h("p", {}, message),
        action && h("p", { class: "caption" }, action),
        until && h("p", { class: "caption" }, text.until(day(until), fromNow(until))),
      ),
      h("div", { class: "buttons attention-buttons" }, this.#remedy(item), this.#wayTo(item)),
    );
  }

  /** What can be done right here. */
  #remedy({ code, what, mailbox, until }) {
    if (code === "unlicensed")
      return button(words.licenses.assign, () => this.#license(mailbox), {
        about: mailbox,
        busy: this.isBusy(mailbox),
        key: "remedy",
      });
    return (
      what === "connection" &&
      button(text.copyReminder, () => this.app.copy(text.reminder(mailbox, until && day(until))), {
        about: mailbox,
        sign: "copy",
        key: "remedy",
      })
    );
  }

  #license(mailbox) {
    return this.act(
      mailbox,
      async () => {
        await this.api.assignLicense({ mailbox });
        await this.#loadAttention();
      },
      words.licenses.assigned(mailbox),
    );
  }

  #wayTo(item) {
    const { what, mailbox } = item;
    const place = PLACES[what]?.(item);
    if (what === "saves")
      return button(text.go.saves, () => document.getElementById("failures-title")?.focus(), { key: "go" });
    return (
      place &&
      button(text.go[what], () => this.app.go(place.filter(Boolean).map(encodeURIComponent).join("/")), {
        about: mailbox,
        key: "go",
      })
    );
  }

  // Figures

  #figuresPanel() {
    const { found } = this.#figures;
    return h(
      "div",
      { key: "figures" },
      this.#state(this.#figures, () => this.#loadFigures()),
      found && [this.#tiles(found), this.#charts(found)],
    );
  }

  #tiles({ savedPerDay, failuresByReason, queue, graphRequests }) {
    const saved = total(savedPerDay.map((each) => total(KINDS.map((kind) => each[kind] ?? 0))));
    const failed = total(failuresByReason.map(({ count }) => count));
    const failures = total(failuresByReason.map(({ inPeriod }) => inPeriod ?? 0));
    return h(
      "dl",
      { class: "tiles" },
      tile(text.tiles.saved, number(saved), text.days(this.#days)),
      tile(text.tiles.failed, number(failed), text.tiles.failedHint(failures)),
      tile(
        text.tiles.waiting,
        number(queue.waiting),
        queue.oldestSeconds ? text.tiles.oldest(span(queue.oldestSeconds)) : text.tiles.nothingWaits,
      ),
      tile(text.tiles.requests, number(graphRequests.perSave), text.tiles.requestsHint),
    );
  }

  #charts(figures) {
    return h(
      "div",
      { class: "charts" },
      this.#saved(figures),
      this.#failures(figures),
      this.#queue(figures),
      this.#requests(figures),
    );
  }

  #saved({ savedPerDay }) {
    const there = KINDS.filter((kind) => kind !== "sent" || savedPerDay.some((each) => each.sent));
    const series = there.map((kind) => ({
      title: text.kinds[kind],
      values: savedPerDay.map((each) => each[kind] ?? 0),
    }));
    return panel(
      "saved",
      text.savedPerDay,
      h("affix-chart", {
        view: { label: text.savedPerDay, kind: "bars", points: savedPerDay.map(asPoint), series, value: number },
      }),
    );
  }

  #failures({ failuresByReason }) {
    const times = ({ count, inPeriod }) => Math.max(count, inPeriod ?? 0);
    const most = Math.max(1, ...failuresByReason.map(times));
    const list = h(
      "ul",
      { class: "bars" },
      failuresByReason.map((each) =>
        h(
          "li",
          { key: each.code, class: "bars-line" },
          h("span", { class: "bars-words" }, each.reason || each.code),
          h("progress", {
            class: "bars-bar",
            max: String(most),
            value: String(times(each)),
            "aria-label": each.reason || each.code,
          }),
          h("span", { class: "caption" }, text.failure(each.count, times(each))),
        ),
      ),
    );
    const isMending = failuresByReason.some(({ count }) => count > 0);
    return panel(
      "failures",
      text.failures,
      failuresByReason.length
        ? [list, isMending && h("p", { class: "caption bars-hint" }, text.failuresHint)]
        : empty("check", text.noFailures, null),
    );
  }

  #queue({ queue }) {
    const title = (upTo, index) =>
      upTo === null ? text.longer(span(queue.ages[index - 1]?.upTo ?? 0)) : text.upTo(span(upTo));
    const points = queue.ages.map(({ upTo }, index) => ({
      key: String(upTo),
      title: title(upTo, index),
      short: upTo === null ? text.more : span(upTo),
    }));
    const series = [{ title: text.waiting, values: queue.ages.map(({ count }) => count) }];
    return panel(
      "queue",
      text.queueAge,
      queue.waiting > 0
        ? h("affix-chart", { view: { label: text.queueAge, kind: "bars", points, series, value: number } })
        : empty("check", text.tiles.nothingWaits, text.queueEmpty),
    );
  }

  #requests({ graphRequests }) {
    const { perDay } = graphRequests;
    const values = perDay.map(({ requests, saves }) => (saves > 0 ? requests / saves : null));
    const series = [{ title: text.requestsPerSave, values }];
    const isKnown = values.some((each) => each !== null);
    return panel(
      "requests",
      text.requestsPerSave,
      isKnown
        ? h("affix-chart", {
            view: { label: text.requestsPerSave, kind: "line", points: perDay.map(asPoint), series, value: number },
          })
        : empty("info", text.noRequests, null),
    );
  }
}

function panel(name, title, content) {
  return h(
    "section",
    { class: "panel chart", key: name, "aria-labelledby": `${name}-title` },
    h("h2", { id: `${name}-title`, tabindex: "-1" }, title),
    content,
  );
}

function tile(title, value, hint) {
  return h(
    "div",
    { class: "tile", key: title },
    h("dt", {}, title),
    h("dd", {}, h("span", { class: "tile-value" }, value), h("span", { class: "caption" }, hint)),
  );
}

function asPoint({ day: date }) {
  return { key: date, title: shortDay(date), short: shortDay(date) };
}

function total(values) {
  return values.reduce((sum, each) => sum + each, 0);
}
