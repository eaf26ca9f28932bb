// Categories of Outlook: small coloured labels. Graph tells a mailbox's own list to its owner alone; these are the six
// that every mailbox begins with, and any other name gets a colour of its own.

import { element } from "./dom.js";

export const USUAL_CATEGORIES = ["Blue category", "Green category", "Orange category", "Purple category", "Red category", "Yellow category"];
const SHADES = ["blue", "green", "orange", "purple", "red", "yellow"];

export function categoryChip(name) {
  return element("span", { className: `chip chip-${shadeOf(name)}` }, name);
}

function shadeOf(name) {
  const usual = USUAL_CATEGORIES.indexOf(name);
  if (usual >= 0) return SHADES[usual];
  if (/fail/i.test(name)) return "red";
  return /^affix/i.test(name) ? "green" : "blue";
}
