/**
 * Who is signed in, by MSAL's redirect: this page asks Microsoft, and Microsoft comes back to it.
 *
 * MSAL keeps its tokens in sessionStorage, that is for this tab and until it is closed: its redirect refuses
 * memoryStorage, since a redirect leaves the page. Nothing of ours ever stores one.
 */

import { Problem } from "../js/transport.js";

const LIMIT_MS = 20000;

export class SignIn {
  #readConfig;
  #library;
  #client = null;
  #scopes = [];
  #account = null;
  #isStale = false;

  /** `readConfig` gives the public settings, `library` loads MSAL. */
  constructor(readConfig, library) {
    this.#readConfig = readConfig;
    this.#library = library;
  }

  /**
   * Takes up the answer of a sign-in, if there is one. Gives the account's address, or null when nobody is signed in.
   * @returns {Promise<{address: string, route: string | null} | null>} `route`: where the person was before
   */
  async start() {
    const [config, msal] = await Promise.all([this.#readConfig(), this.#load()]);
    this.#scopes = config.scopes;
    const { clientId, authority } = config;
    const auth = { clientId, authority, redirectUri: location.origin + location.pathname };
    try {
      this.#client = await msal.createStandardPublicClientApplication({
        auth,
        cache: { cacheLocation: "sessionStorage" },
      });
      const answer = await this.#client.handleRedirectPromise({ navigateToLoginRequestUrl: false });
      this.#account = answer?.account ?? this.#known();
      return this.#account && { address: this.#account.username, route: answer?.state || null };
    } catch (error) {
      throw asProblem(error);
    }
  }

  /** A token for the service. Never leaves the page. */
  async token({ claims = null } = {}) {
    if (!this.#account) throw new Problem("sign_in_needed", { fromSignIn: true });
    const request = {
      scopes: this.#scopes,
      account: this.#account,
      forceRefresh: this.#isStale,
      ...(claims && { claims }),
    };
    try {
      const answer = await within(LIMIT_MS, this.#client.acquireTokenSilent(request));
      this.#isStale = false;
      return answer.accessToken;
    } catch (error) {
      throw Object.assign(asProblem(error), { fromSignIn: true, claims });
    }
  }

  /** The page is left for Microsoft's. `another`: choose who, although somebody is signed in. */
  async signIn({ claims = null, another = false } = {}) {
    if (!this.#client) await this.start();
    const hint = another ? null : (hinted() ?? this.#account?.username);
    const route = location.hash.startsWith("#/") ? location.hash : "";
    try {
      await this.#client.loginRedirect({
        scopes: this.#scopes,
        state: route,
        ...(hint && { loginHint: hint }),
        ...(another && { prompt: "select_account" }),
        ...(claims && { claims }),
      });
    } catch (error) {
      throw asProblem(error);
    }
  }

  /** The service did not take the token: the next one has to be a new one. */
  forget() {
    this.#isStale = true;
  }

  // Private

  #load() {
    return this.#library().catch(() => {
      throw new Problem("library_missing");
    });
  }

  /** Who signed in earlier in this tab, unless a link asks for somebody else. */
  #known() {
    const hint = hinted()?.toLowerCase();
    const accounts = this.#client.getAllAccounts();
    return accounts.find(({ username }) => !hint || username.toLowerCase() === hint) ?? null;
  }
}

/** A link may say who will sign in: ?login_hint=ana@example.com, as in OpenID Connect. */
function hinted() {
  return new URLSearchParams(location.search).get("login_hint");
}

function asProblem(error) {
  return error instanceof Problem
    ? error
    : new Problem(error?.errorCode || "sign_in_needed", { detail: error?.errorMessage });
}

function within(limit, promise) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Problem("timed_out")), limit);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}
