/** What went wrong, as this page says it: one sentence, and the one thing to do. The service's own sentences come first. */

import { words } from "../texts/en/admin.js";

const SIGN_IN = "sign-in";
const AGAIN = "again";
const NONE = null;

const TABLE = {
  sign_in_needed: ["signIn", SIGN_IN],
  interaction_required: ["signInAgain", SIGN_IN],
  login_required: ["signInAgain", SIGN_IN],
  consent_required: ["consent", SIGN_IN],
  no_account_error: ["signIn", SIGN_IN],
  unauthenticated: ["signInAgain", SIGN_IN],
  insufficient_claims: ["signInAgain", SIGN_IN],
  access_denied: ["denied", SIGN_IN],
  user_cancelled: ["cancelled", SIGN_IN],
  interaction_in_progress: ["signInRunning", AGAIN],
  timed_out: ["microsoftSilent", AGAIN],
  timed_out_redirect: ["microsoftSilent", SIGN_IN],
  no_network_connectivity: ["offline", AGAIN],
  post_request_failed: ["offline", AGAIN],
  library_missing: ["library", AGAIN],
  administrators_only: ["notAdministrator", NONE],
  offline: ["offline", AGAIN],
  slow: ["slow", AGAIN],
  unreadable: ["unreadable", AGAIN],
};
const OURS_FIRST = ["unauthenticated", "insufficient_claims"];

/** @returns {{code: string, sentence: string, action: string | null, claims: string | null}} `claims`: asked for at sign-in */
export function explain(error) {
  const code = error?.code ?? "unforeseen";
  const [name, action] = TABLE[code] ?? ["unforeseen", error?.fromSignIn ? SIGN_IN : AGAIN];
  const said = OURS_FIRST.includes(code) ? null : error?.said;
  return { code, sentence: said || words.problems[name], action, claims: error?.claims ?? null };
}
