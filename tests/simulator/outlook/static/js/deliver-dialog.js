// Has a message arrive in some mailbox, as if somebody outside had written it.

import { arrive } from "./arriving.js";
import { button, element } from "./dom.js";
import { notify } from "./notices.js";
import { SAMPLES, SENDERS } from "./samples.js";

export function deliverDialog(outlook) {
  const { message, mailbox, mailboxes } = outlook.state;
  const choice = (name, label, entries) => element("label", { className: "field" }, element("span", {}, label),
    element("select", { name }, entries.map(({ value, words, selected }) => element("option", { value, selected }, words))));
  const subject = element("input", { name: "subject", autocomplete: "off", value: SAMPLES[0].subject });
  const body = element("textarea", { name: "body", rows: 4, "aria-label": "Text", value: SAMPLES[0].body });
  const sample = choice("sample", "What", [
    ...(message ? [{ value: "answer", words: `An answer to "${message.subject}"` }] : []),
    ...SAMPLES.map(({ title }, index) => ({ value: String(index), words: title, selected: index === 0 })),
  ]);
  const sender = choice("sender", "From", SENDERS.map(({ name, address }) => ({ value: address, words: `${name} <${address}>`, selected: address === SAMPLES[0].from })));
  sample.addEventListener("change", (event) => {
    const chosen = event.target.value === "answer" ? answerTo(message, mailbox) : SAMPLES[Number(event.target.value)];
    subject.value = chosen.subject;
    body.value = chosen.body;
    const senders = sender.querySelector("select");
    if (![...senders.options].some(({ value }) => value === chosen.from)) senders.append(element("option", { value: chosen.from }, chosen.from));
    senders.value = chosen.from;
  });
  const form = element("form", { onsubmit: (event) => { event.preventDefault(); deliver(outlook, new FormData(form), message).then(end); } },
    element("h2", {}, "Deliver a message"),
    sample,
    sender,
    choice("mailbox", "To", mailboxes.map(({ address, name }) => ({ value: address, words: `${name} <${address}>`, selected: address === mailbox.address }))),
    element("label", { className: "field" }, element("span", {}, "Subject"), subject),
    body,
    element("label", { className: "tick-line" }, element("input", { type: "checkbox", name: "file" }), element("span", {}, "With a file")),
    element("div", { className: "sign-in-buttons" },
      button("Cancel", { className: "command", onclick: () => end() }, "Cancel"),
      element("button", { type: "submit", className: "primary" }, "Deliver")));
  const dialog = element("dialog", { className: "sign-in deliver", "aria-label": "Deliver a message", oncancel: () => end() }, form);
  const end = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}

// What the other side would write back: the sender, or whom the mailbox wrote to.
function answerTo(message, mailbox) {
  const isOwn = message.from?.emailAddress.address === mailbox.address;
  const { address } = (isOwn ? message.toRecipients[0] : message.from)?.emailAddress ?? { address: SENDERS[0].address };
  return { from: address, subject: `Re: ${message.subject.replace(/^((re|fwd?):\s*)+/i, "")}`, body: "Thank you, that helps.\n\nOne more question: when will it be ready?" };
}

async function deliver(outlook, form, message) {
  const isAnswer = form.get("sample") === "answer";
  const to = form.get("mailbox");
  await outlook.attempt(() => arrive({
    from: { address: form.get("sender"), name: SENDERS.find(({ address }) => address === form.get("sender"))?.name ?? form.get("sender") },
    to,
    subject: form.get("subject"),
    body: form.get("body"),
    answers: isAnswer ? message.internetMessageId : "",
    file: form.get("file") ? { name: "measurements.csv", type: "text/csv", content: "position,mm\n1,118.2\n2,118.9\n" } : null,
  }));
  notify(`Delivered to ${to}.`);
  await outlook.look();
}
