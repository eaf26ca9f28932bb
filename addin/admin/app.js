/** The page as a whole: who is signed in, which section is shown, dialogs, and what is said. Drawn by one function. */

import { h, patch } from "../js/dom.js";
import { words } from "../texts/en/admin.js";
import { button, icon, problemBar } from "./parts.js";
import { explain } from "./problem.js";
import { SECTIONS } from "./sections.js";

const SAID_MS = 6000;

export class App {
  #root;
  #live;
  #session;
  #phase = "starting";
  #problem = null;
  #me = null;
  #isMenuOpen = false;
  #said = null;
  #timer = null;

  constructor(root, live, session, api) {
    this.#root = root;
    this.#live = live;
    this.#session = session;
    this.api = api;
    this.section = null;
    this.dialog = null;
    this.route = "";
    root.addEventListener("dismiss", () => this.close());
  }

  async start() {
    Object.assign(this, { section: null, dialog: null });
    this.#show("starting");
    try {
      const found = await this.#session.start();
      if (!found) return await this.#session.signIn();
      if (found.route !== null || !location.hash.startsWith("#/"))
        history.replaceState(null, "", found.route || "#/overview");
      this.#me = await this.api.me();
      if (!this.#me.person.administrator) return this.#show("forbidden");
      window.addEventListener("hashchange", () => this.#follow());
      this.#show("ready");
      this.#follow({ focus: false });
    } catch (error) {
      if (!error?.code) throw error;
      this.#problem = explain(error);
      this.#show("failed");
    }
  }

  async signIn(options) {
    try {
      await this.#session.signIn(options);
    } catch (error) {
      this.#problem = explain(error);
      this.#show("failed");
    }
  }

  get person() {
    return this.#me.person;
  }

  go(route) {
    location.hash = `#/${route}`;
  }

  // Saying

  /** For everybody: to see for a while, and for screen readers. */
  say(text) {
    clearTimeout(this.#timer);
    this.#said = text;
    this.#live.textContent = text;
    this.#timer = setTimeout(() => {
      this.#said = null;
      this.redraw();
    }, SAID_MS);
    this.redraw();
  }

  // Dialogs

  /** `draw` gives {title, body, buttons, wide}, each time that the page is drawn. */
  open(draw) {
    this.dialog = draw;
    this.section.failure = null;
    this.redraw();
  }

  close() {
    this.dialog = null;
    if (this.section) this.section.failure = null;
    this.redraw();
  }

  /** Asks before something that cannot be undone. `work` runs in the dialog, which closes when it is done. */
  confirm({ title, text, label, work, done, name = "confirm" }) {
    const section = this.section;
    const whole = async () => {
      const outcome = await work();
      if (this.dialog === question) this.close();
      return outcome;
    };
    const act = () => section.act(name, whole, done);
    const question = () => ({
      title,
      body: [].concat(text).map((each, index) => (typeof each === "string" ? h("p", { key: index }, each) : each)),
      buttons: [
        button(label, act, { look: "danger", busy: section.isBusy(name), key: "do" }),
        button(words.cancel, () => this.close(), { key: "cancel" }),
      ],
    });
    this.open(question);
  }

  // Drawing

  redraw() {
    patch(this.#root, this.#draw());
    this.#root.setAttribute("aria-busy", String(this.#phase === "starting"));
  }

  // Private

  #show(phase) {
    this.#phase = phase;
    this.redraw();
  }

  /** Shows what the address names. */
  #follow({ focus = true } = {}) {
    const [, name = "", ...rest] = location.hash.split("/");
    const found = SECTIONS.find((each) => each.name === name) ?? SECTIONS[0];
    const argument = rest.length > 0 ? decoded(rest.join("/")) : null;
    this.route = location.hash;
    this.#isMenuOpen = false;
    this.dialog = null;
    const type = (argument && found.one) || found.type;
    this.section = new type(this, argument);
    this.section.name = found.name;
    document.title = `${words.sections[found.name]} - ${words.product}`;
    this.section.open();
    if (focus) document.getElementById("title")?.focus();
    window.scrollTo(0, 0);
  }

  #draw() {
    const body = {
      starting: () => this.#starting(),
      failed: () => this.#failed(),
      forbidden: () => this.#forbidden(),
      ready: () => this.#ready(),
    };
    return [
      h("a", { class: "skip", href: "#title", onclick: (event) => this.#skip(event) }, words.skip),
      this.#head(),
      body[this.#phase](),
    ];
  }

  #skip(event) {
    event.preventDefault();
    document.getElementById("title")?.focus();
  }

  #head() {
    const person = this.#me?.person;
    return h(
      "header",
      { class: "suite" },
      this.#phase === "ready" &&
        h(
          "button",
          {
            type: "button",
            class: "icon-button menu-button",
            "aria-label": words.menu,
            "aria-expanded": String(this.#isMenuOpen),
            "aria-controls": "nav",
            onclick: () => this.#toggleMenu(),
          },
          icon("menu"),
        ),
      h("img", { class: "logo", src: "icons/logo.svg", alt: "", width: "24", height: "24" }),
      h("span", { class: "product" }, words.product),
      h("span", { class: "spring" }),
      person &&
        h(
          "span",
          { class: "who" },
          h("span", { class: "who-name" }, person.name),
          h("span", { class: "who-address" }, person.address),
        ),
      person &&
        h(
          "button",
          { type: "button", class: "link", onclick: () => this.signIn({ another: true }) },
          words.switchAccount,
        ),
    );
  }

  #toggleMenu() {
    this.#isMenuOpen = !this.#isMenuOpen;
    this.redraw();
  }

  #starting() {
    return h(
      "main",
      { class: "alone" },
      h(
        "div",
        { class: "waiting", role: "status" },
        h("span", { class: "spinner", "aria-hidden": "true" }),
        h("p", {}, words.starting),
      ),
    );
  }

  #failed() {
    const again = () => this.start();
    return h(
      "main",
      { class: "alone" },
      h("h1", { id: "title", tabindex: "-1" }, words.signInTitle),
      problemBar(this.#problem, { again, signIn: (options) => this.signIn(options) }),
    );
  }

  /** Signed in, but without the role: what to ask for, ready to copy. */
  #forbidden() {
    const { address } = this.person;
    const request = words.forbidden.request(address);
    return h(
      "main",
      { class: "alone" },
      h("h1", { id: "title", tabindex: "-1" }, words.forbidden.title),
      h("p", {}, words.forbidden.text(address)),
      h("p", {}, words.forbidden.ask),
      h("blockquote", { class: "quote" }, request),
      h(
        "div",
        { class: "buttons" },
        button(words.copy, () => this.copy(request), { look: "primary", sign: "copy" }),
        button(words.switchAccount, () => this.signIn({ another: true })),
        button(words.again, () => this.start()),
      ),
      this.#toast(),
    );
  }

  /** Onto the clipboard; where the browser forbids it, the person is told to do it by hand. */
  async copy(text) {
    const isDone = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    this.say(isDone ? words.copied : words.notCopied);
  }

  #ready() {
    return h(
      "div",
      { class: this.#isMenuOpen ? "frame menu-open" : "frame" },
      h(
        "nav",
        { id: "nav", class: "nav", "aria-label": words.navigation },
        h(
          "ul",
          {},
          SECTIONS.map((each) => this.#entry(each)),
        ),
      ),
      h("main", { class: "main" }, this.section && this.section.draw()),
      this.dialog && this.#dialog(),
      this.#toast(),
    );
  }

  #entry({ name, sign }) {
    const isHere = this.section?.name === name;
    return h(
      "li",
      { key: name },
      h(
        "a",
        {
          class: "nav-link",
          href: `#/${name}`,
          "aria-current": isHere ? "page" : null,
          onclick: () => this.#again(name),
        },
        icon(sign),
        h("span", {}, words.sections[name]),
      ),
    );
  }

  /** The link to what is shown already loads it anew; all others change the address. */
  #again(name) {
    if (location.hash === `#/${name}`) this.#follow();
  }

  #dialog() {
    const view = this.dialog();
    return h("affix-dialog", {
      key: view.key ?? view.title,
      view: { ...view, body: [this.section.failed(), view.body] },
    });
  }

  #toast() {
    return this.#said && h("div", { class: "toast", key: "toast" }, icon("check"), h("span", {}, this.#said));
  }
}

/** What stands in the address; somebody may have typed it. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
