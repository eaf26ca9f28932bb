/** The service's routes for the pane. */

import { isChange, Remembered } from "./remembered.js";
import { inOurWords } from "./said.js";
import { query, readConfig, Transport } from "./transport.js";

export { readConfig };

// A dry run reads up to 2,000 messages while the person waits.
const PREVIEW_LIMIT_MS = 90000;

export class Api {
  #transport;
  #contexts = new Remembered();

  constructor(session) {
    this.#transport = new Transport(session);
  }

  me() {
    return this.#call("GET", "api/me");
  }

  context(item) {
    return this.#contexts.answer(item, () => this.#call("POST", "api/context", { item }));
  }

  /** From now on everything is asked for anew. */
  forget() {
    this.#contexts.forget();
  }

  findRecords(q, type, limit = 20) {
    return this.#call("GET", `api/records?${query({ q, limit, type })}`);
  }

  createRecord(fields) {
    return this.#call("POST", "api/records", fields);
  }

  save(item, records, attachments) {
    return this.#call("POST", "api/saves", { item, records, attachments });
  }

  readSave(id) {
    return this.#call("GET", `api/saves/${encodeURIComponent(id)}`);
  }

  undoSave(id) {
    return this.#call("DELETE", `api/saves/${encodeURIComponent(id)}`);
  }

  moveSave(id, record) {
    return this.#call("PATCH", `api/saves/${encodeURIComponent(id)}`, { record });
  }

  retrySave(id) {
    return this.#call("POST", `api/saves/${encodeURIComponent(id)}/retry`);
  }

  /** Only administrators may. */
  assignLicense(mailbox) {
    return this.#call("POST", "api/admin/licenses", { mailbox });
  }

  rules() {
    return this.#call("GET", "api/rules?limit=100");
  }

  startRule(wanted) {
    return this.#call("POST", "api/rules", wanted);
  }

  /** `change` is {state: "paused" | "active"} or {owner: "me"}. */
  changeRule(id, change) {
    return this.#call("PATCH", `api/rules/${encodeURIComponent(id)}`, change);
  }

  removeRule(id) {
    return this.#call("DELETE", `api/rules/${encodeURIComponent(id)}`);
  }

  /** What the rule would have saved of the last `days`. */
  previewRule(wanted) {
    return this.#call("POST", "api/rules/preview", wanted, PREVIEW_LIMIT_MS);
  }

  backfills(mailbox) {
    return this.#call("GET", `api/backfills?${query({ mailbox, limit: 10 })}`);
  }

  readBackfill(id) {
    return this.#call("GET", `api/backfills/${encodeURIComponent(id)}`);
  }

  /** `wanted` is {mailbox, days}. */
  startBackfill(rule, wanted) {
    return this.#call("POST", `api/rules/${encodeURIComponent(rule)}/backfills`, wanted);
  }

  /** `state` is "paused" or "running". */
  changeBackfill(id, state) {
    return this.#call("PATCH", `api/backfills/${encodeURIComponent(id)}`, { state });
  }

  undoBackfill(id) {
    return this.#call("DELETE", `api/backfills/${encodeURIComponent(id)}`);
  }

  /** `wanted` may hold {kind, state, mailbox, from, to, cursor}. */
  activity(wanted) {
    return this.#call("GET", `api/activity?${query({ ...wanted, limit: 25 })}`);
  }

  failedSaves(mailbox) {
    return this.#call("GET", `api/saves?${query({ mailbox, state: "failed", limit: 100 })}`);
  }

  /** `wanted` may hold {mailbox, kind, from, to}. */
  retryFailed(wanted) {
    return this.#call("POST", "api/activity/retry", wanted);
  }

  saveLine(id, records) {
    return this.#call("POST", `api/activity/${encodeURIComponent(id)}/save`, { records });
  }

  dismissLine(id) {
    return this.#call("POST", `api/activity/${encodeURIComponent(id)}/dismiss`);
  }

  /** `wanted` may hold {dismissed, cursor}. */
  unfiled(mailbox, wanted) {
    return this.#call("GET", `api/mailboxes/${encodeURIComponent(mailbox)}/unfiled?${query({ ...wanted, limit: 25 })}`);
  }

  dismissUnfiled(mailbox, messages) {
    return this.#call("POST", `api/mailboxes/${encodeURIComponent(mailbox)}/unfiled/dismiss`, { messages });
  }

  restoreUnfiled(mailbox, messages) {
    return this.#call("POST", `api/mailboxes/${encodeURIComponent(mailbox)}/unfiled/restore`, { messages });
  }

  mailboxOverview(id) {
    return this.#call("GET", `api/mailboxes/${encodeURIComponent(id)}/overview`);
  }

  stateMailboxKind(id, kind) {
    return this.changeMailbox(id, { kind });
  }

  /** Records that fit a message that is being written. */
  suggest(addresses, subject) {
    return this.#call("POST", "api/suggestions", { addresses, subject });
  }

  /** Has a draft saved to these records once it was sent, in place of what was chosen before. */
  chooseForDraft(item, records, attachments) {
    return this.#call("POST", "api/outgoing", { item, records, attachments });
  }

  withdrawChoice(id) {
    return this.#call("DELETE", `api/outgoing/${encodeURIComponent(id)}`);
  }

  /** A hint, also from a page that is going away. */
  tellSent(id) {
    return this.#transport.tell(`api/outgoing/${encodeURIComponent(id)}/sent`);
  }

  /** The saves of one message in a mailbox, or without one the person's own. Asks nothing of Outlook's server. */
  savesOf(message, mailbox) {
    return this.#call("GET", `api/saves?${query({ message, mailbox, limit: 20 })}`);
  }

  /** {favorites, recents} of a mailbox. */
  recordsAtHand(mailbox) {
    return this.#call("GET", `api/mailboxes/${encodeURIComponent(mailbox)}/records`);
  }

  /** What the person prefers; the names are those of GET /api/me. */
  prefer(preferences) {
    return this.#call("PATCH", "api/me", preferences);
  }

  /** `change` may hold {kind, attachments}. */
  changeMailbox(id, change) {
    return this.#call("PATCH", `api/mailboxes/${encodeURIComponent(id)}`, change);
  }

  addFavorite(mailbox, record) {
    return this.#call("PUT", favorite(mailbox, record));
  }

  removeFavorite(mailbox, record) {
    return this.#call("DELETE", favorite(mailbox, record));
  }

  /** How it stands with a message, as {tag, content}; null while it is as it was with that `tag`. */
  async live(mailbox, message, tag) {
    return inOurWords(await this.#transport.changes(`api/live?${query({ mailbox, message })}`, tag));
  }

  /** The person is filing this message; `records` are names. */
  bePresent(mailbox, message, records) {
    return this.#call("PUT", "api/presence", { mailbox, message, records });
  }

  leave(mailbox, message) {
    return this.#call("DELETE", `api/presence?${query({ mailbox, message })}`);
  }

  // Private

  async #call(method, path, body, limit) {
    try {
      return inOurWords(await this.#transport.call(method, path, body, limit));
    } catch (problem) {
      throw inOurWords(problem);
    } finally {
      if (isChange(method, path)) this.forget();
    }
  }
}

function favorite(mailbox, { destination, type, id }) {
  const parts = [mailbox, "favorites", destination, type, id].map(encodeURIComponent);
  return `api/mailboxes/${parts.join("/")}`;
}
