// Short sentences at the foot of the window, gone after a while.

import { element } from "./dom.js";

const SHOWN_MS = 6000;

export function notify(sentence) {
  const notice = element("div", { className: "notice" }, sentence);
  document.querySelector("#notices").append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}
