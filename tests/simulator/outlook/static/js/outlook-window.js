// The window's state, and what a person can do with it. Each part draws itself from that state when told to.

import { Alerts } from "./alerts.js";
import { Compose } from "./compose.js";
import { FolderList } from "./folder-list.js";
import { Mail } from "./mail.js";
import { findMailboxes } from "./mailboxes.js";
import { MessageList } from "./message-list.js";
import { announceMail, notify } from "./notices.js";
import { Pane } from "./pane.js";
import { Reading } from "./reading.js";
import { drawRail, Ribbon } from "./ribbon.js";
import { Selection } from "./selection.js";
import { drawAccount } from "./suite.js";
import { watchMailbox } from "./watch.js";

const part = (name) => document.querySelector(`#${name}`);

export class OutlookWindow {
  // Read by the parts; changed here alone.
  state = { person: null, mailboxes: [], mailbox: null, folders: [], folder: null, messages: [], words: "", message: null, attachments: [] };

  #graph;
  #mail = null;
  #choice = 0;  // rises with each choice, so that an answer to an older one is dropped
  #watch = null;

  // `manifest`: what this window knows of the add-in, see manifest.py.
  constructor(settings, session, graph, manifest) {
    this.settings = settings;
    this.#graph = graph;
    this.selection = new Selection((ids, isCut) => this.#selected(ids, isCut));
    this.alerts = new Alerts(this, manifest);
    this.folderList = new FolderList(part("folders"), this);
    this.messageList = new MessageList(part("messages"), this);
    this.reading = new Reading(part("reading"), this);
    this.compose = new Compose(part("reading"), this);
    this.pane = new Pane(part("pane"), this, session);
    this.ribbon = new Ribbon(part("ribbon"), this);
  }

  // Lifecycle

  async start() {
    const me = await this.#graph.ask("/me");
    this.state.person = { address: this.settings.get("person"), name: me.displayName };
    const found = await findMailboxes(this.state.person);
    this.state.mailboxes = this.isAlone ? found.filter(({ address }) => address === this.settings.get("mailbox")) : found;
    if (this.state.mailboxes.length === 0) return notify(`${me.displayName} may not open ${this.settings.get("mailbox")}.`);
    drawRail(part("rail"), this.state.person.address);
    drawAccount(part("suite"), this.settings, this.state, (mailbox) => this.openAlone(mailbox));
    const message = this.settings.get("message");
    await this.openMailbox(this.settings.get("mailbox") || this.state.person.address, this.settings.get("folder"));
    if (message) await this.openMessage(message);
    if (this.settings.get("pane") === "open") this.pane.open();
    this.ribbon.draw();
  }

  // Where the person is

  get isAlone() {
    return this.settings.get("alone") === "yes";
  }

  get isOwnMailbox() {
    return this.state.mailbox.address === this.state.person.address;
  }

  get mail() {
    return this.#mail;
  }

  // Actions

  async openMailbox(address, folder = "inbox") {
    const mailbox = this.state.mailboxes.find((known) => known.address === address) ?? this.state.mailboxes[0];
    this.state.mailbox = mailbox;
    this.#mail = new Mail(this.#graph, mailbox.address);
    this.state.folders = await this.attempt(() => this.#mail.folders(), []);
    await this.openFolder(folder);
    document.body.classList.remove("folders-shown");
  }

  async openFolder(name) {
    const folders = this.state.folders;
    this.state.folder = folders.find((folder) => [folder.known, folder.id].includes(name)) ?? folders[0];
    this.settings.set({ mailbox: this.#namedMailbox(), folder: this.state.folder?.known || this.state.folder?.id || "inbox" });
    this.folderList.draw();
    this.deselect();
    this.state.messages = [];
    this.messageList.draw("loading");
    this.#watch?.stop();
    const watch = watchMailbox(this.state.mailbox.address, (arrived) => this.#changedElsewhere(arrived));
    this.#watch = watch;
    await watch.begun; // what comes while the messages are loaded is a change
    await this.#loadMessages();
  }

  deselect() {
    this.#show(null);
  }

  async openMessage(id) {
    const choice = ++this.#choice;
    this.selection.note(id);
    const message = await this.attempt(() => this.#mail.message(id), null);
    if (!message || choice !== this.#choice) return;
    // hasAttachments says nothing of pictures within the text.
    const hasFiles = message.hasAttachments || message.body?.content?.includes("cid:");
    const attachments = hasFiles ? await this.attempt(() => this.#mail.attachments(id), []) : [];
    if (choice !== this.#choice) return;
    if (message.isDraft) return this.compose.open({ draft: message });
    this.#show(message, attachments);
    if (!message.isRead) await this.#markRead(message);
  }

  // What is open or selected, as the list has it. Nothing while a message is written.
  selectedMessages() {
    if (this.compose.isOpen) return [];
    return this.selection.ids.map((id) => this.state.messages.find((message) => message.id === id)).filter(Boolean);
  }

  // Looks at once for what changed elsewhere, instead of in a while.
  look() {
    return this.#watch?.look();
  }

  async refresh() {
    const [folders] = await Promise.all([this.attempt(() => this.#mail.folders(), this.state.folders), this.#loadMessages()]);
    this.state.folders = folders;
    this.folderList.draw();
    if (this.state.message) await this.#refreshMessage();
  }

  moveToKnown(name) {
    return this.moveSelected(this.state.folders.find(({ known }) => known === name));
  }

  moveSelected(folder) {
    return this.moveMessages(this.selection.ids, folder);
  }

  async moveMessages(ids, folder) {
    if (folder === this.state.folder || ids.length === 0) return;
    const moved = await this.attempt(() => Promise.all(ids.map((id) => this.#mail.move(id, folder.id))), []);
    if (moved.length > 0) notify(moved.length > 1 ? `${moved.length} messages moved to ${folder.displayName}.` : `Moved to ${folder.displayName}.`);
    if (ids.some((id) => this.selection.has(id))) this.deselect();
    await this.refresh();
  }

  // `changes` as Graph has them, for all that is selected: {isRead}.
  async changeSelected(changes) {
    await this.attempt(() => Promise.all(this.selection.ids.map((id) => this.#mail.change(id, changes))));
    await this.refresh();
  }

  async categorise(name, isWanted) {
    const changes = this.selectedMessages().map(({ id, categories }) => {
      const others = (categories ?? []).filter((other) => other !== name);
      return this.#mail.change(id, { categories: isWanted ? [...others, name] : others });
    });
    await this.attempt(() => Promise.all(changes));
    await this.refresh();
  }

  search(words) {
    this.state.words = words.toLowerCase();
    this.messageList.draw();
  }

  openAlone(mailbox) {
    window.open(this.settings.address({ mailbox: mailbox.address, alone: "yes", folder: "inbox", message: "" }), "_blank");
  }

  // Reading became writing, or the other way round.
  surfaceChanged() {
    this.messageList.mark();
    this.ribbon.draw();
    this.pane.surfaceChanged();
  }

  themeChanged() {
    this.reading.draw();
    this.pane.themeChanged();
  }

  // Outlook starts its add-ins anew in another language.
  languageChanged() {
    this.messageList.draw();
    this.reading.draw();
    this.reloadPane();
  }

  reloadPane() {
    this.pane.reload();
  }

  // Runs `task`; what Graph refuses is said, and `otherwise` is given.
  async attempt(task, otherwise = null) {
    try {
      return await task();
    } catch (error) {
      notify(error.message);
      return otherwise;
    }
  }

  // Private

  // Opens a message, or none: then nothing is selected, or several are.
  #show(message, attachments = [], ids = message ? [message.id] : []) {
    this.#choice++;
    this.compose.leave();
    if (ids.length < 2) this.selection.note(ids[0] ?? null);
    Object.assign(this.state, { message, attachments });
    this.settings.set({ message: message?.id ?? "" });
    this.reading.draw();
    this.messageList.mark();
    this.ribbon.draw();
    this.pane.itemChanged();
  }

  #selected(ids, isCut) {
    if (isCut) notify("Add-ins can be given 100 messages at most.");
    if (ids.length > 1) this.#show(null, [], ids);
    else if (ids.length === 1) this.openMessage(ids[0]);
    else this.deselect();
  }

  async #changedElsewhere(arrived) {
    await this.refresh();
    for (const { id, subject } of arrived) {
      const { from } = this.state.messages.find((message) => message.id === id) ?? {};
      const mail = { sender: from?.emailAddress.name ?? "New mail", subject, mailbox: this.state.mailbox.address };
      announceMail(mail, () => this.openMessage(id));
    }
  }

  async #markRead(message) {
    // A delegate who may only read cannot mark; Outlook keeps quiet about it, and so does this window.
    const marked = await this.#mail.change(message.id, { isRead: true }).then(() => true, () => false);
    const listed = this.state.messages.find(({ id }) => id === message.id);
    if (!marked || !listed) return;
    listed.isRead = true;
    this.messageList.draw();
    this.ribbon.draw();
  }

  async #loadMessages() {
    const { folder } = this.state;
    const messages = folder ? await this.attempt(() => this.#mail.messages(folder.id), []) : [];
    if (folder !== this.state.folder) return;
    this.state.messages = messages;
    this.messageList.draw();
    this.selection.keepOnly(messages.map(({ id }) => id));
    if (this.selection.isSeveral) this.reading.draw();
    this.ribbon.draw();
  }

  // The open message may have got a category, or have left the folder.
  async #refreshMessage() {
    const { message } = this.state;
    const fresh = await this.#mail.message(message.id).catch(() => null);
    if (this.state.message !== message) return;
    if (!fresh) return this.deselect();
    const changed = JSON.stringify(fresh.categories) !== JSON.stringify(message.categories);
    this.state.message = fresh;
    if (changed) this.reading.drawCategories();
  }

  #namedMailbox() {
    return this.isOwnMailbox ? "" : this.state.mailbox.address;
  }
}
