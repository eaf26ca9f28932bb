/** The screen beside a message that is being written: from which mailbox, and what to save it to once it is sent. Pure. */

import { h } from "./dom.js";
import { starred } from "./favorites.js";
import { ownAddresses } from "./item.js";
import { attachmentsMode, send, waiting } from "./parts.js";
import { explain } from "./problem.js";
import { searchView } from "./reading.js";
import { offered } from "./records.js";
import { texts } from "./texts.js";

export function writing(state) {
  const { compose, lookProblem, looking } = state;
  if (!compose)
    return lookProblem
      ? h("affix-problem", { view: { problem: explain(lookProblem), again: "refresh" } })
      : waiting(texts.loading);
  const isOpen = !compose.outgoing || compose.changing;
  return [
    h("affix-mailbox", { key: "mailbox", view: { mailbox: sentFrom(state), using: true, busy: looking, ask: false } }),
    lookProblem && h("affix-problem", { key: "look", view: { problem: explain(lookProblem), again: "refresh" } }),
    h("affix-compose", { key: "compose", view: { outgoing: compose.outgoing, open: isOpen, busy: compose.busy } }),
    isOpen && picker(state),
    compose.problem &&
      h("affix-problem", { key: "problem", view: { problem: explain(compose.problem), again: compose.again } }),
    compose.canRemind && reminder(state),
    isOpen && footer(state),
  ];
}

/** The mailbox of a saved draft is known. Before that Outlook only names the sender, and that is said. */
function sentFrom({ compose, me, profileAddress }) {
  if (compose.mailbox?.why) return compose.mailbox;
  const address = (compose.from ?? profileAddress ?? "").toLowerCase();
  if (!address) return { kind: "unknown", address: "", why: texts.compose.nobody, certain: false };
  const known = (me?.mailboxes ?? []).find((each) => each.address.toLowerCase() === address);
  const kind = ownAddresses(me).includes(address) ? "personal" : (known?.kind ?? "unknown");
  return { kind, address, why: texts.compose.weak, certain: false };
}

function picker(state) {
  const { compose, chosen } = state;
  const records = offered(state, compose.suggestions);
  return h(
    "div",
    { key: "picker", class: "picker" },
    h("affix-search", {
      key: "find",
      view: { ...searchView(state, "find", texts.records.search), taken: new Set() },
    }),
    h("affix-records", {
      key: "records",
      view: { records, chosen, held: new Set(), quick: false, starred: starred(state) },
    }),
    attachmentsMode("draft-attachments", compose.attachments, "choose-attachments"),
  );
}

function reminder({ me }) {
  return h(
    "label",
    { key: "remind", class: "choice remind" },
    h("input", {
      type: "checkbox",
      class: "checkbox",
      id: "remind",
      checked: me?.preferences?.remindOnSend === true,
      onchange: ({ target }) =>
        target.dispatchEvent(new CustomEvent("remind-on-send", { bubbles: true, detail: { on: target.checked } })),
    }),
    h(
      "span",
      { class: "choice-text" },
      h("span", { class: "choice-name" }, texts.compose.remind),
      h("span", { class: "caption" }, texts.compose.remindHow),
    ),
  );
}

function footer({ chosen, compose }) {
  // Not `disabled`: a disabled button loses the focus, and then Outlook's Tab key leaves the pane.
  return h(
    "div",
    { key: "footer", class: "footer" },
    h(
      "button",
      {
        type: "button",
        id: "save-when-sent",
        class: "button button-primary button-wide",
        "aria-disabled": compose.busy || !chosen.size ? "true" : null,
        onclick: send("choose-for-draft"),
      },
      compose.busy ? texts.compose.busy : texts.compose.button(chosen.size),
    ),
    h("p", { class: "caption footer-note" }, texts.compose.draft),
  );
}
