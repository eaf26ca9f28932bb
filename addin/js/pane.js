/**
 * The pane: one state, drawn by one function. What the person or Outlook does arrives as an event, changes the state,
 * and the page follows. Answers that belong to another message than the open one are dropped by number.
 */

import { patch } from "./dom.js";
import { ancestors, focusWithin } from "./focus.js";
import { ActivityList } from "./activity.js";
import { Autopilot } from "./autopilot.js";
import { Choosing } from "./choosing.js";
import { Compose } from "./compose.js";
import { Favorites } from "./favorites.js";
import { Finder } from "./finder.js";
import { hints, isSameItem, obstacle } from "./item.js";
import { Live } from "./live.js";
import { Missed } from "./missed.js";
import { Past } from "./past.js";
import { Presence } from "./presence.js";
import { isAboutSignIn } from "./problem.js";
import { Saving } from "./saving.js";
import { Several } from "./several.js";
import { screen } from "./screens.js";
import { Tabs } from "./tabs.js";
import { texts } from "./texts.js";
import { WorkList } from "./worklist.js";

const STALE_MS = 15000;

/**
 * What the pane can do, each part in a file of its own. A part may have: static `always()` and static `forItem()`, its
 * share of the state, the latter forgotten with the message; `events`, what it does when an element sends them; and
 * what it does when something happened: `started()`, Outlook can be asked; `arrived(item)`, another item is open, null
 * for none; `met(me)`, the service knows who this is; `understood(context, isFirst)`, the service has told of the open
 * message; `changed()`, the state is another one; `returned()`, the person is back at the pane.
 */
const PARTS = {
  tabs: Tabs,
  choosing: Choosing,
  favorites: Favorites,
  saving: Saving,
  presence: Presence,
  live: Live,
  autopilot: Autopilot,
  past: Past,
  activity: ActivityList,
  worklist: WorkList,
  compose: Compose,
  several: Several,
  missed: Missed,
};

/** What belongs to one message and is forgotten with it. */
const forOneItem = () => ({
  asked: null,
  context: null,
  lookProblem: null,
  obstacle: null,
  found: null,
  searchingFor: "find",
  ...shares("forItem"),
});

function shares(name) {
  return Object.assign({}, ...Object.values(PARTS).map((part) => part[name]?.()));
}

export class Pane {
  state = {
    stage: "starting",
    problem: null,
    missing: false,
    me: null,
    profileAddress: null,
    item: null,
    understood: null,
    looking: false,
    lastMailbox: null,
    typedMailbox: null,
    ...shares("always"),
    ...forOneItem(),
  };

  /** Counts the messages that were opened. */
  visit = 0;
  /** @type {import("./api.js").Api} */
  api;
  /** @type {typeof import("./host.js")} */
  host;
  /** By the names of PARTS. */
  parts;
  #root;
  #live;
  #host;
  #session;
  #look = 0;
  #lookedAt = 0;
  #finder;

  constructor({ root, live, host, session, api }) {
    Object.assign(this, { api, host });
    this.#root = root;
    this.#live = live;
    this.#host = host;
    this.#session = session;
    this.parts = Object.fromEntries(Object.entries(PARTS).map(([name, Part]) => [name, new Part(this)]));
    this.#finder = new Finder(
      (q, type) => api.findRecords(q, type),
      (found) => this.set({ found: found && { ...found, for: this.state.searchingFor } }),
    );
    this.#listen();
  }

  // Lifecycle

  /** Everything from the beginning: who, and what is open. */
  async start() {
    this.set({ stage: "ready", problem: null, profileAddress: this.#host.profileAddress() });
    this.#tell("started");
    await Promise.all([this.meet(), this.look()]);
  }

  async meet() {
    if (!this.#host.openItem()) this.parts.autopilot.list();
    try {
      this.set({ me: await this.api.me() });
      this.#tell("met", this.state.me);
    } catch (problem) {
      this.#failed(problem, () => !this.state.item && this.set({ stage: "broken", problem }));
    }
  }

  /** Looks at what is open now. `mailbox` is the address that the person gave. */
  async look({ mailbox = null } = {}) {
    if (this.state.stage !== "ready") return;
    const number = ++this.#look;
    this.#lookedAt = Date.now();
    const item = this.#host.openItem();
    if (!isSameItem(item, this.state.item)) this.#arrive(item);
    if (!item) return;
    this.set({ looking: true, typedMailbox: mailbox ?? this.state.typedMailbox });
    /** @type {Record<string, any>} */
    const change = await this.#ask(item, mailbox).catch((lookProblem) => ({ lookProblem }));
    if (number !== this.#look) return;
    this.set({ looking: false, ...change });
    if (change.context) this.#understood(change.context);
    if (change.lookProblem) this.#failed(change.lookProblem);
  }

  /** Asks the service anew. `mailbox` as for `look`. */
  refresh(mailbox = null) {
    if (!this.state.item) return window.location.reload();
    this.set({ lookProblem: null, saveProblem: null });
    if (!this.state.me) this.meet();
    this.api.forget();
    return this.look({ mailbox });
  }

  /** Another message was chosen: a good moment to try again what failed. */
  moved() {
    return this.state.stage === "broken" ? this.start() : this.look();
  }

  /** Outlook does not always tell of another message, so look again when the person comes back to the pane. */
  returned() {
    if (document.hidden || this.state.stage !== "ready") return;
    const isOther = !isSameItem(this.#host.openItem(), this.state.item);
    const isStale = Date.now() - this.#lookedAt > STALE_MS;
    if (isStale && !isOther) this.api.forget();
    if (isStale || isOther) this.look();
    this.#tell("returned");
  }

  // State

  set(change) {
    Object.assign(this.state, change);
    this.#draw();
    this.#tell("changed");
  }

  say(words) {
    this.#live.textContent = "";
    setTimeout(() => {
      this.#live.textContent = words;
    }, 50);
  }

  focus(selector) {
    this.#root.querySelector(selector)?.focus();
  }

  /** Scrolls what has just come up into sight, and puts the focus on its first control unless that is elsewhere. */
  show(selector, withFocus = true) {
    const shown = this.#root.querySelector(selector);
    shown?.scrollIntoView({ block: "nearest" });
    if (shown && withFocus) focusWithin([shown]);
  }

  // Private

  #draw() {
    const focused = document.activeElement;
    const around = ancestors(focused, this.#root);
    patch(this.#root, screen(this.state));
    this.#root.setAttribute(
      "aria-busy",
      String(this.state.stage === "starting" || (this.state.looking && !this.state.context)),
    );
    if (around.length && document.activeElement === document.body) focusWithin(around);
  }

  #arrive(item) {
    this.visit += 1;
    this.#finder.stop();
    this.set({ ...forOneItem(), item, looking: false, obstacle: item && obstacle(item) });
    this.#tell("arrived", item);
    if (!item) this.meet();
  }

  async #ask(item, mailbox) {
    if (obstacle(item)) return { obstacle: obstacle(item) };
    if (item.composing) return this.parts.compose.ask(item, mailbox);
    const shared = await this.#host.sharedProperties(item);
    const asked = hints(item, {
      shared: shared.state === "known" ? shared.value : null,
      profileAddress: this.state.profileAddress,
      mailbox: mailbox ?? this.state.asked?.mailbox,
    });
    return { asked, obstacle: null, lookProblem: null, context: await this.api.context(asked) };
  }

  #understood(context) {
    const isFirst = this.state.understood !== this.visit;
    this.set({ lastMailbox: context.mailbox, understood: this.visit });
    this.#tell("understood", context, isFirst);
  }

  /** Lets every part know that wants to. */
  #tell(what, ...told) {
    for (const part of Object.values(this.parts)) part[what]?.(...told);
  }

  #failed(problem, otherwise = () => {}) {
    if (isAboutSignIn(problem)) this.set({ stage: "signedOut", problem });
    else otherwise();
  }

  async #signIn() {
    const claims = this.state.problem?.claims ?? null;
    this.set({ stage: "signingIn" });
    try {
      await this.#session.signIn(claims);
    } catch (problem) {
      return this.set({ stage: "signedOut", problem });
    }
    return this.start();
  }

  #pick(record, from) {
    if (from === "move") return this.parts.saving.move(this.state.moving, record);
    if (from === "file") return this.parts.activity.file(record);
    if (from === "work") return this.parts.worklist.pick(record);
    return this.parts.choosing.pick(record);
  }

  async #stateKind(kind) {
    const visit = this.visit;
    try {
      await this.api.stateMailboxKind(this.state.context.mailbox.id, kind);
      this.say(texts.mailbox.thanks(texts.mailbox.kinds[kind]));
      if (visit === this.visit) await this.look();
    } catch (lookProblem) {
      if (visit === this.visit) this.set({ lookProblem });
    }
  }

  #search({ q, type }, searchingFor) {
    this.state.searchingFor = searchingFor;
    this.#finder.look(q, type);
  }

  /** Every event of the elements, and what it does. */
  #listen() {
    const events = {
      refresh: () => this.refresh(),
      reload: () => window.location.reload(),
      "sign-in": () => this.#signIn(),
      "start-again": () => this.start(),
      "state-kind": ({ kind }) => this.#stateKind(kind),
      "look-in": ({ address }) => this.refresh(address),
      "search-records": (search, from) => this.#search(search, from.view.id),
      "pick-record": ({ record }, from) => this.#pick(record, from.view.id),
      copied: ({ words }) => this.say(words),
      ...Object.assign({}, ...Object.values(this.parts).map((part) => part.events)),
    };
    for (const [name, act] of Object.entries(events))
      this.#root.addEventListener(name, (event) => act(event.detail ?? {}, event.target));
  }
}
