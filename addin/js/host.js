/**
 * Outlook, as the pane knows it. Nobody else says `Office.`.
 *
 * A call to Outlook may never come back (office-js issue 4836), may be missing (778, 6651) or throw at once, so every
 * call here has its own limit and ends in plain words: {state: "known" | "absent" | "failed" | "silent", ...}.
 */

const CALL_LIMIT_MS = 4000;
const START_LIMIT_MS = 10000;
// Outlook stores the draft on its server first.
const SAVE_LIMIT_MS = 15000;
const SETTING = "affix";
const CHOSEN = "affix.chosen";

/**
 * Waits until Outlook has introduced itself. `inOutlook` is false in a plain browser tab; and where `missing` is true,
 * since office.js or a part of it did not come, which a new start of the page may put right.
 */
export async function start() {
  await limited(scriptsRun(), START_LIMIT_MS);
  restoreHistory();
  if (typeof Office === "undefined") return { inOutlook: false, missing: true };
  const answer = await limited(Office.onReady(), START_LIMIT_MS);
  const inOutlook = answer.state === "known" && answer.value?.host === "Outlook" && Boolean(mailbox());
  return { inOutlook, missing: answer.state === "silent" };
}

/** The address that Outlook gives for its window. Fixed when the pane loads: it does not follow the open message. */
export function profileAddress() {
  return mailbox()?.userProfile?.emailAddress ?? null;
}

/** What Outlook says about the open item, copied now: the live object changes under a pinned pane. null = no item. */
export function openItem() {
  const item = mailbox()?.item;
  if (!item) return null;
  return {
    handle: item,
    id: item.itemId ?? null,
    idFormat: isMobile() ? "rest" : "ews",
    itemType: item.itemType ?? null,
    composing: typeof item.subject === "object" && item.subject !== null,
    subject: typeof item.subject === "string" ? item.subject : null,
    internetMessageId: item.internetMessageId ?? null,
    conversationId: item.conversationId ?? null,
    people: [item.from, item.sender, item.to, item.cc].flat().filter((person) => person?.emailAddress),
  };
}

/** Whose mailbox the item is in. Outlook gives the method only to items that it reports as shared. */
export function sharedProperties({ handle }) {
  return called((done) => handle.getSharedPropertiesAsync(done), typeof handle.getSharedPropertiesAsync === "function");
}

/** The id of a draft, if it was saved before. */
export function draftId({ handle }) {
  return called((done) => handle.getItemIdAsync(done), typeof handle.getItemIdAsync === "function");
}

/**
 * What Outlook says of a message that is being written: {from, people, subject}; `from` is an address or null. It names
 * the sender, which is only a sign of the mailbox that the message is in.
 */
export async function written({ handle }) {
  const [from, to, cc, bcc, subject] = await Promise.all(
    ["from", "to", "cc", "bcc", "subject"].map((name) =>
      called((done) => handle[name].getAsync(done), typeof handle[name]?.getAsync === "function"),
    ),
  );
  const people = [to, cc, bcc].flatMap(({ value }) => value ?? []).filter((person) => person?.emailAddress);
  return { from: from.value?.emailAddress ?? null, people, subject: subject.value ?? "" };
}

/** Has Outlook save the message that is being written as a draft, and gives the draft's id. */
export function saveDraft({ handle }) {
  return called((done) => handle.saveAsync(done), typeof handle.saveAsync === "function", SAVE_LIMIT_MS);
}

/** Notes with the message that records were chosen for it, for the script that Outlook runs when it is sent. */
export function markChosen({ handle }, isChosen) {
  const data = handle.sessionData;
  const able = typeof data?.setAsync === "function";
  return called((done) => (isChosen ? data.setAsync(CHOSEN, "1", done) : data.removeAsync(CHOSEN, done)), able);
}

/** Calls `changed` when the recipients of a message that is being written change. */
export function onRecipientsChanged({ handle }, changed) {
  const able = typeof handle?.addHandlerAsync === "function" && Boolean(Office.EventType?.RecipientsChanged);
  return called((done) => handle.addHandlerAsync(Office.EventType.RecipientsChanged, changed, done), able);
}

/** Whether this Outlook runs the script of an add-in when a message is sent. */
export function canCheckSending() {
  return Boolean(Office.context?.requirements?.isSetSupported("Mailbox", "1.12"));
}

/** Keeps `value` in the mailbox, where the script that runs at sending finds it; that one has no service to ask. */
export function keepForSending(value) {
  const kept = Office.context?.roamingSettings;
  if (JSON.stringify(kept?.get(SETTING)) === JSON.stringify(value)) return Promise.resolve({ state: "known" });
  kept?.set(SETTING, value);
  return called((done) => kept.saveAsync(done), typeof kept?.saveAsync === "function");
}

/** Calls `changed` when another item is chosen. Outlook only tells a pinned pane, and not always. */
export function onItemChanged(changed) {
  const box = mailbox();
  const able = typeof box?.addHandlerAsync === "function";
  return called((done) => box.addHandlerAsync(Office.EventType.ItemChanged, changed, done), able);
}

/**
 * The selected messages, where Outlook can select several (Mailbox 1.13), else none. It gives 100 at most. `composing`:
 * it is a draft. Set 1.14 tells the Message-ID besides.
 */
export async function selectedItems() {
  const box = mailbox();
  const answer = await called((done) => box.getSelectedItemsAsync(done), canSelectSeveral());
  const found = answer.state === "known" ? (answer.value ?? []) : [];
  return found.map((item) => ({
    id: item.itemId,
    idFormat: "ews",
    subject: item.subject ?? "",
    internetMessageId: item.internetMessageId ?? null,
    composing: item.itemMode === "Compose",
  }));
}

/** Calls `changed` when other messages are selected. */
export function onSelectionChanged(changed) {
  const box = mailbox();
  return called((done) => box.addHandlerAsync(Office.EventType.SelectedItemsChanged, changed, done), canSelectSeveral());
}

function canSelectSeveral() {
  const box = mailbox();
  return typeof box?.getSelectedItemsAsync === "function" && Boolean(Office.EventType?.SelectedItemsChanged);
}

/** The colours of Office: {bodyBackgroundColor, isDarkTheme, ...}, or null where Outlook does not tell. */
export function theme() {
  return (typeof Office !== "undefined" && Office.context?.officeTheme) || null;
}

export function onThemeChanged(changed) {
  const box = mailbox();
  const able = typeof box?.addHandlerAsync === "function" && Boolean(Office.EventType.OfficeThemeChanged);
  return called((done) => box.addHandlerAsync(Office.EventType.OfficeThemeChanged, changed, done), able);
}

/** Whether this Outlook passes sign-in on to add-ins. Both signs are needed: either alone was seen to be wrong. */
export function canNestSignIn() {
  return Boolean(Office.context?.requirements?.isSetSupported("NestedAppAuth", "1.1") && mayNestSignIn());
}

/** The sign that is there before office.js is. */
export function mayNestSignIn() {
  return Boolean(window.nestedAppAuthBridge);
}

/** The older way of signing in. Answers with the token, or with the 13xxx code of Office. */
export async function accessToken(options, limit) {
  if (typeof Office.auth?.getAccessToken !== "function") return { state: "absent" };
  try {
    return await limited(Office.auth.getAccessToken(options), limit);
  } catch (error) {
    return { state: "failed", code: error?.code ?? null };
  }
}

/** This module may run before office.js, which the page defers; deferred scripts have run, or failed, at that event. */
async function scriptsRun() {
  if (typeof Office !== "undefined" || !globalThis.document || document.readyState === "complete") return;
  await new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", resolve, { once: true });
    window.addEventListener("load", resolve, { once: true });
  });
}

/** office.js puts null in the place of two functions that sign-in libraries need; without it the browser's are back. */
function restoreHistory() {
  for (const name of ["pushState", "replaceState"])
    if (globalThis.history?.[name] === null) Reflect.deleteProperty(history, name);
}

function mailbox() {
  return typeof Office === "undefined" ? undefined : Office.context?.mailbox;
}

function isMobile() {
  const platform = Office.context?.diagnostics?.platform ?? Office.context?.platform;
  return ["iOS", "Android"].includes(String(platform));
}

/** One call with a callback, under the limit. A restricted add-in makes Outlook throw at once. */
async function called(call, able, limit = CALL_LIMIT_MS) {
  if (!able) return { state: "absent" };
  try {
    const answer = await limited(new Promise((resolve) => call(resolve)), limit);
    if (answer.state !== "known") return answer;
    const { status, value, error } = answer.value ?? {};
    return status === "succeeded" ? { state: "known", value } : { state: "failed", code: error?.code ?? null };
  } catch (error) {
    return { state: "failed", code: error?.code ?? null };
  }
}

async function limited(promise, limit) {
  let timer;
  const silence = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ state: "silent" }), limit);
  });
  try {
    return await Promise.race([promise.then((value) => ({ state: "known", value })), silence]);
  } finally {
    clearTimeout(timer);
  }
}
