// office.js opens this page, unseen, when its host is not on Microsoft's list or does not use https, and asks whether
// the person has chosen to trust that host. In this window, which is local and plain http, the answer is yes.
window.addEventListener("message", (event) => {
  if (event.source !== window.parent || event.origin !== location.origin) return;
  window.parent.postMessage(JSON.stringify({ hostUserTrusted: true }), event.origin);
});
