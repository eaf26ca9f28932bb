/** Mail that is not filed yet: whose list is shown, and what a row of it looks like. Pure. */

import { when } from "./format.js";
import { ownAddresses } from "./item.js";
import { sentence } from "./presence.js";
import { explain } from "./problem.js";
import { texts } from "./texts.js";

const ICONS = { saving: "clock", saved: "check", partial: "warning", failed: "error", dismissed: "left-out" };
const TONES = { saved: "mine", partial: "mine", failed: "failed", dismissed: "quiet" };

/** The mailbox whose list is shown first: the last that was seen here, else the one of this window, else the latest. */
export function homeMailbox({ lastMailbox, profileAddress, me }) {
  if (lastMailbox) return lastMailbox;
  const here = profileAddress?.toLowerCase();
  const known = me?.mailboxes ?? [];
  const isOwn = !here || ownAddresses(me).includes(here);
  return (isOwn ? null : known.find(({ address }) => address.toLowerCase() === here)) ?? known[0] ?? me?.mailbox ?? null;
}

/** Those of which the list can be shown, each once, the person's own first. */
export function choices({ me, lastMailbox }) {
  const all = [me?.mailbox, lastMailbox, ...(me?.mailboxes ?? [])].filter((one) => one?.id);
  return all.filter(({ id }, index) => all.findIndex((one) => one.id === id) === index);
}

/** Whether something can still be done with a row. */
export function isOpen({ id }, done) {
  return !done.has(id);
}

/** {tone, icon, title, about, files, words, reason, presence}: `words` say how it stands, if there is anything to say. */
export function rowLook(row, did, now = new Date()) {
  const name = row.from.name || row.from.address || texts.message.unknownSender;
  const words = did && texts.work.states[did.state]?.(did.record?.name ?? "");
  return {
    tone: TONES[did?.state] ?? (row.state === "failed" && !did ? "failed" : "plain"),
    icon: ICONS[did?.state] ?? (row.state === "failed" ? "error" : row.state === "review" ? "question" : null),
    title: row.subject || texts.message.noSubject,
    about: [name, when(row.receivedAt, now)].filter(Boolean).join(" · "),
    files: row.hasAttachments,
    words: words ?? before(row, now),
    reason: did ? (did.problem ? explain(did.problem).sentence : (did.reason ?? null)) : row.reason || null,
    presence: did ? [] : (row.presence ?? []).map(sentence),
  };
}

function before({ state, dismissed }, now) {
  if (dismissed) return texts.work.by(dismissed.by.me ? texts.saves.you : dismissed.by.name, when(dismissed.at, now));
  return { failed: texts.work.failed, review: texts.work.review }[state] ?? null;
}
