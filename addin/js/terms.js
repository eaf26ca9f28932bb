/** What was chosen for a new rule, filled up with what is usual. Pure. */

import { recordKey } from "./records.js";
import { isOfHouse } from "./rules.js";

const USUAL_DAYS = 30;

/**
 * {offer, record, terms, key}. `chosen` holds what the person touched: {kind, address, domain, record, scope,
 * attachments, internalToo, privateToo, pastToo, days}. `key` tells whether a dry run was of this very choice.
 */
export function chosenTerms({ offers, records, mailbox, attachments, inHouse }, chosen) {
  const one = offers.find(({ kind }) => kind === chosen.kind) ?? offers[0];
  const offer = { kind: one.kind, value: valueOf(one, chosen) };
  const record = records.find((each) => recordKey(each) === chosen.record) ?? records[0] ?? null;
  // Whoever names a colleague wants the mail among colleagues, which is left out otherwise.
  const ofHouse = inHouse || (offer.kind === "address" && isOfHouse(offer.value, mailbox));
  const terms = {
    scope: chosen.scope ?? "mailbox",
    attachments: chosen.attachments ?? attachments,
    internalToo: chosen.internalToo ?? ofHouse,
    privateToo: chosen.privateToo ?? false,
  };
  const key = JSON.stringify([offer, record && recordKey(record), terms]);
  const past = chosen.pastToo && { pastToo: true, pastDays: Number(chosen.days ?? USUAL_DAYS) };
  return { offer, record, terms: { ...terms, ...past }, key };
}

/** Of several people, or domains, the one that was chosen, else the first. */
export function valueOf({ kind, values }, chosen) {
  return values.includes(chosen[kind]) ? chosen[kind] : values[0];
}
