/**
 * A form for what a JSON schema describes, and the settings out of it. Knows the schemas of destinations: objects of
 * texts, numbers, yes or no, choices, lists of choices or texts, lists of objects, and objects inside.
 *
 * What is secret is only ever written: a field that is left empty keeps what is there.
 */

import { h } from "../js/dom.js";
import { words } from "../texts/en/admin.js";
import { areaField, button, checkbox, selectField, textField } from "./parts.js";

const text = words.schema;
const LONG = /PEM/;

export class SchemaForm {
  #schema;
  #redraw;
  #before;
  #errors = new Map();

  /** `settings`: those that are there, with masks for secrets; `isNew`: there are none yet. */
  constructor(schema, settings, isNew, redraw) {
    this.#schema = schema;
    this.#redraw = redraw;
    this.isNew = isNew;
    this.#before = settings ?? {};
    this.settings = settings ? structuredClone(settings) : this.#fresh(schema);
    this.mask = maskIn(settings);
  }

  /** What is to be sent: of new settings what is not left as it is by itself, of others what is not as it was. */
  get wanted() {
    const all = this.#cleaned(this.#schema, this.settings) ?? {};
    return Object.fromEntries(
      Object.entries(all).filter(([name, value]) => this.isNew || !same(value, this.#before[name])),
    );
  }

  /** The service's word on single fields: [{field: "certificates.0.id", message}]. */
  refuse(fields) {
    this.#errors = new Map((fields ?? []).map(({ field, message }) => [field, message]));
    const first = fields?.[0]?.field;
    if (first) queueMicrotask(() => document.getElementById(`set-${first}`)?.focus());
  }

  draw() {
    return this.#fields(this.#schema, this.settings, "");
  }

  // Private

  #fields(schema, values, path) {
    const { properties, required = [] } = this.#resolved(schema);
    const all = Object.entries(properties).map(([name, each]) => ({
      name,
      each,
      is: this.#resolved(each),
      needed: required.includes(name),
    }));
    // What most people leave alone comes last, folded.
    const [usual, nested] = [
      all.filter(({ is }) => is.type !== "object"),
      all.filter(({ is }) => is.type === "object"),
    ];
    return [usual.map((one) => this.#field(one, values, path)), nested.map((one) => this.#nested(one, values, path))];
  }

  #field({ name, each, is, needed }, values, path) {
    const at = path ? `${path}.${name}` : name;
    const shown = { hint: each.description ?? is.description, error: this.#errors.get(at), needed };
    const title = each.title ?? is.title ?? name;
    const put = (value) => this.#put(values, name, value);
    const value = values[name];
    if (each.const !== undefined) return null;
    if (is.type === "boolean")
      return checkbox(title, value ?? each.default ?? false, put, { hint: shown.hint, key: at });
    if (is.enum)
      return selectField(
        `set-${at}`,
        title,
        value ?? each.default ?? "",
        is.enum.map((one) => [one, text.choice(one)]),
        put,
        shown,
      );
    if (is.type === "array") return this.#list({ is, title, values, name, at, ...shown, fallback: each.default });
    if (is.writeOnly) return this.#secret({ each: is, title, value, put, at, ...shown });
    if (is.type === "integer" || is.type === "number")
      return textField(`set-${at}`, title, value ?? "", (typed) => put(typed === "" ? null : Number(typed)), {
        ...shown,
        type: "number",
        min: is.minimum,
        max: is.maximum,
        placeholder: each.default ?? null,
      });
    const field = LONG.test(shown.hint ?? "") ? areaField : textField;
    return field(`set-${at}`, title, value ?? "", put, {
      ...shown,
      autocomplete: "off",
      placeholder: each.default || null,
    });
  }

  #secret({ each, title, value, put, at, hint, error, needed }) {
    const isKept = value === this.mask && value !== undefined;
    const about = {
      error,
      needed: needed && !isKept,
      hint: [hint, isKept && text.kept].filter(Boolean).join(" "),
      autocomplete: "off",
      spellcheck: "false",
    };
    const typed = (written) => put(written === "" && this.mask ? this.mask : written);
    if (LONG.test(each.description ?? ""))
      return areaField(`set-${at}`, title, isKept ? "" : (value ?? ""), typed, { ...about, rows: 4 });
    return textField(`set-${at}`, title, isKept ? "" : (value ?? ""), typed, { ...about, type: "password" });
  }

  #list({ is, title, values, name, at, hint, error, needed, fallback }) {
    const item = this.#resolved(is.items);
    const there = values[name] ?? fallback ?? [];
    if (item.enum) {
      const isThere = (one) => there.includes(one);
      const put = (one, isOn) =>
        this.#put(
          values,
          name,
          item.enum.filter((each) => (each === one ? isOn : isThere(each))),
          true,
        );
      return h(
        "fieldset",
        { class: "fieldset boxed columns", key: at, id: `set-${at}`, tabindex: "-1" },
        h("legend", { class: "field-label" }, title),
        hint && h("p", { class: "caption" }, hint),
        item.enum.map((one) => checkbox(text.choice(one), isThere(one), (isOn) => put(one, isOn), { key: one })),
        error && h("p", { class: "error" }, error),
      );
    }
    if (item.type === "object") return this.#objects({ is, item, title, values, name, at, hint, error });
    return textField(
      `set-${at}`,
      title,
      there.join(", "),
      (typed) =>
        this.#put(
          values,
          name,
          typed
            .split(",")
            .map((one) => one.trim())
            .filter(Boolean),
          true,
        ),
      { hint, error, needed },
    );
  }

  #objects({ is, item, title, values, name, at, hint, error }) {
    values[name] ??= [];
    const there = values[name];
    const most = is.maxItems ?? Infinity;
    return h(
      "fieldset",
      { class: "fieldset", key: at },
      h("legend", { class: "field-label" }, title),
      hint && h("p", { class: "caption" }, hint),
      error && h("p", { class: "error" }, error),
      there.map((one, index) =>
        h(
          "div",
          { class: "boxed group", key: index, id: `set-${at}.${index}`, tabindex: "-1" },
          this.#errors.has(`${at}.${index}`) && h("p", { class: "error" }, this.#errors.get(`${at}.${index}`)),
          this.#fields(item, one, `${at}.${index}`),
          there.length > (is.minItems ?? 0) &&
            button(text.takeOut, () => this.#set(() => there.splice(index, 1)), {
              about: text.number(title, index + 1),
            }),
        ),
      ),
      there.length < most &&
        button(text.another(item.title ?? title), () => this.#set(() => there.unshift(this.#fresh(item))), {
          sign: "plus",
          key: "add",
        }),
    );
  }

  #nested({ name, is, each }, values, path) {
    const at = path ? `${path}.${name}` : name;
    values[name] ??= {};
    return h(
      "details",
      { class: "boxed details", key: at },
      h("summary", {}, each.title ?? is.title ?? name),
      (each.description ?? is.description) && h("p", { class: "caption" }, each.description ?? is.description),
      this.#fields(is, values[name], at),
    );
  }

  #put(values, name, value, isDrawn = false) {
    values[name] = value;
    if (isDrawn) this.#redraw();
  }

  #set(change) {
    change();
    this.#redraw();
  }

  /** A reference followed, and "this or nothing" as this. */
  #resolved(schema) {
    const target = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (target) return { ...this.#schema.$defs[target.split("/").pop()], ...schema };
    const some = schema.anyOf?.find(({ type }) => type !== "null");
    return some ? { ...schema, ...this.#resolved(some) } : schema;
  }

  #fresh(schema) {
    const { properties, required = [] } = this.#resolved(schema);
    const made = {};
    for (const name of required) {
      const is = this.#resolved(properties[name]);
      if (is.type === "array" && this.#resolved(is.items).type === "object") made[name] = [this.#fresh(is.items)];
    }
    return made;
  }

  /** Without what is empty or the default; null where a setting that was there is taken away. */
  #cleaned(schema, values) {
    const { properties } = this.#resolved(schema);
    const kept = {};
    for (const [name, value] of Object.entries(values)) {
      const each = properties[name];
      if (!each) continue;
      const is = this.#resolved(each);
      const wanted = this.#wantedOf(is, value);
      if (this.isNew && (wanted === null || wanted === undefined || same(wanted, each.default))) continue;
      if (wanted !== undefined) kept[name] = wanted;
    }
    return Object.keys(kept).length > 0 ? kept : undefined;
  }

  #wantedOf(is, value) {
    if (value === null || value === undefined) return value;
    if (is.type === "object") return this.#cleaned(is, value);
    if (is.type === "array" && this.#resolved(is.items).type === "object")
      return value.map((one) => this.#cleaned(is.items, one) ?? {});
    if (value === "" && is.default !== "") return null;
    return typeof value === "string" && !is.enum ? value.trim() : value;
  }
}

/** Asterisks stand for every secret that is there. */
function maskIn(settings) {
  return JSON.stringify(settings ?? null).match(/"(\*{6,})"/)?.[1];
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
