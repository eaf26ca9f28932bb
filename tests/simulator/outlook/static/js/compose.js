// A message being written: new, as an answer, forwarded, or a draft opened again.

import { button, element, icon } from "./dom.js";
import { notify } from "./notices.js";
import { longTime } from "./times.js";
import { wordsOf } from "./words.js";

// What Graph calls each kind of answer, and what office.js does.
export const ANSWERS = {
  reply: { how: "createReply", kind: "reply", prefix: "Re: " },
  replyAll: { how: "createReplyAll", kind: "reply", prefix: "Re: " },
  forward: { how: "createForward", kind: "forward", prefix: "Fw: " },
};

export class Compose {
  #place;
  #outlook;
  #draft = null;  // {id, isReopened, kind, origin, to, cc, subject, body}

  // For add-ins: what they keep while this message is written, and what the one at send hands to the pane.
  sessionData = new Map();
  context = "";

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

  get kind() {
    return this.#draft?.kind ?? "newMail";
  }

  written() {
    const addresses = (name) => this.#field(name)?.value.split(/[;,\s]+/).filter(Boolean) ?? [];
    return {
      to: addresses("to"),
      cc: addresses("cc"),
      subject: this.#field("subject")?.value ?? "",
      body: this.#field("body")?.value ?? "",
    };
  }

  // Actions

  // `answer`: {message, as: "reply", "replyAll" or "forward"}. `draft`: a message of Graph. Neither: a new one.
  open({ answer, draft } = {}) {
    this.#draft = draft ? fromDraft(draft) : answer ? fromAnswer(answer, this.#outlook.state.mailbox.address) : NEW;
    this.sessionData.clear();
    this.context = "";
    if (this.#outlook.selection.isSeveral) this.#outlook.selection.note(null);
    this.#draw();
    this.#outlook.surfaceChanged();
  }

  // Fills fields in, as an add-in may.
  write(fields) {
    for (const [name, value] of Object.entries(fields)) this.#field(name).value = value;
  }

  // Closes without asking, as when another message is chosen.
  leave() {
    if (!this.isOpen) return;
    this.#draft = null;
    this.#outlook.alerts.abandon();
    this.#outlook.surfaceChanged();
  }

  // The draft's id; writes it first if need be. Null if that was refused.
  async save() {
    const draft = this.#draft;
    const saved = await this.#outlook.attempt(() => this.#outlook.mail.saveDraft(draft.id, this.written(), draft.origin));
    if (saved) this.#draft = this.#draft && { ...this.#draft, id: saved.id };
    return saved?.id ?? null;
  }

  async send() {
    const id = await this.save();
    if (!id || !await this.#checked()) return;
    const sent = await this.#outlook.attempt(() => this.#outlook.mail.send(id).then(() => true), false);
    if (!sent) return;
    notify("Sent.");
    this.#close();
  }

  // Private

  // What add-ins have to say before it goes out.
  async #checked() {
    const form = this.#place.querySelector(".compose");
    form.setAttribute("aria-busy", "true");
    const isAllowed = await this.#outlook.alerts.maySend();
    form.setAttribute("aria-busy", "false");
    return isAllowed && this.isOpen;
  }

  async #saveDraft() {
    if (await this.save()) notify("Draft saved.");
  }

  #close() {
    this.#outlook.deselect();
    this.#outlook.refresh();
  }

  #field(name) {
    return this.#place.querySelector(`[name=${name}]`);
  }

  #draw() {
    const { mailbox } = this.#outlook.state;
    const field = (label, name, attributes = {}) =>
      element("label", { className: "field" }, element("span", {}, label),
        element("input", { name, value: this.#draft[name], autocomplete: "off", oninput: () => RECIPIENTS.includes(name) && this.#outlook.pane.recipientsChanged(name), ...attributes }));
    document.body.classList.add("reading");
    this.#place.replaceChildren(element("form", { className: "card compose", onsubmit: (event) => { event.preventDefault(); this.send(); } },
      element("div", { className: "compose-bar" },
        element("button", { type: "submit", className: "primary", id: "send" }, icon("sentitems"), element("span", {}, "Send")),
        button("Save draft", { className: "command", onclick: () => this.#saveDraft() }, icon("save"), element("span", {}, "Save draft")),
        element("span", { className: "checking" }, "Affix is checking…"),
        element("span", { className: "spring" }),
        button("Discard", { className: "quiet", onclick: () => this.#close() }, icon("close"))),
      element("div", { className: "field" }, element("span", {}, "From"), element("span", { className: "sender" }, mailbox.address)),
      field("To", "to"),
      field("Cc", "cc"),
      field("Subject", "subject", { placeholder: "Add a subject" }),
      element("textarea", { name: "body", "aria-label": "Message body", value: this.#draft.body, placeholder: "Type a message" })));
    const first = this.#field(this.#draft.to ? "body" : "to");
    first.focus();
    if (first.name === "body") first.setSelectionRange(0, 0);
  }
}

const RECIPIENTS = ["to", "cc"];
const NEW = { id: null, isReopened: false, kind: "newMail", to: "", cc: "", subject: "", body: "" };

const listed = (recipients) => (recipients ?? []).map(({ emailAddress }) => emailAddress.address);

function fromDraft(message) {
  return {
    ...NEW,
    id: message.id,
    isReopened: true,
    to: listed(message.toRecipients).join("; "),
    cc: listed(message.ccRecipients).join("; "),
    subject: message.subject ?? "",
    body: wordsOf(message.body?.content ?? ""),
  };
}

function fromAnswer({ message, as }, own) {
  const { how, kind, prefix } = ANSWERS[as];
  const others = (addresses) => [...new Set(addresses)].filter((address) => address !== own).join("; ");
  return {
    ...NEW,
    kind,
    origin: { id: message.id, how },
    to: as === "forward" ? "" : others([...listed([message.from].filter(Boolean)), ...(as === "replyAll" ? listed(message.toRecipients) : [])]),
    cc: as === "replyAll" ? others(listed(message.ccRecipients)) : "",
    subject: prefix + (message.subject ?? "").replace(/^((re|fwd?):\s*)+/i, ""),
    body: quoted(message),
  };
}

function quoted(message) {
  const { name = "", address = "" } = message.from?.emailAddress ?? {};
  return [
    "", "", "_".repeat(32),
    `From: ${name} <${address}>`,
    `Sent: ${longTime(message.receivedDateTime)}`,
    `To: ${listed(message.toRecipients).join("; ")}`,
    `Subject: ${message.subject ?? ""}`,
    "", wordsOf(message.body?.content ?? ""),
  ].join("\n");
}
