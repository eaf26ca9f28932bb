/** Lines of activity: what one looks like, and what can be done with it. Pure. */

import { when } from "./format.js";
import { texts } from "./texts.js";

const ICONS = {
  saved: "check",
  duplicate: "check",
  partial: "warning",
  failed: "error",
  queued: "clock",
  saving: "clock",
  undone: "undo",
  skipped: "left-out",
  review: "question",
};
const TELLING = ["failed", "partial", "saving", "queued", "saved", "undone"];
const OF_KINDS = { rule: "autopilot", license: "person", mailbox: "mailbox-other" };

/** {tone, icon, title, about, word, reason}: `word` says the state, `reason` why in one sentence. */
export function lineLook(line, now = new Date()) {
  const isMail = line.subject !== null && line.subject !== undefined;
  const who = line.by?.me ? texts.saves.you : line.by?.name || line.by?.address || "";
  const done = texts.activity.what[line.what];
  return {
    tone: tone(line),
    icon: ICONS[line.state] ?? OF_KINDS[line.kind] ?? "info",
    title: isMail ? line.subject || texts.message.noSubject : line.rule?.title || line.mailbox || line.title || "",
    about: [line.from, when(line.at, now), line.mailbox].filter(Boolean).join(" · "),
    word: texts.activity.states[line.state] ?? "",
    records: recordNames(line),
    rule: isMail ? (line.rule?.title ?? null) : null,
    reason: line.reason || (done ? done(who, line) : null),
    action: line.saves.find(isFailed)?.action ?? null,
  };
}

/** "retry" what failed; "file" and "dismiss" what nobody could match, or what was left out. */
export function lineActions(line) {
  const seen = line.what === "seen";
  return [
    line.saves.some(isFailed) && "retry",
    seen && ["review", "skipped"].includes(line.state) && "file",
    seen && line.state === "review" && "dismiss",
  ].filter(Boolean);
}

export function isFailed({ state }) {
  return state === "failed" || state === "partial";
}

export function isUnsettled({ state }) {
  return state === "queued" || state === "saving";
}

/** The line when its saves have changed: of several the most telling counts, as in the service. */
export function withSaves(line, saves) {
  const told = TELLING.map((state) => saves.find((save) => save.state === state)).find(Boolean);
  if (!told) return line;
  return { ...line, saves, state: told.state, reason: told.reason ?? (told.state === line.state ? line.reason : null) };
}

/** The days of the filter as moments: `to` is the last day that counts. */
export function asMoments({ from, to }) {
  return {
    from: from && new Date(`${from}T00:00`).toISOString(),
    to: to && new Date(new Date(`${to}T00:00`).getTime() + 86400000).toISOString(),
  };
}

/** What "retry all" is told, and which of the failed saves it means. Retrying knows no other filter. */
export function retryWanted(filters) {
  const kind = ["autopilot", "manual"].includes(filters.kind) ? filters.kind : "";
  const wanted = { mailbox: filters.mailbox, kind, ...asMoments(filters) };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));
}

/**
 * Whether "retry all" with these filters means the failed save.
 * @param {any} save
 * @param {Record<string, string>} filters  as `retryWanted` gives them
 */
export function isMeant(save, { kind, from, to }) {
  if (kind && (save.how === "manual") !== (kind === "manual")) return false;
  const at = new Date(save.createdAt);
  return !(from && at < new Date(from)) && !(to && at >= new Date(to));
}

function recordNames({ saves, name }) {
  const names = [...new Set(saves.map(({ record }) => record?.name).filter(Boolean))];
  return names.length ? names.join(", ") : (name ?? "");
}

function tone(line) {
  if (line.state === "failed") return "failed";
  if (!line.saves.length || line.state === "undone") return "plain";
  return line.saves[0].savedBy?.me ? "mine" : "colleague";
}
