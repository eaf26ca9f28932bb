// A way through the demonstration, for who sees it for the first time.

import { button, element, icon } from "./dom.js";

const STEPS = [
  "As Ben, open the mailbox Support and one of its messages. Affix says whose mailbox this is, and what it suggests.",
  "Press Save at a record. The message turns green, here and for whoever may read it.",
  "Under Autopilot let the conversation be saved by itself. Support needs a licence for that: Ana gives it on the administrators' page, at the edge.",
  "Deliver an answer to this message. It arrives, and is saved without a click.",
  "Open as Ana, in a new tab: the same message, saved by a colleague, is purple.",
  "Select several messages, write one, change language and theme, or make this Outlook as odd as real ones are.",
];

export function showTour(opener) {
  const close = () => { card.remove(); document.removeEventListener("pointerdown", leave, true); opener.focus(); };
  const leave = (event) => { if (!card.contains(event.target)) close(); };
  const card = element("section", { className: "tour", "aria-label": "What to try", onkeydown: (event) => { if (event.key === "Escape") close(); } },
    element("header", {}, element("h2", {}, "What to try"), button("Close", { className: "quiet", onclick: close }, icon("close"))),
    element("ol", {}, STEPS.map((step) => element("li", {}, step))));
  document.body.append(card);
  document.addEventListener("pointerdown", leave, true);
  card.querySelector("button").focus();
}
