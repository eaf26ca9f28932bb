/** The service. Nobody else says `fetch`. Every failure leaves as a Problem with the service's own code. */

import { Problem } from "./problem.js";

const LIMIT_MS = 20000;
// A dry run reads up to 2,000 messages while the person waits.
const PREVIEW_LIMIT_MS = 90000;
const LONGEST_WAIT_S = 10;
const ROOT = new URL("../", document.baseURI);

/** The public settings of this installation: {clientId, authority, scopes, version}. */
export async function readConfig() {
  return answer(await request("GET", new URL("config.json", document.baseURI)));
}

export class Api {
  #session;

  constructor(session) {
    this.#session = session;
  }

  me() {
    return this.#call("GET", "api/me");
  }

  context(item) {
    return this.#call("POST", "api/context", { item });
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

  stateMailboxKind(id, kind) {
    return this.#call("PATCH", `api/mailboxes/${encodeURIComponent(id)}`, { kind });
  }

  // Private

  /** One request with what may be tried again once: a stale token, a claims challenge, a short wait. */
  async #call(method, path, body, limit) {
    try {
      return await this.#send(method, path, body, limit, await this.#session.token());
    } catch (error) {
      return this.#send(method, path, body, limit, await this.#secondToken(error));
    }
  }

  async #secondToken(error) {
    if (error.fromSignIn) throw error;
    if (error.code === "insufficient_claims" && error.claims) return this.#session.token({ claims: error.claims });
    if (error.code === "unauthenticated") this.#session.forget();
    else if (!isShortWait(error)) throw error;
    else await new Promise((resolve) => setTimeout(resolve, error.retryAfter * 1000));
    return this.#session.token();
  }

  async #send(method, path, body, limit, token) {
    return answer(await request(method, new URL(path, ROOT), body, limit, token));
  }
}

/** Refused with 429 or 503 means that nothing was done, so even a save may be sent again. */
function isShortWait({ status, retryAfter }) {
  return [429, 503].includes(status) && retryAfter !== null && retryAfter <= LONGEST_WAIT_S;
}

/** Without what is empty, which the service would not understand. */
function query(wanted) {
  return new URLSearchParams(Object.entries(wanted).filter(([name, value]) => value || name === "q"));
}

async function request(method, address, body, limit = LIMIT_MS, token = null) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), limit);
  try {
    return await fetch(address, { method, headers, body: body && JSON.stringify(body), signal: stop.signal });
  } catch {
    throw new Problem(stop.signal.aborted ? "slow" : "offline");
  } finally {
    clearTimeout(timer);
  }
}

async function answer(response) {
  if (response.status === 204) return null;
  const content = await response.json().catch(() => null);
  if (response.ok && content) return content;
  throw refusal(response, content?.error);
}

function refusal(response, error) {
  if (!error?.code) return new Problem("unreadable", { status: response.status });
  const wait = Number(error.retryAfter ?? response.headers.get("Retry-After"));
  return new Problem(error.code, {
    status: response.status,
    said: error.message ?? null,
    consentUrl: error.consentUrl ?? null,
    claims: error.claims ?? null,
    ask: error.ask ?? null,
    request: error.request ?? null,
    retryAfter: Number.isFinite(wait) && wait > 0 ? wait : null,
  });
}
