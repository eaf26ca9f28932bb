/** Autopilot's rules: what one may be started for, what one looks like and what can be done with it. Pure. */

import { moment } from "./format.js";
import { asReference, kindIcon, recordKey } from "./records.js";
import { holds } from "./saves.js";
import { texts } from "./texts.js";

// So many strangers have an address here that "everything of this domain" is never what is meant.
const EVERYBODYS = (
  "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com aol.com " +
  "gmx.de gmx.net web.de t-online.de proton.me protonmail.com qq.com 163.com"
).split(" ");
const MOST_PEOPLE = 20;
const LICENSED = ["licensed", "notNeeded"];

/** What may go on being saved, as {kind, values}: the conversation, the people on the message, and their domains. */
export function offers({ message, mailbox }, own = []) {
  const people = correspondents(message, mailbox, own);
  const outside = people.filter((address) => !isOfHouse(address, mailbox));
  const domains = [...new Set(outside.map(domainOf))].filter((domain) => !EVERYBODYS.includes(domain));
  return [
    { kind: "conversation", values: [null] },
    people.length > 0 && { kind: "address", values: people },
    domains.length > 0 && { kind: "domain", values: domains },
  ].filter(Boolean);
}

/** Whether mail of that person is mail of the house, which is left out unless it is asked for. */
export function isOfHouse(address, mailbox) {
  return domainOf(address) === domainOf(mailbox.address);
}

/** Whether everybody on the message is of the mailbox's own domain: such mail is left out unless it is asked for. */
export function isInHouse({ message, mailbox }) {
  const domains = everybody(message).map(domainOf);
  return domains.length > 0 && domains.every((domain) => domain === domainOf(mailbox.address));
}

/** The records that a rule may save to: those just chosen, then those that have the message already. */
export function targets(chosen, saves) {
  const held = saves.filter(holds).map(({ record }) => record);
  return [...new Map([...chosen, ...held].filter(Boolean).map((record) => [recordKey(record), record])).values()];
}

/** What the service is asked for when a rule is started or tried. `terms`: scope, attachments and what else holds. */
export function asWanted({ asked, context }, { kind, value }, record, terms = {}) {
  const { message, mailbox } = context;
  // The immutable id stays right when the message is moved meanwhile.
  const item = message.id ? { ...asked, id: message.id, idFormat: "immutable" } : asked;
  const about = kind === "conversation" ? { item } : { value };
  return { kind, mailbox: mailbox.address, record: asReference(record), ...about, ...terms };
}

/** The tone says whose rule it is; the words say the same without colour. */
export function ruleLook(rule, now = new Date()) {
  const carrier = rule.carriedBy ?? rule.madeBy;
  return {
    tone: rule.state === "stopped" ? "failed" : carrier?.me ? "mine" : "colleague",
    icon: kindIcon(rule.kind),
    sentence: [whose(rule, carrier), state(rule, now)].filter(Boolean).join(" · "),
    sign: { paused: "pause", stopped: "error" }[rule.state] ?? null,
    where: where(rule, carrier),
    unlicensed: (rule.mailboxes ?? [])
      .filter(({ license }) => !LICENSED.includes(license))
      .map(({ address }) => address),
  };
}

/** Whether Affix itself carries the rule for the whole organisation, and not a person's right. */
function isOrganisations(rule) {
  return rule.kind === "match" || rule.byApplication === true;
}

/** What this person can do with the rule, by the rights that the service will check again. */
export function ruleActions(rule, administrator) {
  const mine = (rule.carriedBy ?? rule.madeBy)?.me === true;
  const pause = rule.state === "active" && (mine || administrator) && "pause";
  const resume = (rule.state === "paused" ? mine || administrator : rule.state === "stopped" && mine) && "resume";
  return [pause, resume, !mine && administrator && "take-over", rule.mayRemove && "remove"].filter(Boolean);
}

/** Whether this person may have the rule save past mail too. That is of rules that know their record. */
export function mayReachBack(rule, administrator) {
  const mine = (rule.carriedBy ?? rule.madeBy)?.me === true;
  return rule.state === "active" && (mine || administrator) && !isOrganisations(rule);
}

/** Who can remove a rule that this person cannot; null when they can. */
export function whoRemoves(rule, administrator) {
  if (rule.mayRemove) return null;
  const name = nameOf(rule.carriedBy ?? rule.madeBy);
  if (isOrganisations(rule) && !administrator) return texts.rules.ofOrganisation(name);
  return administrator ? texts.rules.onlyAfterTakeOver(name) : texts.rules.onlyTheirs(name);
}

function state(rule, now) {
  if (rule.state === "active") return texts.rules.running(moment(rule.since, now));
  return texts.rules.states[rule.state] ?? rule.state;
}

function where(rule, carrier) {
  if (rule.scope !== "everywhere") return null;
  if (isOrganisations(rule)) return texts.rules.organisationWide;
  return carrier?.me ? texts.rules.everywhere : texts.rules.everywhereOf(nameOf(carrier));
}

function whose({ madeBy }, carrier) {
  if (!madeBy || !carrier || madeBy.address === carrier.address) return nameOf(carrier ?? madeBy);
  return texts.rules.takenOver(nameOf(carrier), nameOf(madeBy));
}

function nameOf(person) {
  return person?.me ? texts.saves.you : person?.name || person?.address || "";
}

/** Those outside first: mail goes on being saved because of them. */
function correspondents(message, mailbox, own) {
  const mine = new Set([mailbox.address?.toLowerCase(), ...own]);
  const others = [...new Set(everybody(message))].filter((address) => !mine.has(address));
  const inside = others.filter((address) => isOfHouse(address, mailbox));
  return [...others.filter((address) => !inside.includes(address)), ...inside].slice(0, MOST_PEOPLE);
}

function everybody({ from, sender, to, cc }) {
  const addresses = [from, sender, to, cc].flat().map((person) => person?.address?.trim().toLowerCase());
  return addresses.filter((address) => address?.includes("@"));
}

function domainOf(address) {
  return address.toLowerCase().split("@").at(-1);
}
