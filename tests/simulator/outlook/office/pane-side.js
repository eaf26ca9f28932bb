// What the Outlook host puts into a page's frame before any script of the page runs: the bridge over which MSAL asks
// for tokens (nested app authentication), unless this window was told to be a host without it; and what the npm version
// of office.js, which is older than the hosted one, lacks: the theme, the selection of several messages, and a start by
// itself in a page that runs at an event.
// The host page answers at the other end, in static/js/office.
(() => {
  const CHANNEL = "nested app authentication";
  if (window === window.top) return;

  function bridge() {
    const listeners = new Set();
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || event.data?.channel !== CHANNEL) return;
      for (const listener of listeners) listener(event.data.answer);
    });
    return {
      addEventListener: (name, listener) => { if (name === "message") listeners.add(listener); },
      removeEventListener: (name, listener) => listeners.delete(listener),
      postMessage: (request) => window.parent.postMessage({ channel: CHANNEL, request }, location.origin),
    };
  }

  const { playedHere } = window;

  // Selection, Mailbox 1.13: getSelectedItemsAsync and the event SelectedItemsChanged, over office.js's own channel to
  // its host. Where the host has an older set, as in the hosted office.js, the event is known and cannot be listened to.
  const SELECTION = "olkSelectedItemsChanged";
  const OPERATION_NOT_SUPPORTED = 5000;

  function addSelection(mailbox, channel, isSupported) {
    const handlers = new Set();
    const callbackOf = (parameters) => parameters.find((each) => typeof each === "function") ?? (() => {});
    const optionsOf = (parameters) => parameters.find((each) => typeof each === "object") ?? {};
    const succeeded = (value, options) => ({ status: "succeeded", value, asyncContext: options.asyncContext });
    const refused = () => ({ status: "failed", error: { code: OPERATION_NOT_SUPPORTED, message: "The operation is not supported." } });
    if (isSupported) {
      mailbox.getSelectedItemsAsync = (...parameters) =>
        channel().invoke("GetSelectedItems", (_, items) => callbackOf(parameters)(succeeded(items, optionsOf(parameters))), {});
    }
    return {
      listen(handler, ...parameters) {
        if (!isSupported) return callbackOf(parameters)(refused());
        handlers.add(handler);
        const tell = () => handlers.forEach((each) => each({ type: SELECTION }));
        channel().registerForEvent(SELECTION, tell, () => callbackOf(parameters)(succeeded(undefined, optionsOf(parameters))), {});
      },
      forget(...parameters) {
        handlers.clear();
        callbackOf(parameters)(succeeded(undefined, optionsOf(parameters)));
      },
    };
  }

  // office.js gives an object addHandlerAsync unless it has one already: the mailbox gets one that knows one event more.
  function withSelection(original) {
    return (target, dispatch, ...rest) => {
      if (target instanceof OSF.DDA.OutlookAppOm) {
        const { Methods } = OSF.DDA.DispIdHost;
        const facade = () => OSF._OfficeAppFactory.getHostFacade();
        const version = JSON.parse(target.officeAppContext.get_requirementMatrix()).Mailbox;
        const selection = addSelection(target, () => OSF._OfficeAppFactory.getClientEndPoint(), Number(version.split(".")[1]) >= 13);
        Microsoft.Office.WebExtension.EventType.SelectedItemsChanged = SELECTION;
        target.addHandlerAsync = (type, ...parameters) => (type === SELECTION
          ? selection.listen(...parameters)
          : facade()[Methods.AddEventHandler]([type, ...parameters], dispatch, target, ...rest));
        target.removeHandlerAsync = (type, ...parameters) => (type === SELECTION
          ? selection.forget(...parameters)
          : facade()[Methods.RemoveEventHandler]([type, ...parameters], dispatch, target));
      }
      return original(target, dispatch, ...rest);
    };
  }

  // As soon as the part of office.js that defines Outlook's context is there, and before it makes one.
  document.addEventListener("load", () => {
    const context = window.OSF?.DDA?.OutlookContext?.prototype;
    if (!context || "officeTheme" in context) return;
    Object.defineProperty(context, "officeTheme", { get: () => window.parent.officeTheme });
    OSF.DDA.DispIdHost.addEventSupport = withSelection(OSF.DDA.DispIdHost.addEventSupport);
  }, true);

  const openWindow = window.open.bind(window);
  window.open = (address = "", ...rest) => openWindow(address && playedHere(address), ...rest);
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((element) => element instanceof HTMLAnchorElement && element.href);
    if (link) link.href = playedHere(link.href);
  }, true);

  const told = JSON.parse(window.name || "{}");
  if (told.nestedAppAuthentication) window.nestedAppAuthBridge = bridge();
  if (told.runsAtEvent) window.addEventListener("load", () => Office.onReady());
})();
