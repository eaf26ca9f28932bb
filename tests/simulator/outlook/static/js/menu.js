// A menu that drops from a button, for the keyboard too.

import { element } from "./dom.js";

// `entries`: {label, detail?, chosen?, choose()}
export function menu(opener, entries) {
  const close = () => { list.remove(); document.removeEventListener("pointerdown", leave, true); };
  const leave = (event) => { if (!list.contains(event.target)) close(); };
  const list = element("div", { className: "menu", role: "menu", onkeydown: (event) => onKey(event, list, () => { close(); opener.focus(); }) },
    entries.map((entry) => element("button", {
      type: "button",
      role: "menuitemradio",
      "aria-checked": String(Boolean(entry.chosen)),
      onclick: () => { close(); entry.choose(); },
    }, element("span", {}, entry.label), entry.detail && element("small", {}, entry.detail))));
  const { left, right, bottom } = opener.getBoundingClientRect();
  if (left > innerWidth / 2) list.style.right = `${innerWidth - right}px`;
  else list.style.left = `${left}px`;
  list.style.top = `${bottom + 4}px`;
  document.body.append(list);
  document.addEventListener("pointerdown", leave, true);
  list.querySelector("button")?.focus();
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
