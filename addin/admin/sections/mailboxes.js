/** Every mailbox that Affix knows in the organisation: how it goes, who carries it, and its licence. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { day, fromNow, moment } from "../format.js";
import { button, empty, note, pill, selectField, table, textField } from "../parts.js";
import { Section } from "../section.js";

const TONES = {
  connected: "good",
  connecting: "info",
  syncing: "info",
  degraded: "warning",
  connectError: "warning",
  connect_error: "warning",
  paused: "quiet",
};
const CONNECTED = ["connected", "connecting", "syncing"];
const text = words.mailboxes;

export class Mailboxes extends Section {
  #mailboxes = [];
  #licenses = new Map();
  #seats = null;
  #q = this.argument ?? "";
  #show = "all";

  get title() {
    return words.sections.mailboxes;
  }

  get lead() {
    return text.lead;
  }

  async load() {
    const [mailboxes, { licenses, seats }] = await Promise.all([this.api.mailboxes(), this.api.licenses()]);
    this.#mailboxes = mailboxes;
    this.#licenses = new Map(licenses.map((each) => [each.mailbox, each]));
    this.#seats = seats;
  }

  actions() {
    return [button(words.refresh, () => this.refresh(), { sign: "refresh", busy: this.isBusy("refresh") })];
  }

  body() {
    const shown = this.#mailboxes.filter((each) => this.#isWanted(each));
    return [
      this.#ending(),
      h(
        "div",
        { class: "filters", role: "search" },
        textField("q", text.search, this.#q, (q) => this.#filter({ q }), { type: "search" }),
        selectField("show", text.show, this.#show, Object.entries(text.shows), (show) => this.#filter({ show })),
        h("p", { class: "seats" }, words.licenses.seats(this.#seats.taken, this.#seats.all)),
      ),
      shown.length > 0 ? this.#table(shown) : this.#nothing(),
    ];
  }

  // Actions

  #filter({ q = this.#q, show = this.#show }) {
    this.#q = q;
    this.#show = show;
    this.redraw();
  }

  #toggle({ address, license }) {
    if (license.state !== "licensed") {
      return this.act(
        address,
        async () => {
          await this.api.assignLicense({ mailbox: address });
          await this.refresh();
        },
        words.licenses.assigned(address),
      );
    }
    this.app.confirm({
      title: words.licenses.endTitle,
      text: [words.licenses.endText(address), words.licenses.endRules],
      label: words.licenses.end,
      done: words.licenses.ended(address),
      work: async () => {
        await this.api.endLicense(this.#licenses.get(address).id);
        await this.refresh();
      },
    });
  }

  // Private

  #isWanted({ address, name, health, license }) {
    const q = this.#q.trim().toLowerCase();
    if (q && !`${address} ${name ?? ""}`.toLowerCase().includes(q)) return false;
    if (this.#show === "trouble") return !CONNECTED.includes(health.state) || Boolean(health.warning);
    if (this.#show === "licensed") return license.state === "licensed";
    if (this.#show === "unlicensed") return ["missing", "expired"].includes(license.state);
    return true;
  }

  /** Connections that run out soon, person by person, for all to see before they do. */
  #ending() {
    const people = new Map();
    for (const { address: mailbox, health } of this.#mailboxes) {
      for (const { state, name, address, until } of health.carriers ?? []) {
        if (state !== "endsSoon") continue;
        const before = people.get(address) ?? { who: name || address, until, mailboxes: [] };
        people.set(address, { ...before, mailboxes: [...before.mailboxes, mailbox] });
      }
    }
    return (
      people.size > 0 &&
      note(
        "warning",
        h("h2", {}, text.endsSoon(people.size)),
        h(
          "ul",
          { class: "plain" },
          [...people].map(([address, { who, until, mailboxes }]) =>
            h("li", { key: address }, text.endsSoonLine(who, mailboxes.join(", "), day(until), fromNow(until))),
          ),
        ),
      )
    );
  }

  #table(shown) {
    const rows = shown.map((each) => ({
      key: each.address,
      cells: [
        [h("strong", {}, each.name || each.address), each.name && h("span", { class: "caption" }, each.address)],
        text.kinds[each.kind] ?? each.kind,
        this.#health(each.health),
        this.#carriers(each.health),
        this.#saving(each),
        this.#license(each),
      ],
    }));
    return table({ label: this.title, columns: text.columns, rows });
  }

  #health({ state, message, syncedAt, warning, action }) {
    return [
      pill(TONES[state] ?? "bad", text.health[state] ?? state),
      h("span", { class: "caption" }, warning?.message ?? message),
      action && h("span", { class: "caption" }, action),
      syncedAt && h("span", { class: "caption" }, text.syncedAt(moment(syncedAt))),
    ];
  }

  #carriers({ carriers = [], carriedByApplication }) {
    if (carriers.length === 0)
      return h("span", { class: "caption" }, carriedByApplication ? text.application : text.nobody);
    return h(
      "ul",
      { class: "plain" },
      carriedByApplication && h("li", { key: "application" }, text.application),
      carriers.map(({ name, address, state, until }) =>
        h(
          "li",
          { key: address },
          h("span", {}, name || address),
          state === "lost" && pill("bad", text.lost),
          state === "endsSoon" && pill("warning", text.soon(fromNow(until))),
          state === "ok" && until && h("span", { class: "caption" }, text.until(day(until))),
        ),
      ),
    );
  }

  #saving({ rules, waitingSaves, lastSavedAt, address }) {
    return [
      h("a", { class: "text-link", href: `#/rules/${encodeURIComponent(address)}` }, text.rules(rules?.active ?? 0)),
      waitingSaves > 0 && h("span", { class: "caption" }, text.waiting(waitingSaves)),
      lastSavedAt && h("span", { class: "caption" }, text.lastSaved(moment(lastSavedAt))),
    ];
  }

  #license(mailbox) {
    const { address, license } = mailbox;
    if (license.state === "notNeeded") return h("span", { class: "caption" }, text.notNeeded);
    const isOn = license.state === "licensed";
    const isBusy = this.isBusy(address);
    return [
      h(
        "button",
        {
          type: "button",
          class: "switch",
          role: "switch",
          "aria-checked": String(isOn),
          "aria-disabled": isBusy ? "true" : null,
          "aria-label": text.licenseOf(address),
          onclick: () => !isBusy && this.#toggle(mailbox),
        },
        h("span", { class: "switch-track", "aria-hidden": "true" }),
        h("span", {}, isOn ? text.licensed : license.state === "expired" ? text.expired : text.unlicensed),
      ),
      license.expiresAt && h("span", { class: "caption" }, text.until(day(license.expiresAt))),
    ];
  }

  #nothing() {
    if (this.#mailboxes.length === 0)
      return empty(
        "mailboxes",
        text.none,
        text.noneText,
        button(words.licenses.assign, () => this.app.go("licenses")),
      );
    return empty(
      "search",
      words.noMatch,
      null,
      button(words.showAll, () => this.#filter({ q: "", show: "all" })),
    );
  }
}
