/** What a save looks like and how long it is watched. Pure. */

import { kindIcon, recordKey } from "./records.js";
import { texts } from "./texts.js";
import { when } from "./format.js";

const MOST_LISTED = 50; // by the service, of one message
const UNDER_WAY = ["queued", "saving"];
const ICONS = { queued: "clock", saving: "clock", partial: "warning", failed: "error", undone: "undo" };

export function isUnderWay(save) {
  return UNDER_WAY.includes(save.state);
}

/** Whether nothing more is to come: the save is done, and its category in Outlook was set or refused. */
export function isSettled(save) {
  return !isUnderWay(save) && save.category?.state !== "pending";
}

/** Whether the message counts as saved, or about to be saved, to that record. */
export function holds(save) {
  return save.state !== "undone" && save.state !== "failed";
}

/** The tone says whose save it is or what is wrong; icon and words say the same without colour. */
export function look(save, now = new Date()) {
  const mine = save.savedBy?.me === true;
  // "manual", or what let Autopilot save it: "autopilot:address".
  const automatic = Boolean(save.how) && save.how !== "manual";
  const kind = automatic ? save.how.split(":").at(-1) : null;
  const who = mine ? texts.saves.you : (save.savedBy?.name ?? save.savedBy?.address ?? "");
  return {
    tone: tone(save, mine),
    icon: ICONS[save.state] ?? (automatic ? kindIcon(kind) : mine ? "check" : "colleague"),
    sentence: sentence(save, who, now),
    how: automatic ? (texts.saves.automatic[kind] ?? texts.saves.automatic.other) : null,
  };
}

/** What the person can do with a save in its state. */
export function actions(save) {
  if (save.state === "undone") return ["again"];
  if (save.state === "failed") return ["retry", "dismiss"];
  if (isUnderWay(save)) return ["undo"];
  return save.state === "partial" ? ["retry", "move", "undo"] : ["move", "undo"];
}

/** What to say aloud when a save has come to its end; null while it goes on. */
export function announcement(save) {
  const record = save.record?.name ?? "";
  const words = {
    saved: texts.saves.done,
    partial: texts.saves.partly,
    failed: texts.saves.notDone,
    undone: texts.saves.undone,
  };
  return words[save.state]?.(record) ?? null;
}

/** The saves of a message, newest first: as the service lists them now, but for those that the person is changing, and
 * with those that are gone since the last time as removed.
 * @param {any[]} before
 * @param {any[]} fresh
 * @param {Set<string>} busy
 */
export function merged(before, fresh, busy) {
  const listed = new Set(fresh.map(({ id }) => id));
  const records = new Set(fresh.map(({ record }) => recordKey(record)));
  const gone = before.filter(({ id, record }) => !listed.has(id) && !records.has(recordKey(record)));
  const isCut = fresh.length >= MOST_LISTED;
  const rest = gone.map((save) => (busy.has(save.id) || isCut ? save : { ...save, state: "undone" }));
  const shown = fresh.map((save) => (busy.has(save.id) && before.find(({ id }) => id === save.id)) || save);
  return [...shown, ...rest].sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
}

/** What to say aloud of the saves that came to their end between two looks. */
export function news(before, saves) {
  const states = new Map(before.map(({ id, state }) => [id, state]));
  const changed = saves.filter(({ id, state }) => states.get(id) !== state && (states.has(id) || state !== "undone"));
  return changed.map(spoken).filter(Boolean);
}

/** Waits between looks at a save, in milliseconds: quick at first, then patient, and about two minutes in all. */
export function* waits(random = Math.random) {
  let next = 400;
  for (let sum = 0; sum < 120000; sum += next) {
    yield Math.round(next * (0.85 + random() * 0.3));
    next = Math.min(next * 1.5, 10000);
  }
}

function spoken(save) {
  if (save.state !== "saved" || save.savedBy?.me !== false) return announcement(save);
  return texts.presence.saved(save.savedBy.name || save.savedBy.address, save.record?.name ?? "");
}

function sentence(save, who, now) {
  const state = texts.saves.states[save.state] ?? save.state;
  // Who took it away, and when, is not known here; who saved it is.
  if (save.state === "undone") return state;
  return texts.saves.by(who, state, isUnderWay(save) ? "" : when(save.savedAt ?? save.createdAt, now));
}

function tone(save, mine) {
  if (save.state === "failed") return "failed";
  if (save.state === "undone") return "quiet";
  return mine ? "mine" : "colleague";
}
