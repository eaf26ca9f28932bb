/** How a webhook is shown, in the list and by itself. */

import { h } from "../js/dom.js";
import { words } from "../texts/en/admin.js";
import { moment } from "./format.js";
import { pill } from "./parts.js";

const TONES = { active: "good", paused: "quiet", ended: "bad" };
const text = words.webhooks;

export function stateOf({ state, reason, failingSince }) {
  return [
    failingSince && state === "active"
      ? pill("warning", text.failing)
      : pill(TONES[state] ?? "info", text.states[state] ?? state),
    failingSince && h("span", { class: "caption" }, text.failingSince(moment(failingSince))),
    reason && h("span", { class: "caption" }, reason),
  ];
}

/** `events` are all that there are. */
export function eventsOf(names, events) {
  if (names.length === events.length) return text.allEvents;
  return h(
    "ul",
    { class: "plain" },
    names.map((name) => h("li", { key: name }, titleOf(name, events))),
  );
}

export function titleOf(event, events) {
  return events.find(({ name }) => name === event)?.title ?? event;
}
