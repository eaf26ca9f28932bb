// Makes elements. Text goes in as text; nothing here parses HTML.

import { PATHS, POINTING } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

// Properties starting with "on" are listeners, "data" and "aria-..." are attributes, the rest are properties.
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("class", POINTING.has(name) ? "icon pointing" : "icon");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}

export function button(label, properties, ...children) {
  return element("button", { type: "button", "aria-label": label, title: label, ...properties }, ...children);
}

// A round picture with initials, in a colour of its own for every name.
export function avatar(name, size = "medium") {
  const words = name.replace(/[^\p{L}\p{N}\s]/gu, " ").trim().split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => word?.[0] ?? "").join("").toUpperCase();
  const shade = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 12, 7);
  return element("span", { className: `avatar ${size} shade-${shade}`, "aria-hidden": "true" }, initials || "?");
}
