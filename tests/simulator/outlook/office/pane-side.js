// What the Outlook host puts into a pane's frame before any script of the pane runs: the bridge over which MSAL asks
// for tokens (nested app authentication), unless this window was told to be a host without it; and what the npm version
// of office.js, which is older than the hosted one, lacks: the theme.
// The host page answers at the other end, in static/js/office/nested-auth.js.
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

  // Microsoft's sign-in and consent pages are played by the simulator, which this origin reaches under another address.
  function playedHere(address) {
    const { host, pathname, search } = new URL(address, location.href);
    return host === "login.microsoftonline.com" ? `/simulator/${host}${pathname}${search}` : address;
  }

  // As soon as the part of office.js that defines Outlook's context is there, and before it makes one.
  document.addEventListener("load", () => {
    const context = window.OSF?.DDA?.OutlookContext?.prototype;
    if (!context || "officeTheme" in context) return;
    Object.defineProperty(context, "officeTheme", { get: () => window.parent.officeTheme });
  }, true);

  const openWindow = window.open.bind(window);
  window.open = (address = "", ...rest) => openWindow(address && playedHere(address), ...rest);
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((element) => element instanceof HTMLAnchorElement && element.href);
    if (link) link.href = playedHere(link.href);
  }, true);

  if (JSON.parse(window.name || "{}").nestedAppAuthentication) window.nestedAppAuthBridge = bridge();
})();
