/** Past mail that is being saved for a rule: how one stands, and what can be done with it. Pure. */

import { when } from "./format.js";
import { texts } from "./texts.js";

const DAY_MS = 86400000;
const NEWS_MS = 900000;
const ICONS = { paused: "pause", done: "check", failed: "error", undone: "undo" };
const ACTIONS = {
  running: ["pause", "undo"],
  paused: ["resume", "undo"],
  done: ["undo", "hide"],
  failed: ["again", "undo", "hide"],
  undone: ["hide"],
};

/** Whether it changes by itself, so that it is worth another look. */
export function isMoving({ state, saves }) {
  return ["running", "undoing"].includes(state) || (state !== "undone" && saves.queued > 0);
}

/** Whether somebody who comes to the mailbox wants to see it: it goes on, waits for somebody, or ended just now. */
export function isNews(backfill, now = new Date()) {
  if (backfill.state === "undone") return false;
  return backfill.state !== "done" || isMoving(backfill) || Number(now) - Date.parse(backfill.finishedAt) < NEWS_MS;
}

/** {tone, icon, word, share, sentence, actions}; `share` is 0 to 1, or null when nothing goes on. */
export function backfillLook(backfill) {
  const { state, saves, reason } = backfill;
  const waits = state === "done" && saves.queued > 0;
  return {
    tone: state === "failed" ? "failed" : backfill.startedBy?.me ? "mine" : "colleague",
    icon: waits ? "clock" : (ICONS[state] ?? "clock"),
    word: waits ? texts.past.states.saving : texts.past.states[state],
    share: isMoving(backfill) || state === "paused" ? share(backfill) : null,
    sentence: sentence(backfill),
    reason,
    actions: (ACTIONS[state] ?? []).filter((name) => name !== "undo" || held(saves) > 0 || state !== "done"),
  };
}

/** Whether this person may pause or undo it, by the rights that the service will check again. */
export function mayChange({ rule, startedBy }, { me, rules, allRules }) {
  const carried = [...rules, ...(allRules ?? [])].some(({ id, carriedBy }) => id === rule && carriedBy?.me);
  return carried || startedBy?.me === true || me?.person.administrator === true;
}

/** How many messages it has put on the record, or is about to. */
export function held({ queued, saved, partial }) {
  return queued + saved + partial;
}

/** For how many days to ask when it is started again. */
export function daysOf({ since }, now = new Date()) {
  return Math.min(365, Math.max(1, Math.ceil((Number(now) - Date.parse(since)) / DAY_MS)));
}

/** The walk through the mail is one half, saving what fits the other. */
function share({ state, progress, saves }) {
  const all = held(saves) + saves.failed + saves.undone;
  if (state === "undoing") return all ? saves.undone / all : 0;
  return progress * (all ? 1 - saves.queued / all / 2 : 1);
}

function sentence({ state, since, position, seen, matched, saves }) {
  if (state === "undone") return texts.past.undone(saves.undone);
  if (state === "undoing") return texts.past.undoing(saves.undone);
  if (state === "running" && !seen) return texts.past.beginning(when(since));
  const upTo = state === "running" || state === "paused" ? when(position) : "";
  return `${texts.past.looked(seen, upTo)} ${texts.past.counts(matched, saves)}`;
}
