/** Requests to the service. Nobody else says `fetch`. Every failure leaves as a Problem with the service's own code. */

const LIMIT_MS = 20000;
const LONGEST_WAIT_S = 10;

/** An error with a stable code. */
export class Problem extends Error {
  /**
   * `more`: what the service adds for the page to act on: {consentUrl, retryAfter, claims, ask, request}.
   * @param {string} code
   * @param {Record<string, any>} [more]
   */
  constructor(code, { status = 0, said = null, ...more } = {}) {
    super(said ?? String(code));
    const nothing = { consentUrl: null, retryAfter: null, claims: null, ask: null, request: null };
    Object.assign(this, nothing, more, { code: String(code), status, said });
  }
}

let reading = null;

/** The public settings of this installation: {clientId, authority, scopes, version}. Read once; a failure is forgotten. */
export function readConfig() {
  reading ??= request("GET", new URL("config.json", document.baseURI))
    .then(answer)
    .catch((problem) => {
      reading = null;
      throw problem;
    });
  return reading;
}

/** Without what is empty, which the service would not understand. */
export function query(wanted) {
  return new URLSearchParams(Object.entries(wanted).filter(([name, value]) => value || name === "q"));
}

export class Transport {
  #session;

  /** `session` has token({claims}), held and forget(). */
  constructor(session) {
    this.#session = session;
  }

  /** One request, and its JSON. `path` begins at the service's root. */
  call(method, path, body, limit) {
    return this.#twice((token) => this.#send(method, path, body, limit, token).then(answer));
  }

  /** What is there as {tag, content}, or null where nothing changed since it was read with that `tag`. */
  changes(path, tag) {
    const known = tag ? { "If-None-Match": tag } : {};
    return this.#twice(async (token) => {
      const response = await this.#send("GET", path, undefined, undefined, token, known);
      if (response.status === 304) return null;
      return { tag: response.headers.get("ETag"), content: await answer(response) };
    });
  }

  /** A file to keep. */
  file(path, limit) {
    return this.#twice(async (token) => {
      const response = await this.#send("GET", path, undefined, limit, token);
      return response.ok ? within(limit ?? LIMIT_MS, response.blob()) : answer(response);
    });
  }

  /** Tells the service something while the page is going away, at once or not at all; nobody hears the answer. */
  tell(path) {
    if (!this.#session.held) return;
    const headers = { Authorization: `Bearer ${this.#session.held}` };
    const address = new URL(`../${path}`, document.baseURI);
    fetch(address, { method: "POST", headers, keepalive: true }).catch(() => null);
  }

  /** An answer that comes line by line, each of them JSON: `online` hears of it at once. */
  lines(method, path, online, limit) {
    return this.#twice(async (token) => {
      const response = await this.#send(method, path, undefined, limit, token, { Accept: "application/x-ndjson" });
      if (!response.ok) return answer(response);
      await within(limit, eachLine(response.body, online));
    });
  }

  // Private

  /** With what may be tried again once: a stale token, a claims challenge, a short wait. */
  async #twice(ask) {
    try {
      return await ask(await this.#session.token());
    } catch (error) {
      return ask(await this.#secondToken(error));
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

  #send(method, path, body, limit, token, more) {
    return request(method, new URL(`../${path}`, document.baseURI), body, limit, token, more);
  }
}

/** Refused with 429 or 503 means that nothing was done, so even a save may be sent again. */
function isShortWait({ status, retryAfter }) {
  return [429, 503].includes(status) && retryAfter !== null && retryAfter <= LONGEST_WAIT_S;
}

async function request(method, address, body, limit = LIMIT_MS, token = null, more = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", ...more };
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
  const content = await within(LIMIT_MS, response.json()).catch(given);
  if (response.ok && content) return content;
  throw refusal(response, content?.error);
}

/** What is no JSON counts as nothing; that it did not come in time is to be told. */
function given(error) {
  if (error instanceof Problem) throw error;
  return null;
}

function refusal(response, error) {
  if (!error?.code) return new Problem("unreadable", { status: response.status });
  const { code, message, retryAfter, ...more } = error;
  const wait = Number(retryAfter ?? response.headers.get("Retry-After"));
  return new Problem(code, {
    ...more,
    status: response.status,
    said: message ?? null,
    retryAfter: Number.isFinite(wait) && wait > 0 ? wait : null,
  });
}

async function eachLine(body, online) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const lines = (rest + piece.value).split("\n");
    rest = lines.pop();
    lines.filter(Boolean).forEach((line) => online(JSON.parse(line)));
  }
}

function within(limit, promise) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Problem("slow")), limit);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}
