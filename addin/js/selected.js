/** The screen of several selected messages: what to save them to, and then how each of them does. Pure. */

import { h } from "./dom.js";
import { attachmentsMode, send } from "./parts.js";
import { explain } from "./problem.js";
import { searchView } from "./reading.js";
import { offered } from "./records.js";
import { counted, isOver } from "./several.js";
import { texts } from "./texts.js";

export function selected(state) {
  return state.several.run ? progress(state) : choice(state);
}

/** Beside something else: how far a run is, and the way back to it. */
export function aside({ several: { run } }) {
  if (!run) return null;
  const [done, total] = [counted(run, "saved", "partial"), run.rows.length];
  return h(
    "div",
    { key: "aside", class: "bar bar-info", role: "note" },
    h("affix-icon", { name: isOver(run) ? "info" : "clock" }),
    h("div", { class: "bar-text" }, h("p", {}, texts.several.progress(done, total))),
    h("button", { type: "button", class: "link", id: "show-several", onclick: send("show-several") }, texts.several.show),
  );
}

function choice(state) {
  const { several, chosen } = state;
  const ready = several.selected.filter(({ composing }) => !composing);
  const rows = several.selected.map((item) => ({
    key: item.id,
    title: item.subject,
    icon: several.held[item.id]?.length ? "check" : "record",
    words: item.composing ? texts.several.draft : held(several.held[item.id]),
  }));
  const records = offered(state, several.records);
  return [
    h("affix-several", { key: "several", view: { title: texts.several.title(rows.length), rows } }),
    h(
      "div",
      { key: "picker", class: "picker" },
      h("affix-search", {
        key: "find",
        view: { ...searchView(state, "find", texts.records.search), taken: new Set(), groups: null },
      }),
      h("affix-records", { key: "records", view: { records, chosen, held: new Set(), quick: false } }),
    ),
    attachmentsMode("attachments-of-several", several.attachments, "choose-attachments-of-several"),
    h(
      "div",
      { key: "footer", class: "footer" },
      h(
        "button",
        {
          type: "button",
          id: "save-several",
          class: "button button-primary button-wide",
          "aria-disabled": chosen.size && ready.length ? null : "true",
          onclick: send("save-several"),
        },
        texts.several.button(ready.length),
      ),
    ),
  ];
}

function held(names) {
  return names?.length ? texts.several.held(names.join(", ")) : "";
}

const ICONS = { saved: "check", partial: "warning", failed: "error", left: "left-out" };

function progress({ several: { run } }) {
  const over = isOver(run);
  const failed = counted(run, "failed", "left");
  const done = counted(run, "saved", "partial");
  const rows = run.rows.map(({ item, state, saves, problem }) => ({
    key: item.id,
    title: item.subject,
    icon: ICONS[state] ?? "clock",
    words: [outcome(state, saves), reason(saves, problem)].filter(Boolean).join(" · "),
    state,
  }));
  const title = texts.several.progress(done, run.rows.length);
  const view = { title, rows, done: run.rows.length - left(run), over, slow: run.slow };
  return [
    h("affix-several", { key: "run", view }),
    h(
      "div",
      { key: "footer", class: "footer" },
      over
        ? [
            run.slow && button("look-at-several", texts.refresh, "button"),
            failed > 0 && button("retry-several", texts.several.retry(failed), "button"),
            button("close-several", texts.several.done, "button button-primary"),
          ]
        : button("stop-several", texts.cancel, "button", run.stopped),
    ),
  ];
}

function button(name, words, look, isOff = false) {
  const more = { "aria-disabled": isOff ? "true" : null, onclick: send(name) };
  return h("button", { key: name, id: name, type: "button", class: look, ...more }, words);
}

/** Messages of which nothing is known yet. */
function left({ rows }) {
  return rows.filter(({ state }) => ["waiting", "asking", "saving"].includes(state)).length;
}

/** What was saved says where. */
function outcome(state, saves) {
  const names = state === "saved" ? saves.map(({ record }) => record?.name).filter(Boolean) : [];
  return held(names) || texts.several.states[state];
}

function reason(saves, problem) {
  if (problem) return explain(problem).sentence;
  return saves.find(({ reason: why }) => why)?.reason ?? null;
}
