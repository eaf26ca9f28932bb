/** The systems that emails are saved to: added and changed by a form of their kind's own schema, checked, removed. */

import { h } from "../../js/dom.js";
import { words } from "../../texts/en/admin.js";
import { moment } from "../format.js";
import { button, empty, icon, note, pill, textField } from "../parts.js";
import { SchemaForm } from "../schema.js";
import { Section } from "../section.js";

const text = words.destinations;
const NAME = /^[a-z0-9-]{1,40}$/;

export class Destinations extends Section {
  #destinations = [];
  #kinds = [];
  #checks = new Map();
  #form = null;
  #edited = null;

  get title() {
    return this.#edited
      ? this.#edited.isNew
        ? text.addOf(this.#edited.kind.title)
        : this.#edited.title
      : words.sections.destinations;
  }

  get lead() {
    return this.#edited ? null : text.lead;
  }

  /** "new/<kind>" adds one, "<name>" changes one. */
  async load() {
    const [{ destinations }, { kinds }] = await Promise.all([this.api.destinations(), this.api.destinationKinds()]);
    [this.#destinations, this.#kinds] = [destinations, kinds];
    if (this.argument) this.#edit(this.argument);
  }

  actions() {
    if (this.argument) return [];
    return this.#kinds.map(({ kind, title }) =>
      button(text.addOf(title), () => this.app.go(`destinations/new/${kind}`), {
        look: "primary",
        sign: "plus",
        key: kind,
      }),
    );
  }

  body() {
    if (this.argument)
      return this.#edited
        ? this.#editor()
        : empty(
            "plug",
            text.gone,
            null,
            button(text.back, () => this.app.go("destinations")),
          );
    return this.#destinations.length > 0
      ? this.#destinations.map((each) => this.#card(each))
      : empty("plug", text.none, text.noneText);
  }

  // Actions

  async #check({ name, title }) {
    const steps = [];
    this.#checks.set(name, { steps, phase: "running" });
    const isDone = await this.act(`check ${name}`, async () => {
      await this.api.checkDestination(name, (step) => {
        steps.push(step);
        this.redraw();
      });
    });
    const isWell = steps.every(({ ok }) => ok);
    this.#checks.set(name, { steps, phase: isDone ? "done" : "failed" });
    if (isDone) this.app.say(isWell ? text.isWell(title) : text.isIll(title));
  }

  #remove({ name, title }) {
    let waiting = null;
    const sure = (force) =>
      this.app.confirm({
        title: text.removeTitle,
        text: [force ? text.removeWaiting(title, waiting) : text.removeText(title), text.removeRules],
        label: force ? text.removeAnyway : text.remove,
        done: text.removed(title),
        work: async () => {
          try {
            await this.api.removeDestination(name, force);
            await this.refresh();
          } catch (error) {
            if (error?.code !== "saves_waiting" || force) throw error;
            waiting = error.waiting;
            sure(true);
            return false;
          }
          return true;
        },
      });
    sure(false);
  }

  #submit(event) {
    event.preventDefault();
    const { isNew, name } = this.#edited;
    const isWrong = isNew && !NAME.test(name.trim());
    this.#edited.error = isWrong ? text.nameHint : null;
    if (!isWrong) return this.act("save", () => this.#save(), isNew ? text.added : text.changed);
    this.redraw();
    return document.getElementById("name").focus();
  }

  async #save() {
    const { isNew, kind, name } = this.#edited;
    const title = this.#edited.title.trim();
    const wanted = { ...(title && { title }), settings: this.#form.wanted };
    this.#form.refuse([]);
    try {
      if (isNew) await this.api.addDestination({ kind: kind.kind, name: name.trim(), ...wanted });
      else await this.api.changeDestination(name, wanted);
    } catch (refused) {
      this.#form.refuse(refused?.fields);
      throw refused;
    }
    this.app.go("destinations");
    return title || name;
  }

  // Private

  #edit(argument) {
    const [first, kindName] = argument.split("/");
    const isNew = first === "new";
    const found = isNew
      ? { kind: kindName, name: "", title: "", settings: null }
      : this.#destinations.find(({ name }) => name === first);
    const kind = this.#kinds.find((each) => each.kind === found?.kind);
    if (!found || !kind || found.builtIn) return;
    this.#edited = { isNew, kind, name: isNew ? kindName : found.name, title: found.title ?? "", error: null };
    this.#form = new SchemaForm(kind.settings, found.settings, isNew, () => this.redraw());
  }

  #card(destination) {
    const { name, title, builtIn, types, warnings, changedAt } = destination;
    const kind = this.#kinds.find((each) => each.kind === destination.kind)?.title ?? text.builtIn;
    return h(
      "section",
      { class: "panel", key: name, "aria-labelledby": `destination-${name}` },
      h(
        "div",
        { class: "panel-head" },
        h(
          "div",
          { class: "panel-title" },
          h("h2", { id: `destination-${name}` }, title),
          h("p", { class: "caption" }, [builtIn ? text.builtIn : kind, name].join(" · ")),
        ),
        button(text.check, () => this.#check(destination), { busy: this.isBusy(`check ${name}`), about: title }),
        !builtIn && button(text.change, () => this.app.go(`destinations/${name}`), { about: title }),
        !builtIn && button(text.remove, () => this.#remove(destination), { about: title }),
      ),
      warnings.map(({ message, action }) =>
        note("warning", h("p", {}, message), action && h("p", { class: "caption" }, action)),
      ),
      types.length > 0 && h("p", { class: "caption" }, text.types(types.map((each) => each.plural ?? each.title))),
      changedAt && h("p", { class: "caption" }, text.changedAt(moment(changedAt))),
      this.#steps(this.#checks.get(name)),
    );
  }

  #steps(check) {
    if (!check) return null;
    return h(
      "ol",
      { class: "check", "aria-live": "polite", "aria-busy": check.phase === "running" ? "true" : "false" },
      check.steps.map(({ ok, warning, message, action }, index) =>
        h(
          "li",
          { key: index, class: `check-step check-${tone(ok, warning)}` },
          icon({ good: "check", warning: "warning", bad: "error" }[tone(ok, warning)]),
          h(
            "div",
            {},
            h("span", { class: "hidden-text" }, text.tones[tone(ok, warning)]),
            h("p", {}, message),
            action && h("p", { class: "caption" }, action),
          ),
        ),
      ),
      check.phase === "running" &&
        h(
          "li",
          { key: "running", class: "check-step" },
          h("span", { class: "spinner spinner-small", "aria-hidden": "true" }),
          h("span", { class: "caption" }, text.checking),
        ),
      check.phase === "done" &&
        check.steps.every(({ ok }) => ok) &&
        h("li", { key: "done", class: "check-step" }, pill("good", text.allWell)),
    );
  }

  #editor() {
    const { isNew, name, title, error } = this.#edited;
    return h(
      "form",
      { class: "panel form-wide", novalidate: true, key: "editor", onsubmit: (event) => this.#submit(event) },
      textField("title-field", text.titleField, title, (value) => (this.#edited.title = value), {
        hint: text.titleHint,
        autocomplete: "off",
      }),
      isNew
        ? textField("name", text.name, name, (value) => (this.#edited.name = value), {
            hint: text.nameHint,
            needed: true,
            error,
            autocomplete: "off",
          })
        : null,
      this.#form.draw(),
      h(
        "div",
        { class: "buttons", key: "buttons" },
        button(isNew ? text.add : words.save, () => null, {
          look: "primary",
          type: "submit",
          busy: this.isBusy("save"),
          key: "save",
        }),
        button(words.cancel, () => this.app.go("destinations"), { key: "cancel" }),
      ),
    );
  }
}

function tone(ok, warning) {
  return ok && !warning ? "good" : warning ? "warning" : "bad";
}
