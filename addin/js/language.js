/**
 * The language that Outlook speaks, known before Outlook is: every host gives it to the pane's page in the address or
 * the name of its frame ("Outlook$Web$16.01$de-DE$..."). Office.context.displayLanguage says the same, but later.
 */

const SPOKEN = ["en", "de", "fr", "es", "ja"];
const RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];

/** Outlook's display language as a tag, such as "de-DE". */
export const displayLanguage = told() ?? globalThis.navigator?.language ?? "en-US";

/** The language of the pane's words: Outlook's where we speak it, else English. */
export const language = spoken(displayLanguage);

/** "rtl" or "ltr", as Outlook's own window. */
export const direction = RIGHT_TO_LEFT.includes(base(displayLanguage)) ? "rtl" : "ltr";

/** One of the languages that we speak, for a tag such as "fr-CA". */
export function spoken(tag) {
  return SPOKEN.includes(base(tag)) ? base(tag) : "en";
}

/** The language tag out of what a host says of itself; null where it says nothing of the kind. */
export function languageOf(hostInformation) {
  const parts = (hostInformation ?? "").split(/[$|]/);
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(parts[3] ?? "") ? parts[3] : null;
}

function told() {
  if (!globalThis.location) return "en-US";
  const asked = new URLSearchParams(location.search).get("_host_Info");
  return languageOf(asked) ?? languageOf(fromName()) ?? languageOf(kept());
}

function fromName() {
  try {
    return JSON.parse(window.name).hostInfo;
  } catch {
    return null;
  }
}

/** Where office.js keeps it, for pages that were opened from one another. */
function kept() {
  try {
    return sessionStorage.getItem("hostInfoValue");
  } catch {
    return null;
  }
}

function base(tag) {
  return tag.toLowerCase().split("-")[0];
}
