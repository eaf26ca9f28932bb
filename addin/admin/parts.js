/** The small things that all sections are made of. Each gives a description for h(). */

import { h } from "../js/dom.js";
import { words } from "../texts/en/admin.js";

export function icon(name, more = "") {
  return h("affix-icon", { name, class: more || null });
}

/**
 * `look`: "primary", "subtle", "danger" or nothing. A busy or forbidden button keeps the focus and does nothing.
 * @param {any} label
 * @param {any} onclick
 * @param {Record<string, any>} [more]
 */
export function button(
  label,
  onclick,
  { look = "", sign = null, busy = false, off = false, about = null, ...props } = {},
) {
  const isIdle = !busy && !off;
  return h(
    "button",
    {
      type: "button",
      key: label,
      class: ["button", look && `button-${look}`].filter(Boolean).join(" "),
      "aria-disabled": isIdle ? null : "true",
      "aria-busy": busy ? "true" : null,
      "aria-label": about ? `${label}: ${about}` : null,
      onclick: (event) => {
        if (isIdle) onclick(event);
        else event.preventDefault();
      },
      ...props,
    },
    busy ? h("span", { class: "spinner spinner-small", "aria-hidden": "true" }) : sign && icon(sign),
    label,
  );
}

/** A sentence about a state: a colour, a sign and the words, which suffice without the other two. */
export function pill(tone, text) {
  const sign = { good: "check", warning: "warning", bad: "error", quiet: "pause", info: "info" }[tone] ?? "info";
  return h("span", { class: `pill pill-${tone}` }, icon(sign), h("span", {}, text));
}

/**
 * A table that turns into cards where it is narrow.
 * @param {{label: string, columns: string[], rows: {key: string, cells: any[], quiet?: boolean}[], last?: boolean}} wanted
 *   the last column holds buttons where `last` is true
 */
export function table({ label, columns, rows, last = false }) {
  const isActions = (index) => last && index === columns.length - 1;
  return h(
    "table",
    { class: "table", role: "table", "aria-label": label },
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        columns.map((title, index) =>
          h(
            "th",
            { key: title, scope: "col", role: "columnheader", class: isActions(index) ? "table-actions" : null },
            isActions(index) ? h("span", { class: "hidden-text" }, title) : title,
          ),
        ),
      ),
    ),
    h(
      "tbody",
      { role: "rowgroup" },
      rows.map(({ key, cells, quiet }) =>
        h(
          "tr",
          { key, role: "row", class: quiet ? "row-quiet" : null, "data-row": key },
          cells.map((cell, index) =>
            h(
              "td",
              {
                key: columns[index],
                role: "cell",
                "data-label": isActions(index) ? null : columns[index],
                class: isActions(index) ? "table-actions" : null,
              },
              h("div", { class: isActions(index) ? "row-buttons" : "cell" }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * A labelled control. `control` gets the id and what describes it.
 * @param {any} name
 * @param {any} label
 * @param {any} control
 * @param {Record<string, any>} [more]
 */
export function field(name, label, control, { hint = null, error = null, needed = false } = {}) {
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ") || null;
  return h(
    "div",
    { class: "field", key: `field-${name}` },
    h("label", { class: "field-label", for: name }, label, needed && h("span", { class: "needed" }, " *")),
    control({
      id: name,
      "aria-describedby": described,
      "aria-invalid": error ? "true" : null,
      "aria-required": needed ? "true" : null,
    }),
    hint && h("p", { class: "caption", id: `${name}-hint` }, hint),
    error && h("p", { class: "error", id: `${name}-error` }, error),
  );
}

/**
 * @param {any} name
 * @param {any} label
 * @param {any} value
 * @param {any} oninput
 * @param {Record<string, any>} [more]
 */
export function textField(name, label, value, oninput, { type = "text", hint, error, needed, ...props } = {}) {
  return field(
    name,
    label,
    (more) =>
      h("input", { class: "input", type, value, oninput: (event) => oninput(event.target.value), ...props, ...more }),
    { hint, error, needed },
  );
}

/**
 * @param {any} name
 * @param {any} label
 * @param {any} value
 * @param {any} oninput
 * @param {Record<string, any>} [more]
 */
export function areaField(name, label, value, oninput, { rows = 4, hint, error, needed, ...props } = {}) {
  return field(
    name,
    label,
    (more) =>
      h("textarea", {
        class: "input area",
        rows,
        value,
        oninput: (event) => oninput(event.target.value),
        ...props,
        ...more,
      }),
    { hint, error, needed },
  );
}

/**
 * `choices` are [value, words].
 * @param {any} name
 * @param {any} label
 * @param {any} value
 * @param {any} choices
 * @param {any} onchange
 * @param {Record<string, any>} [more]
 */
export function selectField(name, label, value, choices, onchange, { hint } = {}) {
  return field(
    name,
    label,
    (more) =>
      h(
        "select",
        { class: "select", value, onchange: (event) => onchange(event.target.value), ...more },
        choices.map(([each, title]) => h("option", { key: each, value: each }, title)),
      ),
    { hint },
  );
}

export function checkbox(label, checked, onchange, { hint = null, key = label, type = "checkbox", name = null } = {}) {
  return h(
    "label",
    { class: "choice", key },
    h("input", {
      type,
      name,
      class: type === "radio" ? "radio" : "checkbox",
      checked,
      onchange: (event) => onchange(event.target.checked),
    }),
    h(
      "span",
      { class: "choice-text" },
      h("span", { class: "choice-name" }, label),
      hint && h("span", { class: "caption" }, hint),
    ),
  );
}

/** One of several: `choices` are [value, words, hint]. */
export function radios(name, legend, value, choices, onchange) {
  return h(
    "fieldset",
    { class: "fieldset", key: `radios-${name}` },
    h("legend", { class: "field-label" }, legend),
    choices.map(([each, title, hint]) =>
      checkbox(title, value === each, () => onchange(each), { hint, key: each, type: "radio", name }),
    ),
  );
}

/**
 * A form of one line that adds to the list below it; a button of the kind "submit" is among its fields.
 * @param {string} title
 * @param {(event: SubmitEvent) => any} onsubmit
 */
export function inlineForm(title, onsubmit, ...fields) {
  return h(
    "form",
    { class: "panel inline-form", key: "form", novalidate: true, "aria-labelledby": "form-title", onsubmit },
    h("h2", { id: "form-title" }, title),
    h("div", { class: "inline-fields" }, fields),
  );
}

export function empty(sign, title, text, ...actions) {
  return h(
    "div",
    { class: "empty" },
    icon(sign),
    h("p", { class: "empty-title" }, title),
    text && h("p", {}, text),
    actions.some(Boolean) && h("div", { class: "buttons buttons-middle" }, actions),
  );
}

/** @param {{sentence: string, action: string | null, code: string, claims: string | null}} problem from explain() */
export function problemBar(problem, { again = null, signIn, dismiss = null }) {
  return h(
    "div",
    { class: "bar bar-danger", role: "alert" },
    icon("error"),
    h(
      "div",
      { class: "bar-text" },
      h("p", {}, problem.sentence),
      h(
        "div",
        { class: "buttons" },
        problem.action === "sign-in" &&
          button(words.signIn, () => signIn({ claims: problem.claims }), { look: "primary" }),
        problem.action === "again" && again && button(words.again, again),
        dismiss && button(words.dismiss, dismiss, { look: "subtle" }),
      ),
      h("p", { class: "caption" }, words.code(problem.code)),
    ),
  );
}

export function note(tone, ...children) {
  return h(
    "div",
    { class: `bar bar-${tone}` },
    icon(tone === "warning" ? "warning" : "info"),
    h("div", { class: "bar-text" }, children),
  );
}

/** While something is on its way: grey lines where it will stand. */
export function skeleton(lines = 5) {
  return h(
    "div",
    { class: "skeleton", role: "status" },
    h("span", { class: "hidden-text" }, words.loading),
    Array.from({ length: lines }, (_, index) =>
      h("span", { key: index, class: "skeleton-line", "aria-hidden": "true" }),
    ),
  );
}
