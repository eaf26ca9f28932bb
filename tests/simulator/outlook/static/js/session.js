// The signed-in person: tokens of every kind, from the simulator, which plays Microsoft's sign-in without a password.

const EARLY_SECONDS = 60;

export class Session {
  #graphToken = null;

  constructor(address) {
    this.address = address;
  }

  async graphToken() {
    if (!this.#graphToken || expiry(this.#graphToken) < Date.now() / 1000 + EARLY_SECONDS) {
      this.#graphToken = await this.token("graph");
    }
    return this.#graphToken;
  }

  // `confirmed`: the person has just confirmed who they are, which is what a claims challenge asks for.
  async token(kind, { confirmed = false } = {}) {
    const answer = await fetch("/simulator/control/tokens", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: this.address, kind, ...(confirmed && { claims: { amr: ["pwd", "mfa"] } }) }),
    });
    if (!answer.ok) throw new Error(`No ${kind} token for ${this.address}: ${answer.status}`);
    return (await answer.json()).token;
  }

  // The account as MSAL wants it. The simulator's token tells the ids; Entra would send an id token with it.
  async account() {
    const { oid, tid, name, exp, iat, iss, sub } = payload(await this.token("naa"));
    const claims = { aud: "", iss, iat, exp, oid, tid, sub, name, preferred_username: this.address, ver: "2.0" };
    return {
      homeAccountId: `${oid}.${tid}`,
      localAccountId: oid,
      environment: "login.microsoftonline.com",
      tenantId: tid,
      username: this.address,
      name,
      idToken: [{ alg: "none", typ: "JWT" }, claims].map(encoded).join(".") + ".",
    };
  }
}

function payload(token) {
  const bytes = Uint8Array.from(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

const expiry = (token) => payload(token).exp ?? Infinity;

function encoded(part) {
  const letters = String.fromCharCode(...new TextEncoder().encode(JSON.stringify(part)));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
