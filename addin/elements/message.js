/** The open message in three lines, so that nobody saves the wrong one; of a meeting also what it is. view: {message}. */

import { h } from "../js/dom.js";
import { when } from "../js/format.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

class Message extends Piece {
  render({ message }) {
    const sender = message.from?.name || message.from?.address || texts.message.unknownSender;
    const time = when(message.sentAt ?? message.receivedAt);
    const kind = texts.message.kinds[message.kind];
    return [
      h("h1", { class: "subject" }, message.subject || texts.message.noSubject),
      kind && h("p", { key: "kind", class: "caption message-kind" }, kind),
      h(
        "p",
        { class: "caption" },
        h("span", { title: message.from?.address }, texts.message.from(sender)),
        time && h("span", {}, ` · ${time}`),
      ),
    ];
  }
}

customElements.define("affix-message", Message);
