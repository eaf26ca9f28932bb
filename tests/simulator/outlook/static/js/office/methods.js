// The methods of the selected item that office.js asks the host to run, by its numbers for them.

import { wordsOf } from "../words.js";
import { NEVER } from "./host.js";
import { ewsId, person } from "./items.js";

const NOT_SUPPORTED_FOR_SHARED_FOLDERS = 9055;
const ITEM_NOT_SAVED = 9046;
const OPERATION_NOT_SUPPORTED = 5000;
const KEY_NOT_FOUND = 9050;
const EVERY_RIGHT = 1 + 2 + 4 + 8 + 16 + 32;
const RECIPIENT_FIELDS = ["toRecipients", "ccRecipients", "bccRecipients"];
const HTML = 3;

const METHODS = {
  14: () => ({ value: "html" }),
  15: (outlook, { recipientField }) => ({ value: recipientsOf(outlook, RECIPIENT_FIELDS[recipientField]) }),
  17: ({ compose }, { subject }) => done(compose.write({ subject })),
  18: (outlook) => ({ value: outlook.compose.written().subject }),
  32: async (outlook) => idOrRefusal(await outlook.compose.save()),
  37: (outlook, { coercionType }) => ({ value: bodyOf(outlook, coercionType === HTML) }),
  99: ({ compose }) => ({ value: compose.context }),
  107: (outlook) => ({ value: person({ emailAddress: outlook.state.mailbox }) }),
  108: (outlook) => sharedProperties(outlook),
  157: (outlook) => ({ value: (outlook.state.message?.categories ?? []).map((displayName) => ({ displayName, color: "Preset7" })) }),
  164: (outlook) => idOrRefusal(outlook.compose.draftId),
  174: ({ compose }) => ({ value: { composeType: compose.kind, coercionType: "html" } }),
  185: ({ compose }, { name, value }) => done(compose.sessionData.set(name, value)),
  186: ({ compose }, { name }) => (compose.sessionData.has(name) ? { value: compose.sessionData.get(name) } : { errorCode: KEY_NOT_FOUND }),
  187: ({ compose }) => ({ value: Object.fromEntries(compose.sessionData) }),
  188: ({ compose }) => done(compose.sessionData.clear()),
  189: ({ compose }, { name }) => done(compose.sessionData.delete(name)),
  404: ({ state }, [settings]) => done(localStorage.setItem(roaming(state.person), JSON.stringify(settings))),
};

// What the add-in keeps in a person's own mailbox, as office.js wrote it: text by name.
export function roamingSettings(person) {
  return JSON.parse(localStorage.getItem(roaming(person)) ?? "{}");
}

function roaming({ address }) {
  return `roaming settings of ${address}`;
}

// What a method of the item gives: {value}, {errorCode}, or NEVER.
export async function answerTo(method, parameters, outlook) {
  if (outlook.settings.get("methods") === "never") return NEVER;
  return METHODS[method]?.(outlook, parameters ?? {}) ?? { errorCode: OPERATION_NOT_SUPPORTED };
}

async function sharedProperties({ settings, state }) {
  const behaviour = settings.get("shared");
  const { address } = state.mailbox; // as it is when the question comes, whatever is open when the answer goes
  await new Promise((next) => setTimeout(next, Number(settings.get("sharedAfter"))));
  if (behaviour === "never") return NEVER;
  if (behaviour === "fails") return { errorCode: NOT_SUPPORTED_FOR_SHARED_FOLDERS };
  if (behaviour === "empty") return { value: null };
  return {
    value: {
      owner: address,
      delegatePermissions: EVERY_RIGHT,
      targetMailbox: address,
      targetRestUrl: "https://outlook.office365.com/api",
    },
  };
}

function done() {
  return { value: undefined };
}

function idOrRefusal(id) {
  return id ? { value: ewsId(id) } : { errorCode: ITEM_NOT_SAVED };
}

function recipientsOf({ compose, state }, field) {
  if (!compose.isOpen) return (state.message?.[field] ?? []).map(person);
  const written = compose.written();
  const addresses = { toRecipients: written.to, ccRecipients: written.cc }[field] ?? [];
  return addresses.map((address) => person({ emailAddress: { address } }));
}

function bodyOf({ compose, state }, asHtml) {
  if (compose.isOpen) return compose.written().body;
  const content = state.message?.body?.content ?? "";
  return asHtml ? content : wordsOf(content);
}
