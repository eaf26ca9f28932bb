// What tells itself and goes away again: short sentences at the foot of the window, and cards for new mail.

import { avatar, button, element, icon } from "./dom.js";

const SENTENCE_MS = 6000;
const CARD_MS = 8000;

export function notify(sentence) {
  const notice = element("div", { className: "notice" }, sentence);
  document.querySelector("#notices").append(notice);
  setTimeout(() => notice.remove(), SENTENCE_MS);
}

// A message that has just arrived: {sender, subject, mailbox}. `open()` is called when the person wants to see it.
export function announceMail({ sender, subject, mailbox }, open) {
  const close = () => card.remove();
  const card = element("div", { className: "toast" },
    button(`New mail: ${subject}`, { className: "toast-mail", onclick: () => { close(); open(); } },
      avatar(sender),
      element("span", {}, element("strong", {}, sender), element("span", {}, subject), element("small", {}, mailbox))),
    button("Dismiss", { className: "quiet", onclick: close }, icon("close")));
  document.querySelector("#toasts").append(card);
  setTimeout(close, CARD_MS);
}
