// The window's state, and what a person can do with it. Each part draws itself from that state when told to.

import { Compose } from "./compose.js";
import { FolderList } from "./folder-list.js";
import { Mail } from "./mail.js";
import { findMailboxes } from "./mailboxes.js";
import { MessageList } from "./message-list.js";
import { notify } from "./notices.js";
import { Pane } from "./pane.js";
import { Reading } from "./reading.js";
import { drawRail, Ribbon } from "./ribbon.js";
import { drawAccount } from "./suite.js";
import { watchMailbox } from "./watch.js";

const part = (name) => document.querySelector(`#${name}`);

export class OutlookWindow {
  // Read by the parts; changed here alone.
  state = { person: null, mailboxes: [], mailbox: null, folders: [], folder: null, messages: [], words: "", message: null, attachments: [] };

  #graph;
  #mail = null;
  #selection = 0;  // rises with each choice, so that an answer to an older one is dropped
  #watch = null;

  constructor(settings, session, graph) {
    this.settings = settings;
    this.#graph = graph;
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
    drawRail(part("rail"));
    drawAccount(part("suite"), this.settings, this.state.person);
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
    const watch = watchMailbox(this.state.mailbox.address, () => this.refresh());
    this.#watch = watch;
    await watch.begun; // what comes while the messages are loaded is a change
    await this.#loadMessages();
  }

  deselect() {
    this.#selection++;
    this.compose.leave();
    Object.assign(this.state, { message: null, attachments: [] });
    this.settings.set({ message: "" });
    this.reading.draw();
    this.messageList.mark();
    this.ribbon.draw();
    this.pane.itemChanged();
  }

  async openMessage(id) {
    const selection = ++this.#selection;
    const message = await this.attempt(() => this.#mail.message(id), null);
    if (!message || selection !== this.#selection) return;
    // hasAttachments says nothing of pictures within the text.
    const hasFiles = message.hasAttachments || message.body?.content?.includes("cid:");
    const attachments = hasFiles ? await this.attempt(() => this.#mail.attachments(id), []) : [];
    if (selection !== this.#selection) return;
    if (message.isDraft) return this.compose.open({ draft: message });
    this.compose.leave();
    this.#show(message, attachments);
  }

  async refresh() {
    const [folders] = await Promise.all([this.attempt(() => this.#mail.folders(), this.state.folders), this.#loadMessages()]);
    this.state.folders = folders;
    this.folderList.draw();
    if (this.state.message) await this.#refreshMessage();
  }

  async moveTo(folder) {
    const { message } = this.state;
    const moved = await this.attempt(() => this.#mail.move(message.id, folder.id), null);
    if (!moved) return;
    notify(`Moved to ${folder.displayName}.`);
    this.deselect();
    await this.refresh();
  }

  search(words) {
    this.state.words = words.toLowerCase();
    this.messageList.draw();
  }

  openAlone(mailbox) {
    window.open(this.settings.address({ mailbox: mailbox.address, alone: "yes", folder: "inbox", message: "" }), "_blank");
  }

  themeChanged() {
    this.reading.draw();
    this.pane.themeChanged();
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

  #show(message, attachments) {
    Object.assign(this.state, { message, attachments });
    this.settings.set({ message: message.id });
    this.messageList.mark();
    this.reading.draw();
    this.ribbon.draw();
    this.pane.itemChanged();
    if (!message.isRead) this.#markRead(message);
  }

  async #markRead(message) {
    // A delegate who may only read cannot mark; Outlook keeps quiet about it, and so does this window.
    const marked = await this.#mail.markRead(message.id).then(() => true, () => false);
    const listed = this.state.messages.find(({ id }) => id === message.id);
    if (!marked || !listed) return;
    listed.isRead = true;
    this.messageList.draw();
  }

  async #loadMessages() {
    const { folder } = this.state;
    const messages = folder ? await this.attempt(() => this.#mail.messages(folder.id), []) : [];
    if (folder !== this.state.folder) return;
    this.state.messages = messages;
    this.messageList.draw();
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
