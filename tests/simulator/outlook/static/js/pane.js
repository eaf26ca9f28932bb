// The add-in's pane at the side: its header, and the host that office.js in its frame talks to.

import { button, element, icon } from "./dom.js";
import { confirmIdentity } from "./sign-in.js";
import { appContext, hasSet } from "./office/context.js";
import { NEVER, OfficeHost } from "./office/host.js";
import { composeItem, noItem, readItem, selectedItem } from "./office/items.js";
import { answerTo, roamingSettings } from "./office/methods.js";
import { NestedAuthentication } from "./office/nested-auth.js";
import { languageOf } from "./languages.js";
import { resizeHandle } from "./resizing.js";
import { themeNamed } from "./themes.js";

const ADDRESS = "/addin/taskpane.html";
const TAB_EXIT = 13;
const TAB_EXIT_SHIFT = 14;
const ESCAPE = 15;
const CANCELLED = 13002;

export class Pane {
  #place;
  #outlook;
  #session;
  #host;
  #nested;
  #isPinned = true;
  #toldOf;  // the message that the pane knows of

  constructor(place, outlook, session) {
    this.#place = place;
    this.#outlook = outlook;
    this.#session = session;
    this.#host = new OfficeHost({
      ...this.#answers(),
      onLeave: (direction) => this.#passFocusOn(direction),
      onListening: (event) => { if (event === "olkItemSelectedChanged") this.#tellWhatWasMissed(); },
    });
    // Read by office/pane-side.js.
    Object.defineProperty(window, "officeTheme", { get: () => this.#theme() });
    this.#nested = new NestedAuthentication(() => this.#setting("bridge"), {
      account: () => session.account(),
      accessToken: (confirmed) => session.token("naa", { confirmed }),
      askPerson: () => confirmIdentity(this.#outlook.state.person),
    });
  }

  // Lifecycle

  get isOpen() {
    return this.#host.isOpen;
  }

  open() {
    this.#place.hidden = false;
    this.#outlook.settings.set({ pane: "open" });
    const frame = element("div", { className: "pane-frame" });
    this.#place.replaceChildren(resizeHandle(this.#place, this.#outlook.settings), this.#header(), frame);
    this.#host.open(frame, ADDRESS, this.#frameOptions("pane-frame"));
    this.#nested.serve(this.#host.window);
    this.#outlook.ribbon.draw();
  }

  close() {
    this.#host.close();
    this.#place.replaceChildren();
    this.#place.hidden = true;
    this.#outlook.settings.set({ pane: "closed" });
    this.#outlook.ribbon.draw();
  }

  // Actions

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  reload() {
    if (this.isOpen) this.open();
  }

  // A pinned pane is told; one that is not pinned goes away with its item.
  itemChanged() {
    if (!this.isOpen || this.#outlook.compose.isOpen) return;
    if (!this.#isPinned) return this.close();
    const behaviour = this.#setting("itemChanged");
    const isHeard = behaviour !== "never" && this.#host.itemChanged(behaviour === "null" ? null : this.#item());
    if (isHeard) this.#toldOf = this.#outlook.state.message?.id;
    this.#host.selectionChanged();
  }

  recipientsChanged(field) {
    if (this.isOpen) this.#host.recipientsChanged(field);
  }

  // Reading and writing are two surfaces of an add-in; Outlook starts the pane anew in each.
  surfaceChanged() {
    this.reload();
  }

  themeChanged() {
    if (this.isOpen && this.#theme()) this.#host.themeChanged(this.#theme());
  }

  // A page of the add-in without a pane, as Outlook runs one at an event. `more`: further answers, see OfficeHost.
  runUnseen(place, address, more) {
    const host = new OfficeHost({ ...this.#answers(), onLeave: () => {}, ...more });
    host.open(place, address, { ...this.#frameOptions("event-frame"), runsAtEvent: true });
    this.#nested.serve(host.window);
    return host;
  }

  // Private

  #setting(name) {
    return this.#outlook.settings.get(name);
  }

  #answers() {
    return {
      appContext: () => appContext({ mailboxSet: this.#setting("mailboxSet"), nested: this.#setting("nested"), language: this.#language(), kept: roamingSettings(this.#outlook.state.person) }),
      initialItem: () => this.#firstItem(),
      selectedItems: () => this.#outlook.selectedMessages().map((message) => selectedItem(message, hasSet(this.#setting("mailboxSet"), "1.14"))),
      callItem: (method, parameters) => answerTo(method, parameters, this.#outlook),
      accessToken: (parameters) => this.#accessToken(parameters),
    };
  }

  #frameOptions(id) {
    return { id, language: this.#language(), nestedAppAuthentication: this.#setting("nested") === "on" };
  }

  #language() {
    return languageOf(this.#setting("language")).tag;
  }

  #theme() {
    return this.#setting("officeTheme") === "missing" ? undefined : themeNamed(this.#setting("theme")).office;
  }

  #header() {
    const pin = button(this.#isPinned ? "Unpin" : "Pin", { className: this.#isPinned ? "quiet pinned" : "quiet", "aria-pressed": String(this.#isPinned) }, icon("pin"));
    pin.addEventListener("click", () => { this.#isPinned = !this.#isPinned; pin.parentElement.replaceWith(this.#header()); });
    return element("header", {}, element("img", { src: "/addin/icons/logo.svg", alt: "", onerror: (event) => event.target.remove() }),
      element("h2", {}, "Affix"), element("span", { className: "spring" }), pin,
      button("Close", { className: "quiet", onclick: () => this.close() }, icon("close")));
  }

  // In a mailbox opened in a tab of its own, or as an account of its own, Outlook names that mailbox, by Microsoft's
  // design, not the person.
  #profile() {
    const { person, mailbox } = this.#outlook.state;
    return this.#outlook.isAlone || this.#setting("profile") === "mailbox" ? mailbox : person;
  }

  #firstItem() {
    this.#toldOf = this.#outlook.state.message?.id;
    return this.#item() ?? noItem(this.#profile());
  }

  // Another message was chosen while the pane was starting, before it listened.
  #tellWhatWasMissed() {
    if (this.#toldOf !== this.#outlook.state.message?.id) this.itemChanged();
  }

  #item() {
    const { state, compose, isOwnMailbox, isAlone } = this.#outlook;
    if (this.#setting("item") === "null") return null;
    const isReported = !isOwnMailbox && this.#setting("shared") !== "no";
    if (compose.isOpen) return composeItem(this.#profile(), isReported && (isAlone || compose.isReopened));
    return state.message && readItem(this.#profile(), state.message, state.attachments, {
      isFromSharedFolder: isReported,
      hasId: this.#setting("ids") !== "null",
      hasMessageId: this.#setting("messageId") !== "missing",
    });
  }

  async #accessToken(parameters) {
    const wanted = this.#setting("sso");
    if (wanted === "never") return NEVER;
    if (wanted !== "token") return { errorCode: Number(wanted) };
    const isChallenged = Boolean(parameters?.authChallenge);
    if (isChallenged && !await confirmIdentity(this.#outlook.state.person)) return { errorCode: CANCELLED };
    return { value: await this.#session.token("sso", { confirmed: isChallenged }) };
  }

  #passFocusOn(direction) {
    if (direction === TAB_EXIT) document.querySelector("#suite button")?.focus();
    if (direction === TAB_EXIT_SHIFT || direction === ESCAPE) this.#place.querySelector("header button:last-child")?.focus();
  }
}
