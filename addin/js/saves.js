/** What a save looks like and how long it is watched. Pure. */

import { kindIcon } from "./records.js";
import { texts } from "./texts.js";
import { when } from "./format.js";

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

/** Waits between looks at a save, in milliseconds: quick at first, then patient, and about two minutes in all. */
export function* waits(random = Math.random) {
  let next = 400;
  for (let sum = 0; sum < 120000; sum += next) {
    yield Math.round(next * (0.85 + random() * 0.3));
    next = Math.min(next * 1.5, 10000);
  }
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
