/** Small pieces that several screens have. */

import { addressOf } from "./address.js";
import { h } from "./dom.js";
import { texts } from "./texts.js";

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

/** Which attachments of messages that are not read yet: none, files or all. Sends the event `name` with {mode}. */
export function attachmentsMode(id, mode, name) {
  const onchange = ({ target }) =>
    target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { mode: target.value } }));
  return h(
    "label",
    { key: "attachments", class: "rule-target" },
    h("span", {}, texts.attachments.title),
    h(
      "select",
      { class: "select", id, value: mode, onchange },
      Object.entries(texts.compose.attachments).map(([value, words]) => h("option", { value }, words)),
    ),
  );
}
