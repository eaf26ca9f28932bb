/**
 * Everything that can go wrong, by its code: what to say (a name in texts.js) and what the person can do about it.
 * Codes come from the service, from Office (13xxx) and from MSAL. Unknown codes share one generic entry.
 */

import { texts } from "./texts.js";
import { Problem } from "./transport.js";

export { Problem };

const SIGN_IN = "sign-in";
const AGAIN = "again";
const RELOAD = "reload";
const CONSENT = "consent";

const TABLE = {
  // Office sign-in, https://learn.microsoft.com/office/dev/add-ins/develop/troubleshoot-sso-in-office-add-ins
  13000: ["signInUnavailable", AGAIN],
  13001: ["notSignedIn", SIGN_IN],
  13002: ["signInCancelled", SIGN_IN],
  13003: ["accountUnsupported", RELOAD],
  13004: ["setUpWrong", RELOAD],
  13005: ["consentMissing", SIGN_IN],
  13006: ["sessionBroken", RELOAD],
  13007: ["officeRefused", SIGN_IN],
  13008: ["signInRunning", AGAIN],
  13009: ["officeRefused", AGAIN],
  13010: ["edgeZones", RELOAD],
  13011: ["officeRefused", AGAIN],
  13012: ["signInUnavailable", RELOAD],
  13013: ["tooManyTries", AGAIN],
  50001: ["officeStale", RELOAD],
  // MSAL, nested app authentication
  no_account_error: ["notSignedIn", SIGN_IN],
  user_canceled: ["signInCancelled", SIGN_IN],
  user_cancelled: ["signInCancelled", SIGN_IN],
  interaction_required: ["signInAgain", SIGN_IN],
  login_required: ["signInAgain", SIGN_IN],
  consent_required: ["consentMissing", CONSENT],
  interaction_in_progress: ["signInRunning", AGAIN],
  popup_window_error: ["popupBlocked", SIGN_IN],
  timed_out: ["outlookSilent", AGAIN],
  no_network_connectivity: ["offline", AGAIN],
  post_request_failed: ["offline", AGAIN],
  account_unavailable: ["notSignedIn", SIGN_IN],
  // our own
  sign_in_needed: ["signInFirst", SIGN_IN],
  outlook_silent: ["outlookSilent", AGAIN],
  sign_in_unavailable: ["signInUnavailable", RELOAD],
  library_missing: ["libraryMissing", RELOAD],
  offline: ["offline", AGAIN],
  slow: ["serviceSlow", AGAIN],
  unreadable: ["serviceBroken", AGAIN],
  // the service
  unauthenticated: ["signInAgain", SIGN_IN],
  insufficient_claims: ["signInAgain", SIGN_IN],
  mailbox_access_denied: ["mailboxDenied", AGAIN],
  message_not_found: ["messageNotFound", AGAIN],
  invalid_request: ["serviceRefused", AGAIN],
  busy: ["serviceBusy", AGAIN],
};

const LONG_WAIT_S = 10;
const GENERIC = ["unforeseen", AGAIN];

/** What to show for an error: one sentence, and at most one action. */
export function explain(error) {
  const code = error?.code ?? "unforeseen";
  const [name, action] = TABLE[code] ?? GENERIC;
  // The service writes its sentences for people and knows the address or the record; ours stand in when it is silent.
  const said = error?.said || texts.problems[name];
  // A short wait was tried already; before a long one ends, trying again is of no use.
  const sentence = error?.retryAfter > LONG_WAIT_S ? `${said} ${texts.problems.later(error.retryAfter)}` : said;
  const link = action === CONSENT ? safeLink(error.consentUrl) : null;
  return { code, sentence, action: action === CONSENT && !link ? SIGN_IN : action, link };
}

/** Whether the problem is about who the person is, so that nothing else can be shown. */
export function isAboutSignIn(error) {
  const signIn = ["interaction_required", "consent_required", "unauthenticated", "insufficient_claims"];
  return error?.fromSignIn === true || signIn.includes(error?.code);
}

function safeLink(address) {
  return typeof address === "string" && address.startsWith("https://") ? address : null;
}
