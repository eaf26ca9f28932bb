/** The screens: the state goes in, the description of the whole pane comes out. Pure. */

import { h } from "./dom.js";
import { steps } from "./help.js";
import { hero, send, waiting } from "./parts.js";
import { explain } from "./problem.js";
import { reading, searchView } from "./reading.js";
import { aside, selected } from "./selected.js";
import { texts } from "./texts.js";
import { welcome, worklist } from "./welcome.js";
import { writing } from "./writing.js";

/** The description for the state of the pane. */
export function screen(state) {
  const draw = { starting, signingIn, outside, signedOut, broken, ready };
  return draw[state.stage](state);
}

function starting() {
  return waiting(texts.starting);
}

function signingIn() {
  return waiting(texts.signingIn);
}

function outside({ missing }) {
  if (!missing) return hero(texts.outside.title, texts.outside.text);
  const reload = h("button", { type: "button", class: "button button-primary", onclick: send("reload") }, texts.reload);
  return hero(texts.outside.title, texts.outside.missing, h("div", { class: "buttons" }, reload));
}

function signedOut({ problem }) {
  const plain = ["sign_in_needed", "no_account_error", "interaction_required", "13001"].includes(problem?.code);
  const explained = explain(problem);
  const button = h(
    "div",
    { class: "buttons buttons-middle" },
    h("button", { type: "button", class: "button button-primary", onclick: send("sign-in") }, texts.signIn),
  );
  return [
    hero(texts.signedOut.title, texts.signedOut.text, plain && button),
    !plain && h("affix-problem", { view: { problem: explained, again: "start-again" } }),
    steps(),
  ];
}

function broken({ problem }) {
  return [hero(texts.product, ""), h("affix-problem", { view: { problem: explain(problem), again: "start-again" } })];
}

function ready(state) {
  if (state.activity.open) return activity(state);
  if (state.work.open) return worklist(state);
  if (state.several.open) return selected(state);
  if (state.item?.composing && !state.obstacle) return [aside(state), writing(state)];
  return [aside(state), state.item ? reading(state) : welcome(state)];
}

function activity(state) {
  const { activity: shown, me, context, lastMailbox } = state;
  const here = (context?.mailbox ?? lastMailbox)?.address ?? null;
  const known = [here, me?.mailbox?.address, ...(me?.mailboxes ?? []).map(({ address }) => address)];
  const view = {
    ...shown,
    here: context ? here : null,
    mailboxes: [...new Set(known.filter(Boolean))],
    search: { ...searchView(state, "file", texts.activity.fileTo), taken: new Set() },
  };
  return [
    h("affix-activity", { key: "activity", view }),
    shown.problem &&
      h("affix-problem", { key: "problem", view: { problem: explain(shown.problem), again: "refresh-activity" } }),
    shown.lines && h("affix-lines", { key: "lines", view }),
  ];
}
