/** The screens without an open message: Welcome, and the whole work list. Pure. */

import { h } from "./dom.js";
import { healthLook, needsCare } from "./health.js";
import { ownAddresses } from "./item.js";
import { waiting } from "./parts.js";
import { explain } from "./problem.js";
import { searchView } from "./reading.js";
import { texts } from "./texts.js";
import { choices } from "./unfiled.js";

const MOST_ROWS = 3;

export function welcome(state) {
  const { me, work, allRules, busyRules, lastMailbox, looking, rulesProblem } = state;
  if (!me) return waiting(texts.starting);
  const mailbox = welcomeMailbox(state);
  const untold = mailbox.kind === "personal" || mailbox.kind === "unknown" ? texts.welcome.open : null;
  const badge = { mailbox, using: true, note: lastMailbox ? texts.mailbox.lastSeen : untold, busy: looking, ask: false };
  const view = {
    me,
    isFirst: work.isFirst && !allRules?.length,
    care: care(state),
    strange: mailbox.kind === "unknown" && !mailbox.id ? mailbox.address : null,
    work: work.mailbox && !work.dismissed ? { ...workView(state), most: MOST_ROWS } : null,
    overview: work.overview,
    rules: allRules,
    busy: busyRules,
  };
  return [
    h("affix-mailbox", { key: "mailbox", view: badge }),
    h("affix-welcome", { key: "welcome", view }),
    rulesProblem && h("affix-problem", { key: "rules", view: { problem: explain(rulesProblem), again: "refresh" } }),
  ];
}

export function worklist(state) {
  return h("affix-worklist", { key: "worklist", view: workView(state) });
}

function workView(state) {
  const { work } = state;
  return {
    ...work,
    problem: work.problem && explain(work.problem),
    denied: work.problem?.status === 404,
    mailboxes: choices(state),
    search: { ...searchView(state, "work", texts.work.which), taken: new Set() },
  };
}

/** Sentences on what somebody has to do, each mailbox once. */
function care({ me, work, several }) {
  const told = me.attention ?? [];
  const { mailbox, overview } = work;
  const look = needsCare(overview?.health) ? healthLook(overview.health) : null;
  const isTold = told.some((one) => one.mailbox === mailbox?.address);
  const here = look && !isTold ? [{ mailbox: mailbox.address, message: look.warning ?? look.sentence }] : [];
  const isOpen = several.selected.length === 1 && !several.selected[0].composing;
  return [
    ...(isOpen ? [texts.welcome.itemless] : []),
    ...(me.destinations?.length === 0 ? [texts.welcome.noDestination] : []),
    ...[...told, ...here].map((one) => `${one.mailbox}: ${one.message}`),
  ];
}

/** Without a message Outlook names no mailbox: the last one seen is said to be just that. */
function welcomeMailbox({ lastMailbox, me, profileAddress }) {
  if (lastMailbox) return lastMailbox;
  const address = profileAddress?.toLowerCase();
  if (!address || ownAddresses(me).includes(address)) return { ...me.mailbox, kind: "personal" };
  const known = (me.mailboxes ?? []).find((one) => one.address.toLowerCase() === address);
  return known ?? { kind: "unknown", address: profileAddress };
}
