// Mail that arrives: written as MIME here, and handed to the simulator's control as if it had come over the wire.

const LINE_LENGTH = 76;
const BOUNDARY = "part-of-a-demo-message";

// {from: {name, address}, to, subject, body, answers: a Message-ID or "", file: {name, type, content} or null}
export async function arrive(mail) {
  const asked = new URLSearchParams({ mailbox: mail.to, folder: "inbox" });
  const answer = await fetch(`/simulator/control/messages?${asked}`, { method: "POST", headers: { "Content-Type": "message/rfc822" }, body: mimeOf(mail) });
  if (!answer.ok) throw new Error((await answer.json()).error.message);
}

function mimeOf({ from, to, subject, body, answers, file }) {
  const text = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", base64(body)];
  const headers = [
    `From: ${encodedWord(from.name)} <${from.address}>`,
    `To: ${to}`,
    `Subject: ${encodedWord(subject)}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${crypto.randomUUID()}@${from.address.split("@")[1]}>`,
    ...(answers ? [`In-Reply-To: ${answers}`, `References: ${answers}`] : []),
    "MIME-Version: 1.0",
  ];
  if (!file) return [...headers, ...text, ""].join("\r\n");
  return [
    ...headers, `Content-Type: multipart/mixed; boundary="${BOUNDARY}"`, "",
    `--${BOUNDARY}`, ...text,
    `--${BOUNDARY}`, `Content-Type: ${file.type}; name="${file.name}"`, `Content-Disposition: attachment; filename="${file.name}"`,
    "Content-Transfer-Encoding: base64", "", base64(file.content),
    `--${BOUNDARY}--`, "",
  ].join("\r\n");
}

function base64(text) {
  const letters = btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return letters.match(new RegExp(`.{1,${LINE_LENGTH}}`, "g"))?.join("\r\n") ?? "";
}

// RFC 2047, where a header needs it.
function encodedWord(text) {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${base64(text).replaceAll("\r\n", "")}?=`;
}
