/** Records as the pane counts them: the same record is one, wherever it came from. Pure. */

/** How the types of the systems that we know are drawn, and what a new one begins with. */
const SYMBOLS = {
  contact: ["contact", "employee"],
  company: ["company", "customer", "prospect", "lead", "vendor", "partner", "job"],
  deal: ["deal", "opportunity", "estimate", "salesorder", "invoice", "cashsale"],
  case: ["case", "supportcase"],
};
const RULE_KINDS = ["conversation", "address", "domain"];

export function recordKey({ destination, type, id }) {
  return `${destination}/${type}/${id}`;
}

/** The symbol of a record type; types that have none of their own share one. */
export function recordIcon({ type }) {
  return Object.keys(SYMBOLS).find((symbol) => SYMBOLS[symbol].includes(type)) ?? "record";
}

/** The symbol of a rule's kind, also for what the rule saved ("autopilot:address"). */
export function kindIcon(kind) {
  return RULE_KINDS.includes(kind) ? `rule-${kind}` : "autopilot";
}

/** What the service is told about a record. */
export function asReference({ destination, type, id }) {
  return { destination, type, id };
}

/** Records to choose from: what the person picked first, then what fits by itself, each once. */
export function candidates(picked, suggestions) {
  const seen = new Set();
  return [...picked, ...suggestions].filter((record) => {
    const key = recordKey(record);
    return !seen.has(key) && seen.add(key);
  });
}

/** Records to choose from. What is chosen stays among them, also when what fits by itself is another by now. */
export function offered({ picked, chosen }, suggestions) {
  return candidates(picked, [...(suggestions ?? []), ...chosen.values()]);
}

/** What can be searched for, as {type, plural}: a type that several destinations have is one. */
export function recordTypes(destinations) {
  const types = destinations.flatMap((destination) => destination.types);
  return types.filter(({ type }, index) => types.findIndex((each) => each.type === type) === index);
}

/** What can be created, as {destination, type, title, fields}: the title says where, if that is a question. */
export function newTypes(destinations) {
  const able = destinations.filter(({ types }) => types.some(({ fields }) => fields.length));
  return able.flatMap(({ name, title: place, types }) =>
    types
      .filter(({ fields }) => fields.length)
      .map((type) => ({ ...type, destination: name, title: able.length > 1 ? `${type.title} · ${place}` : type.title })),
  );
}

/** What a new record may start with: the sender's name and address, the subject for what has a title. */
export function firstValues({ fields, type }, message) {
  const person = message?.from ?? {};
  const symbol = recordIcon({ type });
  const given = { name: symbol === "contact" ? person.name : null, address: person.address, email: person.address };
  if (["deal", "case"].includes(symbol)) given.name = given.title = message?.subject;
  if (symbol === "company") given.domain = person.address?.split("@")[1];
  return Object.fromEntries(fields.map(({ name }) => [name, given[name] ?? ""]));
}
