/** Small pieces that several screens have. */

import { addressOf } from "./address.js";
import { h } from "./dom.js";

export function hero(title, text, ...more) {
  return h(
    "div",
    { class: "hero" },
    h("img", { src: addressOf("icons/logo.svg"), alt: "", width: "48", height: "48" }),
    h("h1", {}, title),
    text && h("p", {}, text),
    more,
  );
}

export function note(text) {
  return h(
    "div",
    { key: "note", class: "bar bar-info", role: "note" },
    h("affix-icon", { name: "info" }),
    h("div", { class: "bar-text" }, h("p", {}, text)),
  );
}

export function waiting(text) {
  return h(
    "div",
    { key: "waiting", class: "waiting" },
    h("div", { class: "spinner", "aria-hidden": "true" }),
    h("p", {}, text),
  );
}

export function iconButton(key, icon, label, more) {
  return h(
    "button",
    { key, type: "button", class: "icon-button", title: label, "aria-label": label, ...more },
    h("affix-icon", { name: icon }),
  );
}

export function send(name) {
  return (event) => event.currentTarget.dispatchEvent(new CustomEvent(name, { bubbles: true }));
}
