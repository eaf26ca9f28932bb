// A message being written, new, as an answer, or a draft opened again.

import { button, element, icon } from "./dom.js";
import { notify } from "./notices.js";
import { wordsOf } from "./words.js";

export class Compose {
  #place;
  #outlook;
  #draft = null;  // {id, isReopened, to, subject, body}

  constructor(place, outlook) {
    this.#place = place;
    this.#outlook = outlook;
  }

  // What it holds

  get isOpen() {
    return this.#draft !== null;
  }

  get draftId() {
    return this.#draft?.id;
  }

  // A draft that was saved and opened again is an item of its mailbox; a fresh one is not yet.
  get isReopened() {
    return this.#draft?.isReopened ?? false;
  }

  written() {
    const field = (name) => this.#place.querySelector(`[name=${name}]`)?.value ?? "";
    return { to: field("to").split(/[;,\s]+/).filter(Boolean), subject: field("subject"), body: field("body") };
  }

  // Actions

  open({ answering, draft }) {
    this.#draft = draft ? fromDraft(draft) : answering ? fromAnswered(answering) : { id: null, to: "", subject: "", body: "" };
    this.#draw();
    this.#outlook.messageList.mark();
    this.#outlook.ribbon.draw();
    this.#outlook.pane.surfaceChanged();
  }

  // Closes without asking, as when another message is chosen.
  leave() {
    if (!this.isOpen) return;
    this.#draft = null;
    this.#outlook.pane.surfaceChanged();
  }

  // The draft's id; writes it first if need be. Null if that was refused.
  async save() {
    const saved = await this.#outlook.attempt(() => this.#outlook.mail.saveDraft(this.#draft.id, this.written()));
    if (saved && this.#draft) this.#draft.id = saved.id;
    return saved?.id ?? null;
  }

  // Private

  async #send() {
    const id = await this.save();
    if (!id) return;
    const sent = await this.#outlook.attempt(() => this.#outlook.mail.send(id).then(() => true), false);
    if (!sent) return;
    notify("Sent.");
    this.#close();
  }

  async #saveDraft() {
    if (await this.save()) notify("Draft saved.");
  }

  #close() {
    this.#outlook.deselect();
    this.#outlook.refresh();
  }

  #draw() {
    const { mailbox } = this.#outlook.state;
    const field = (label, name, value, attributes = {}) =>
      element("label", { className: "field" }, element("span", {}, label), element("input", { name, value, autocomplete: "off", ...attributes }));
    document.body.classList.add("reading");
    this.#place.replaceChildren(element("form", { className: "card compose", onsubmit: (event) => { event.preventDefault(); this.#send(); } },
      element("div", { className: "compose-bar" },
        element("button", { type: "submit", className: "primary" }, icon("sentitems"), element("span", {}, "Send")),
        button("Save draft", { className: "command", onclick: () => this.#saveDraft() }, icon("save"), element("span", {}, "Save draft")),
        element("span", { className: "spring" }),
        button("Discard", { className: "quiet", onclick: () => this.#close() }, icon("close"))),
      element("div", { className: "field" }, element("span", {}, "From"), element("span", { className: "sender" }, mailbox.address)),
      field("To", "to", this.#draft.to),
      field("Subject", "subject", this.#draft.subject, { placeholder: "Add a subject" }),
      element("textarea", { name: "body", "aria-label": "Message body", value: this.#draft.body, placeholder: "Type a message" })));
    this.#place.querySelector("[name=to]").focus();
  }
}

function fromDraft(message) {
  return {
    id: message.id,
    isReopened: true,
    to: (message.toRecipients ?? []).map(({ emailAddress }) => emailAddress.address).join("; "),
    subject: message.subject ?? "",
    body: wordsOf(message.body?.content ?? ""),
  };
}

function fromAnswered(message) {
  return {
    id: null,
    to: message.from?.emailAddress.address ?? "",
    subject: `Re: ${(message.subject ?? "").replace(/^re:\s*/i, "")}`,
    body: "",
  };
}
