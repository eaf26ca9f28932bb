// A category of Outlook as a small coloured label.

import { element } from "./dom.js";

export function categoryChip(name) {
  return element("span", { className: "chip" }, name);
}
