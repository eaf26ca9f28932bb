/**
 * Who is signed in. The only place that ever holds a token, and only in memory.
 *
 * Nested app authentication where Outlook offers it, else the older Office sign-in. Calls at the same time share one
 * request, because Office refuses a second one (13008).
 */

import { Problem } from "./problem.js";

const SILENT_LIMIT_MS = 10000;
const PERSON_LIMIT_MS = 120000;
const SPARE_MS = 120000;

export class Session {
  #host;
  #library;
  #config;
  #now;
  #held = null;
  #running = null;
  #nested = null;

  /** `config` reads the settings and `library` loads MSAL: both are only asked for where nested sign-in is used. */
  constructor(host, config, library, now = Date.now) {
    this.#host = host;
    this.#config = config;
    this.#library = library;
    this.#now = now;
  }

  /** The token that is there, for who cannot wait for one; else null. */
  get held() {
    return this.#held && this.#held.until - SPARE_MS > this.#now() ? this.#held.token : null;
  }

  /** A token for the service. Never asks the person anything. */
  token({ claims = null } = {}) {
    if (!claims && this.held) return Promise.resolve(this.held);
    return this.#once({ claims, interactive: false });
  }

  /** The person pressed "Sign in": windows may open. */
  signIn(claims = null) {
    this.forget();
    return this.#once({ claims, interactive: true });
  }

  forget() {
    this.#held = null;
  }

  // Private

  /** Equal wishes share one request; another wish waits for its turn. */
  #once(wish) {
    const name = JSON.stringify(wish);
    if (this.#running?.name === name) return this.#running.promise;
    const turn = this.#running ? this.#running.promise.catch(() => null) : Promise.resolve();
    const mine = { name };
    mine.promise = turn
      .then(() => this.#get(wish))
      .finally(() => {
        if (this.#running === mine) this.#running = null;
      });
    this.#running = mine;
    return mine.promise;
  }

  async #get(wish) {
    try {
      const token = await this.#ask(wish);
      this.#held = { token, until: expiry(token) ?? this.#now() + SPARE_MS + 60000 };
      return token;
    } catch (error) {
      // The button "Sign in" has to answer the same challenge.
      throw Object.assign(error, { fromSignIn: !error.ofService, claims: wish.claims });
    }
  }

  async #ask(wish) {
    if (!this.#host.canNestSignIn()) return this.#askOffice(wish);
    try {
      return await this.#askNested(wish);
    } catch (error) {
      // Without a word MSAL becomes a plain browser client when Outlook's bridge is off; then it knows no account.
      if (error.code !== "no_account_error" && error.code !== "library_missing") throw error;
      return this.#askOffice(wish);
    }
  }

  async #askNested({ claims, interactive }) {
    const config = await this.#config().catch((error) => {
      throw Object.assign(error, { ofService: true });
    });
    const client = await this.#client(config);
    const request = { scopes: config.scopes, ...(claims && { claims }) };
    const limit = interactive ? PERSON_LIMIT_MS : SILENT_LIMIT_MS;
    const asking = interactive ? client.acquireTokenPopup(request) : client.acquireTokenSilent(request);
    try {
      return (await within(limit, asking)).accessToken;
    } catch (error) {
      throw error instanceof Problem ? error : new Problem(error?.errorCode || "sign_in_needed");
    }
  }

  async #client({ clientId, authority }) {
    const msal = await within(SILENT_LIMIT_MS, this.#library()).catch(() => {
      throw new Problem("library_missing");
    });
    this.#nested ??= msal.createNestablePublicClientApplication({ auth: { clientId, authority } });
    return within(SILENT_LIMIT_MS, this.#nested).catch((error) => {
      this.#nested = null; // the next try begins anew
      throw error;
    });
  }

  async #askOffice({ claims, interactive }) {
    const options = { allowSignInPrompt: interactive, allowConsentPrompt: interactive };
    if (claims) options.authChallenge = claims;
    const limit = interactive || claims ? PERSON_LIMIT_MS : SILENT_LIMIT_MS;
    const answer = await this.#host.accessToken(options, limit);
    if (answer.state === "known" && answer.value) return answer.value;
    throw new Problem(officeProblem(answer));
  }
}

function officeProblem({ state, code }) {
  if (state === "silent") return "outlook_silent";
  return state === "absent" ? "sign_in_unavailable" : (code ?? "sign_in_needed");
}

/** When the token ends, in milliseconds. Read without proof: only the service judges tokens. */
export function expiry(token) {
  try {
    const { exp } = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return Number.isFinite(exp) ? exp * 1000 : null;
  } catch {
    return null;
  }
}

function within(limit, promise) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Problem("outlook_silent")), limit);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}
