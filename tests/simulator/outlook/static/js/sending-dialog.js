// The window in which Outlook asks whether a message is to be sent although an add-in would rather not.

import { button, element } from "./dom.js";

const REASONS = {
  slow: "Affix is taking longer than expected to check your message.",
  late: "Affix did not finish checking your message.",
};

// `words` are the add-in's, `reason` is Outlook's own; `mayInsist`: whether "Send Anyway" is offered; `refusal`: what the
// other button says. Gives {answer, close()}: `answer` is a promise of true to send; it fails when close() comes first.
export function askAboutSending({ words, reason, mayInsist, refusal = "Don't Send" }) {
  let close = null;
  const answer = new Promise((decide, fail) => {
    const end = (isAllowed) => { dialog.remove(); decide(isAllowed); };
    const dialog = element("dialog", { className: "sign-in sending", "aria-label": "Affix", oncancel: () => end(false) },
      element("h2", {}, element("img", { src: "/addin/icons/logo.svg", alt: "", onerror: (event) => event.target.remove() }), "Affix"),
      element("p", {}, words ?? REASONS[reason] ?? "This message does not meet the add-in's conditions."),
      element("div", { className: "sign-in-buttons" },
        mayInsist && button("Send Anyway", { className: "command", title: "", onclick: () => end(true) }, "Send Anyway"),
        button(refusal, { className: "primary", title: "", autofocus: true, onclick: () => end(false) }, refusal)));
    close = () => { dialog.remove(); fail(new Error("closed")); };
    document.body.append(dialog);
    dialog.showModal();
  });
  return { answer, close };
}
