// A menu that drops from a button, for the keyboard too.

import { element, icon } from "./dom.js";
import { PATHS } from "./icons.js";

// `entries`: {heading} or {label, detail?, drawing?, face?, chosen?, choose()}; `face` is an element to stand in front.
export function menu(opener, entries) {
  const close = () => { list.remove(); document.removeEventListener("pointerdown", leave, true); };
  const leave = (event) => { if (!list.contains(event.target)) close(); };
  const list = element("div", { className: "menu", role: "menu", onkeydown: (event) => onKey(event, list, () => { close(); opener.focus(); }) },
    entries.map((entry) => (entry.heading
      ? element("div", { className: "menu-heading", role: "presentation" }, entry.heading)
      : choice(entry, close))));
  document.body.append(list);
  placeBelow(list, opener);
  document.addEventListener("pointerdown", leave, true);
  list.querySelector("button")?.focus();
}

function choice(entry, close) {
  return element("button", {
    type: "button",
    role: "menuitemradio",
    "aria-checked": String(Boolean(entry.chosen)),
    onclick: () => { close(); entry.choose(); },
  },
  entry.face ?? (entry.drawing in PATHS ? icon(entry.drawing) : element("span", { className: "menu-mark" }, entry.chosen && icon("tick"))),
  element("span", { className: "menu-words" }, element("span", {}, entry.label), entry.detail && element("small", {}, entry.detail)));
}

function placeBelow(list, opener) {
  const { left, bottom, right } = opener.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = list;
  const wanted = left > innerWidth / 2 ? right - offsetWidth : left;
  list.style.left = `${Math.max(8, Math.min(wanted, innerWidth - offsetWidth - 8))}px`;
  list.style.top = `${Math.min(bottom + 4, innerHeight - offsetHeight - 8)}px`;
}

function onKey(event, list, close) {
  const items = [...list.querySelectorAll("button")];
  const place = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) items[(place + step + items.length) % items.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.preventDefault();
}
