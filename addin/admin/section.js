/** What all sections share: loading with a state that is always true, and doing one thing at a time. */

import { h } from "../js/dom.js";
import { words } from "../texts/en/admin.js";
import { problemBar, skeleton } from "./parts.js";
import { explain } from "./problem.js";

export class Section {
  #busy = new Set();
  #visit = 0;
  /** As in the address; set by the page. */
  name = "";

  /** `argument` is what stands behind the section's name in the address. */
  constructor(app, argument = null) {
    this.app = app;
    this.api = app.api;
    this.argument = argument;
    this.phase = "loading";
    this.problem = null;
    this.failure = null;
  }

  // What a section says of itself

  get title() {
    return "";
  }

  get lead() {
    return null;
  }

  /** Asks the service for what is shown. */
  async load() {}

  /**
   * The section's content, once it is loaded.
   * @returns {any}
   */
  body() {
    return [];
  }

  /** Buttons beside the title. */
  actions() {
    return [];
  }

  // What it can do

  async open() {
    const visit = ++this.#visit;
    Object.assign(this, { phase: "loading", problem: null, failure: null });
    this.redraw();
    try {
      await this.load();
      if (visit === this.#visit) this.phase = "ready";
    } catch (error) {
      if (visit === this.#visit) Object.assign(this, { phase: "failed", problem: this.#explained(error) });
    }
    this.redraw();
  }

  /** Asks again, with what is there left in sight. After a deed too: where only this fails, only this is tried again. */
  async refresh() {
    return this.act("refresh", () => this.load());
  }

  /**
   * Does one thing; says what went wrong, with the same thing as the button: `work` reads what is typed by then, and
   * brings all to its end. Where it gives false it asked something else instead, and nothing is said to be done.
   * @param {string} name what is busy meanwhile
   * @param {() => Promise<any>} work
   * @param {string | ((outcome: any) => string) | null} done
   */
  async act(name, work, done = null) {
    if (this.#busy.has(name)) return false;
    this.#busy.add(name);
    this.failure = null;
    this.redraw();
    try {
      const outcome = await work();
      if (done && outcome !== false) this.app.say(typeof done === "function" ? done(outcome) : done);
      return true;
    } catch (error) {
      this.failure = { ...this.#explained(error), again: () => this.act(name, work, done) };
      return false;
    } finally {
      this.#busy.delete(name);
      this.redraw();
    }
  }

  isBusy(name) {
    return this.#busy.has(name);
  }

  redraw() {
    if (this.app.section === this) this.app.redraw();
  }

  draw() {
    return [
      h(
        "div",
        { class: "page-head", key: "head" },
        h(
          "div",
          { class: "page-title" },
          h("h1", { id: "title", tabindex: "-1" }, this.title),
          this.lead && h("p", { class: "lead" }, this.lead),
        ),
        h("div", { class: "page-actions" }, this.phase === "ready" && this.actions()),
      ),
      !this.app.dialog && this.failed(),
      this.phase === "loading" && skeleton(),
      this.phase === "failed" &&
        problemBar(this.problem, { again: () => this.open(), signIn: (options) => this.app.signIn(options) }),
      this.phase === "ready" &&
        h(
          "div",
          { class: "page-body", key: this.app.route, "aria-busy": this.#busy.size > 0 ? "true" : "false" },
          this.body(),
        ),
    ];
  }

  /** What the last thing that was done came to, if it failed: above the page, or in the dialog that is open. */
  failed() {
    const { failure } = this;
    return (
      failure &&
      problemBar(failure, {
        again: failure.again,
        signIn: (options) => this.app.signIn(options),
        dismiss: () => this.dismiss(),
      })
    );
  }

  dismiss() {
    this.failure = null;
    this.redraw();
  }

  // Private

  #explained(error) {
    if (!error?.code) throw error;
    return explain(error);
  }
}

export { words };
