// The methods of the selected item that office.js asks the host to run, by its numbers for them.

import { wordsOf } from "../words.js";
import { NEVER } from "./host.js";
import { ewsId, person } from "./items.js";

const NOT_SUPPORTED_FOR_SHARED_FOLDERS = 9055;
const ITEM_NOT_SAVED = 9046;
const OPERATION_NOT_SUPPORTED = 5000;
const EVERY_RIGHT = 1 + 2 + 4 + 8 + 16 + 32;
const RECIPIENT_FIELDS = ["toRecipients", "ccRecipients", "bccRecipients"];
const HTML = 3;

const METHODS = {
  14: () => ({ value: "html" }),
  15: (outlook, { recipientField }) => ({ value: recipientsOf(outlook, RECIPIENT_FIELDS[recipientField]) }),
  18: (outlook) => ({ value: outlook.compose.written().subject }),
  32: async (outlook) => idOrRefusal(await outlook.compose.save()),
  37: (outlook, { coercionType }) => ({ value: bodyOf(outlook, coercionType === HTML) }),
  107: (outlook) => ({ value: person({ emailAddress: outlook.state.mailbox }) }),
  108: (outlook) => sharedProperties(outlook),
  157: (outlook) => ({ value: (outlook.state.message?.categories ?? []).map((displayName) => ({ displayName, color: "Preset7" })) }),
  164: (outlook) => idOrRefusal(outlook.compose.draftId),
};

// What a method of the item gives: {value}, {errorCode}, or NEVER.
export async function answerTo(method, parameters, outlook) {
  return METHODS[method]?.(outlook, parameters ?? {}) ?? { errorCode: OPERATION_NOT_SUPPORTED };
}

function sharedProperties({ settings, state }) {
  const behaviour = settings.get("shared");
  if (behaviour === "never") return NEVER;
  if (behaviour === "fails") return { errorCode: NOT_SUPPORTED_FOR_SHARED_FOLDERS };
  const { address } = state.mailbox;
  return {
    value: {
      owner: address,
      delegatePermissions: EVERY_RIGHT,
      targetMailbox: address,
      targetRestUrl: "https://outlook.office365.com/api",
    },
  };
}

function idOrRefusal(id) {
  return id ? { value: ewsId(id) } : { errorCode: ITEM_NOT_SAVED };
}

function recipientsOf({ compose, state }, field) {
  if (!compose.isOpen) return (state.message?.[field] ?? []).map(person);
  return field === "toRecipients" ? compose.written().to.map((address) => person({ emailAddress: { address } })) : [];
}

function bodyOf({ compose, state }, asHtml) {
  if (compose.isOpen) return compose.written().body;
  const content = state.message?.body?.content ?? "";
  return asHtml ? content : wordsOf(content);
}
