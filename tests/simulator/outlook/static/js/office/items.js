// What Outlook tells the pane about the selected item: the "initial data" of office.js, made from a message of Graph.
// What a real client fills in is known from its documentation and field reports only.

export const ITEM_TYPES = { message: 1, meetingRequest: 3, messageCompose: 4, none: 6 };
const READ_WRITE_MAILBOX = 2;
const OTHER_RECIPIENT = 0;

// Exchange's own form of an id of Graph: the alphabet of base64 instead of its address-safe variant.
export const ewsId = (restId) => restId.replaceAll("-", "/").replaceAll("_", "+");

// The signed-in person, or in a mailbox opened on its own, by Microsoft's design, that mailbox.
function common(profile) {
  return {
    permissionLevel: READ_WRITE_MAILBOX,
    hostVersion: "16.0.0.0",
    owaView: "ThreeColumns",
    userDisplayName: profile.name,
    userEmailAddress: profile.address,
    userProfileType: "enterprise",
    userTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ewsUrl: "https://outlook.office365.com/EWS/Exchange.asmx",
    restUrl: "https://outlook.office365.com/api",
    isRestIdSupported: true,
  };
}

export function noItem(profile) {
  return { ...common(profile), itemType: ITEM_TYPES.none };
}

// `told`: what this client tells, {isFromSharedFolder, hasId, hasMessageId}.
export function readItem(profile, message, attachments, { isFromSharedFolder, hasId, hasMessageId }) {
  return {
    ...common(profile),
    itemType: message.meetingMessageType ? ITEM_TYPES.meetingRequest : ITEM_TYPES.message,
    itemClass: message.meetingMessageType ? "IPM.Schedule.Meeting.Request" : "IPM.Note",
    id: hasId ? ewsId(message.id) : null,
    conversationId: message.conversationId && ewsId(message.conversationId),
    internetMessageId: hasMessageId ? message.internetMessageId : undefined,
    subject: message.subject ?? "",
    normalizedSubject: (message.subject ?? "").replace(/^((re|fw|fwd):\s*)+/i, ""),
    from: person(message.from),
    sender: person(message.sender ?? message.from),
    to: (message.toRecipients ?? []).map(person),
    cc: (message.ccRecipients ?? []).map(person),
    attachments: attachments.map(attachment),
    dateTimeCreated: Date.parse(message.createdDateTime ?? message.receivedDateTime),
    dateTimeModified: Date.parse(message.lastModifiedDateTime ?? message.receivedDateTime),
    dateTimeSent: Date.parse(message.sentDateTime),
    isRead: true,
    isFromSharedFolder,
  };
}

// A message being written has no id of its own to show, even when it was saved: getItemIdAsync tells it.
export function composeItem(profile, isFromSharedFolder) {
  return {
    ...common(profile),
    itemType: ITEM_TYPES.messageCompose,
    itemClass: "IPM.Note",
    conversationId: undefined,
    isFromSharedFolder,
  };
}

// One of several selected messages, https://learn.microsoft.com/javascript/api/outlook/office.selecteditemdetails.
// Set 1.13 has no more than the first four.
export function selectedItem(message, hasSet114) {
  const details = {
    itemId: ewsId(message.id),
    itemType: "message",
    itemMode: message.isDraft ? "Compose" : "Read",
    subject: message.subject ?? "",
  };
  return hasSet114
    ? { ...details, conversationId: ewsId(message.conversationId), internetMessageId: message.internetMessageId, hasAttachment: message.hasAttachments }
    : details;
}

export function person(recipient) {
  const { address = "", name = "" } = recipient?.emailAddress ?? {};
  return { address, name: name || address, recipientType: OTHER_RECIPIENT };
}

function attachment(entry) {
  const kinds = { "#microsoft.graph.itemAttachment": "item", "#microsoft.graph.referenceAttachment": "cloud" };
  return {
    id: ewsId(entry.id),
    name: entry.name,
    contentType: entry.contentType,
    size: entry.size,
    isInline: entry.isInline,
    attachmentType: ["file", "item", "cloud"].indexOf(kinds[entry["@odata.type"]] ?? "file"),
  };
}
