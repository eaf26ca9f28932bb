/** How the watching of a mailbox goes, in words: a state, who carries it, what to do, and what was caught up. Pure. */

import { moment } from "./format.js";
import { texts } from "./texts.js";

const ICONS = { connected: "check", degraded: "clock", connecting: "clock", paused: "pause" };
const DAY_MS = 86400000;

/** {icon, word, sentence, serious, warning, carriers, caughtUp}, or null for a mailbox that nobody watches. */
export function healthLook(health, now = new Date()) {
  if (!health?.state || (health.state === "connected" && !health.carriers)) return null;
  const serious = !(health.state in ICONS);
  return {
    icon: ICONS[health.state] ?? "error",
    word: texts.health.states[health.state] ?? texts.health.trouble,
    sentence: health.message,
    serious,
    warning: health.warning?.message ?? null,
    carriers: carriers(health, now),
    caughtUp: caughtUp(health.caughtUp, now),
  };
}

/** Whether somebody has to do something before all is well. */
export function needsCare(health) {
  const look = healthLook(health);
  return Boolean(look && (look.serious || look.warning));
}

function carriers({ carriers: people = [], carriedByApplication }, now) {
  const names = people.map(({ me, name, address, state, until }) => {
    const who = me ? texts.health.you : name || address;
    return state === "ok" ? who : texts.health.carrier[state](who, moment(until, now));
  });
  if (carriedByApplication) names.push(texts.health.application);
  return names.length ? texts.health.carriers(names.join(", ")) : null;
}

/** A day long; later nobody wonders any more. */
function caughtUp(gap, now) {
  if (!gap || Number(now) - Date.parse(gap.until) > DAY_MS) return null;
  return texts.health.caughtUp(gap.messages, moment(gap.since, now), gap.saves);
}
