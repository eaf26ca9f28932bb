// The host side of the messages that office.js exchanges with Outlook on the web. It knows the protocol alone: what the
// item is and what its methods answer comes from the caller.
// Requests and answers are JSON strings; an answer repeats the request's correlation id, an event that of its registration.

const REQUEST = 0;
const RESPONSE = 1;
const INVOKE = 0;
const REGISTER = 1;
const RESULT = 0;
const EVENT = 1;
const EVENT_HANDLED = 94;
const GET_ACCESS_TOKEN = 98;
const ACTION_ID = "5b7d1a52-0c36-4f7e-8a41-2c6d7e8f9a77";  // of this add-in in this window, any fixed id serves

export class OfficeHost {
  #conversation = crypto.randomUUID();
  #registrations = new Map();
  #answers;
  #frame = null;

  // `answers`: appContext(), initialItem(), selectedItems(), callItem(dispatchId, parameters), accessToken(parameters),
  // onLeave(direction); and for pages that are run by an event, onListening(eventName),
  // onHandled(outcome) and onMissing().
  constructor(answers) {
    this.#answers = answers;
  }

  // Lifecycle

  // `language` is Outlook's display language; `nestedAppAuthentication`, whether its bridge is there;
  // and `runsAtEvent`, whether the page is there for an event.
  open(place, address, { id, ...options }) {
    this.close();
    const frame = document.createElement("iframe");
    frame.title = "Affix";
    frame.id = id;
    // Read by the child when it is inserted; a name set later is not seen.
    frame.name = this.#frameName(options);
    frame.src = withHostInformation(address, options.language);
    this.#frame = frame;
    window.addEventListener("message", this.#receive);
    // A page without office.js is none of an add-in: it is missing, or the service is.
    frame.addEventListener("load", () => { if (!frame.contentWindow?.Office) this.#answers.onMissing?.(); });
    place.replaceChildren(frame);
  }

  close() {
    window.removeEventListener("message", this.#receive);
    this.#registrations.clear();
    this.#frame?.remove();
    this.#frame = null;
  }

  get isOpen() {
    return this.#frame !== null;
  }

  get window() {
    return this.#frame?.contentWindow;
  }

  // Actions

  // Tells the pane that another item is selected (null: none). False if the pane does not listen.
  itemChanged(item) {
    return this.#emit("olkItemSelectedChanged", item ?? "");
  }

  // Tells the pane that other messages are selected: which ones, it has to ask.
  selectionChanged() {
    return this.#emit("olkSelectedItemsChanged", null);
  }

  // Tells the pane that other people are written to; `field`: "to" or "cc".
  recipientsChanged(field) {
    return this.#emit("olkRecipientsChanged", [JSON.stringify({ [field]: true })]);
  }

  // Has the page run the function that it associated with that name; `event` is what the function gets.
  run(name, event) {
    return this.#emit("appCommandInvoked", [crypto.randomUUID(), name, JSON.stringify(event)]);
  }

  // `theme`: as Office.context.officeTheme has it. The event carries its colours as whole numbers.
  themeChanged(theme) {
    const colours = Object.entries(theme).filter(([, value]) => typeof value === "string");
    const numbers = Object.fromEntries(colours.map(([name, value]) => [name, Number.parseInt(value.slice(1), 16)]));
    return this.#emit("officeThemeChanged", [JSON.stringify(numbers)]);
  }

  // Private

  #frameName({ language, nestedAppAuthentication, runsAtEvent = false }) {
    return JSON.stringify({
      baseFrameName: "_xdm_1",
      hostInfo: hostInformation(language, "|"),
      xdmInfo: [this.#conversation, ACTION_ID, location.origin].join("|"),
      serializerVersion: "1",
      flights: "[]",
      nestedAppAuthentication,
      runsAtEvent,
    });
  }

  #receive = (event) => {
    if (event.source !== this.window || typeof event.data !== "string") return;
    const message = parsed(event.data);
    if (message?._messageType !== REQUEST) return;
    if (message._actionType === INVOKE) this.#invoke(message);
    else this.#register(message);
  };

  #register(message) {
    if (message._actionType === REGISTER) this.#registrations.set(message._actionName, message);
    else this.#registrations.delete(message._actionName);
    this.#answer(message, { Error: 0 });
    if (message._actionType === REGISTER) this.#answers.onListening?.(message._actionName);
  }

  async #invoke(message) {
    switch (message._actionName) {
      case "ContextActivationManager_getAppContextAsync":
        return this.#answer(message, { ...this.#answers.appContext(), _id: ACTION_ID, _appInstanceId: ACTION_ID });
      case "GetInitialData":
        return this.#answer(message, await this.#answers.initialItem());
      case "GetSelectedItems": // this window's own word for it, see office/pane-side.js
        return this.#answer(message, this.#answers.selectedItems());
      case "ExecuteMethod":
        return this.#callItem(message);
      case "executeMethod":
        return this.#callCommon(message);
      case "ContextActivationManager_openWindowInHost":
        window.open(message._data.strUrl, message._data.strWindowName, message._data.strWindowFeatures);
        return this.#answer(message, null);
      case "ContextActivationManager_notifyHost":
        this.#answers.onLeave(message._data?.[1]);
        return this.#answer(message, null);
      default:
        return this.#answer(message, null);
    }
  }

  async #callItem(message) {
    const result = await this.#answers.callItem(message._data.MethodData.DispatchId, message._data.ApiParams);
    if (result === NEVER) return;
    if ("errorCode" in result) this.#answer(message, { wasSuccessful: false, error: true, errorCode: result.errorCode });
    else this.#answer(message, { wasSuccessful: true, error: false, data: result.value });
  }

  async #callCommon(message) {
    const method = message._data.DdaMethod.DispatchId;
    if (method === EVENT_HANDLED) this.#answers.onHandled?.(handled(message._data));
    if (method !== GET_ACCESS_TOKEN) return this.#answer(message, { Version: 1, Error: 0 });
    const result = await this.#answers.accessToken(message._data);
    if (result === NEVER) return;
    if ("errorCode" in result) this.#answer(message, { Version: 1, Error: result.errorCode });
    else this.#answer(message, { Version: 1, Error: 0, accessToken: result.value });
  }

  #emit(name, value) {
    const registration = this.#registrations.get(name);
    if (registration) this.#answer(registration, value, EVENT);
    return Boolean(registration);
  }

  #answer(request, value, kind = RESULT) {
    this.window?.postMessage(JSON.stringify({
      _messageType: RESPONSE,
      _responseType: kind,
      _errorCode: 0,
      _serializerVersion: 1,
      _origin: location.origin,
      _actionName: request._actionName,
      _conversationId: request._conversationId,
      _correlationId: request._correlationId,
      _data: value,
    }), location.origin);
  }
}

// A host that stays silent: office.js then never calls the add-in back.
export const NEVER = Symbol("never");

function hostInformation(language, separator) {
  const correlation = "00000000-0000-4000-8000-000000000001";
  return ["Outlook", "Web", "16.01", language, correlation, "", "", "0"].join(separator);
}

function withHostInformation(address, language) {
  return `${address}${address.includes("?") ? "&" : "?"}_host_Info=${hostInformation(language, "$")}`;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// What the page said at the end of an event: {isKnown, completed}. Not known: it has no function of that name.
function handled({ 1: errorCode, 2: event }) {
  return errorCode === 0 ? { isKnown: true, completed: JSON.parse(event).completedContext ?? {} } : { isKnown: false };
}
