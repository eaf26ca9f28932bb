// The open message. Its HTML is a stranger's: it is shown in a frame that may run nothing and fetch nothing.

import { avatar, button, element, icon } from "./dom.js";
import { categoryChip } from "./categories.js";
import { themeNamed } from "./themes.js";
import { longTime, sizeOf } from "./times.js";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src 'none'";

export class Reading {
  #place;
  #outlook;

  constructor(place, outlook) {
    this.#place = place;
    this.#outlook = outlook;
  }

  draw() {
    const { message } = this.#outlook.state;
    document.body.classList.toggle("reading", Boolean(message));
    if (this.#outlook.compose.isOpen) return;
    if (this.#outlook.selection.isSeveral) return this.#place.replaceChildren(this.#several());
    this.#place.replaceChildren(...(message ? this.#message(message) : [nothingSelected()]));
  }

  drawCategories() {
    this.#place.querySelector(".chips")?.replaceChildren(...(this.#outlook.state.message.categories ?? []).map(categoryChip));
  }

  // Private

  #message(message) {
    const files = this.#outlook.state.attachments.filter(({ isInline }) => !isInline);
    return [
      element("header", { className: "subject" },
        button("Back to the list", { className: "quiet narrow-only", onclick: () => this.#outlook.deselect() }, icon("back")),
        element("h1", {}, message.subject || "(no subject)"),
        element("span", { className: "chips" }, (message.categories ?? []).map(categoryChip))),
      element("article", { className: "card" },
        this.#envelope(message),
        message.meetingMessageType && meeting(message),
        files.length > 0 && element("ul", { className: "attachments" }, files.map(attachmentCard)),
        this.#body(message)),
    ];
  }

  #several() {
    const chosen = this.#outlook.selectedMessages();
    const names = chosen.slice(0, 4).map(({ from }) => avatar(from?.emailAddress.name || from?.emailAddress.address || "?", "large"));
    const act = (drawing, label, run) => button(label, { className: "command", onclick: run }, icon(drawing), element("span", {}, label));
    return element("div", { className: "card several" },
      element("div", { className: "faces" }, names),
      element("strong", { role: "status" }, `${chosen.length} messages selected`),
      element("div", { className: "several-actions" },
        act("deleteditems", "Delete", () => this.#outlook.moveToKnown("deleteditems")),
        act("archive", "Archive", () => this.#outlook.moveToKnown("archive")),
        act("unread", "Mark as read", () => this.#outlook.changeSelected({ isRead: true })),
        act("close", "Cancel", () => this.#outlook.deselect())));
  }

  #envelope(message) {
    const { name = "", address = "" } = message.from?.emailAddress ?? {};
    return element("div", { className: "envelope" },
      avatar(name || address, "large"),
      element("div", { className: "envelope-text" },
        element("div", { className: "from" }, element("strong", {}, name || address || "(no sender)"), name && name !== address && ` <${address}>`),
        recipients("To", message.toRecipients),
        recipients("Cc", message.ccRecipients)),
      element("div", { className: "envelope-side" },
        element("span", { className: "answers" },
          this.#answer("reply", "Reply", message, "reply"),
          this.#answer("replyall", "Reply all", message, "replyAll"),
          this.#answer("forward", "Forward", message, "forward")),
        element("time", { dateTime: message.receivedDateTime }, longTime(message.receivedDateTime))));
  }

  #answer(drawing, label, message, as) {
    return button(label, { className: "quiet", onclick: () => this.#outlook.compose.open({ answer: { message, as } }) }, icon(drawing));
  }

  #body(message) {
    const frame = element("iframe", { className: "body", title: "Message" });
    frame.setAttribute("sandbox", "");
    frame.srcdoc = framed(message.body?.content ?? "", this.#outlook.state.attachments);
    return frame;
  }
}

// Inline pictures come along as data, since the frame may fetch nothing. Mail with colours of its own is written for
// white paper, and in the dark stays that; other mail is as dark as the window, as in Outlook.
function framed(content, attachments) {
  const pictures = attachments.filter(({ contentId, contentBytes }) => contentId && contentBytes);
  const filled = pictures.reduce((text, { contentId, contentType, contentBytes }) =>
    text.replaceAll(`cid:${contentId.replace(/^<|>$/g, "")}`, `data:${contentType};base64,${contentBytes}`), content);
  const { bodyBackgroundColor: back, bodyForegroundColor: front } = hasColours(content) ? PAPER : themeNamed(document.documentElement.dataset.theme).office;
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}">`
    + `<style>body{font:14px/1.5 "Segoe UI",Roboto,"Helvetica Neue",sans-serif;margin:16px;color:${front};background:${back};overflow-wrap:anywhere}`
    + `a{color:inherit}img{max-width:100%;height:auto}pre{white-space:pre-wrap}</style>${filled}`;
}

const PAPER = themeNamed("light").office;
const hasColours = (content) => /<style|style=|color=|<img/i.test(content);

function recipients(label, list) {
  if (!list?.length) return null;
  const names = list.map(({ emailAddress }) => emailAddress.name || emailAddress.address).join("; ");
  return element("div", { className: "recipients" }, element("span", {}, `${label}: `), names);
}

// Outlook shows an invitation as a message with a few lines of the meeting on top.
function meeting({ startDateTime, location }) {
  const when = startDateTime?.dateTime && longTime(`${startDateTime.dateTime.replace(/Z?$/, "")}Z`);
  return element("div", { className: "meeting" }, icon("calendar"),
    element("span", {}, element("strong", {}, "Meeting request"), element("small", {}, [when, location?.displayName].filter(Boolean).join(" · "))),
    ...["Accept", "Tentative", "Decline"].map((answer) => button(`${answer}: not in this demonstration`, { className: "command", disabled: true }, answer)));
}

function attachmentCard(attachment) {
  return element("li", { title: attachment.name }, icon("attachment"),
    element("span", {}, element("strong", {}, attachment.name), element("small", {}, sizeOf(attachment.size ?? 0))));
}

function nothingSelected() {
  return element("div", { className: "nothing" }, icon("envelope"), element("strong", {}, "Select an item to read"), element("span", {}, "Nothing is selected"));
}
