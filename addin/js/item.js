/** The open item as the service wants to hear of it. All of it is a hint; the service proves it as the person. */

const MOST_PARTICIPANTS = 20;

/** `item` from host.js, `shared` = Outlook's shared properties or null, `mailbox` = what the person typed or null. */
export function hints(item, { shared = null, profileAddress = null, mailbox = null } = {}) {
  return withoutGaps({
    id: item.id,
    idFormat: item.idFormat,
    internetMessageId: item.internetMessageId,
    conversationId: item.conversationId,
    subject: item.subject,
    itemType: item.itemType,
    owner: shared?.owner,
    profileAddress,
    mailbox,
    participants: participants(item.people ?? []),
  });
}

/** Every address of the person, `me` as the service tells of them, in small letters; none while that is not known. */
export function ownAddresses(me) {
  const own = me ? [me.person.address, ...(me.person.addresses ?? [])] : [];
  return own.filter(Boolean).map((address) => address.toLowerCase());
}

/** Whether two looks found the same item. Outlook gives a new object each time, so compare what it says. */
export function isSameItem(one, other) {
  if (!one || !other) return one === other;
  return one.id === other.id && one.internetMessageId === other.internetMessageId && one.composing === other.composing;
}

/** Why the pane can do nothing for the item at all: "appointment", "nameless", or null when it can. */
export function obstacle({ itemType, composing, id }) {
  if (itemType === "appointment") return "appointment";
  return id || composing ? null : "nameless";
}

function participants(people) {
  const addresses = people.map(({ emailAddress }) => emailAddress.trim().toLowerCase());
  return [...new Set(addresses)].slice(0, MOST_PARTICIPANTS);
}

function withoutGaps(fields) {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== ""),
  );
}
