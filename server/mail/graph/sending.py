"""Sending through Graph: a draft in the mailbox first, then its files, then /send.

A draft has an immutable id that stays when it is sent, so that after a lost answer it can be looked up whether it went
out; sendMail leaves nothing to look up.

https://learn.microsoft.com/graph/api/user-post-messages, .../message-createreply, .../message-send
https://learn.microsoft.com/graph/outlook-large-attachments
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any, Literal
from urllib.parse import urlsplit

import requests

from server.clock import iso
from server.mail.base import Address, MailBusy, MailGone, MailItem, MailRefused, MailTooLarge
from server.mail.graph.items import GLANCE, item_of, text_of
from server.mail.graph.requests import GraphRequests, retry_after

IMMUTABLE = 'IdType="ImmutableId"'
SMALL = 3 * 1024 * 1024  # bytes; files from this size on go up in ranges
RANGE = 10 * 320 * 1024  # bytes of a range: a multiple of 320 KiB below 4 MB
LARGEST_FILE = 150 * 1024 * 1024
CHUNK = 256 * 1024
RETRIES = 3  # of a range whose answer was lost, before the whole try ends
# Where Exchange takes files, by cloud. Content goes there, so no other address that an answer names is used.
BODY = re.compile(r"<body[^>]*+(>|\Z)", re.IGNORECASE)  # once to the end, where somebody never ends his tags
BODY_END = re.compile(r"</body>", re.IGNORECASE)
UPLOAD_HOSTS = re.compile(
    r"(outlook\.(office(365)?\.com|office365\.us)|partner\.outlook\.cn|[a-z0-9-]+\.outlook\.com)\Z"
)

Action = Literal["reply", "reply-all", "forward"]
ACTIONS = {"reply": "createReply", "reply-all": "createReplyAll", "forward": "createForward"}


@dataclass(frozen=True)
class Letter:
    """What is to be sent; None leaves what a reply or forward has by itself. `html` goes before `text`: a message in
    Graph has one body, and Exchange writes the plain text for it.
    """

    message_id: str
    from_: Address | None = None
    to: tuple[Address, ...] | None = None
    cc: tuple[Address, ...] | None = None
    bcc: tuple[Address, ...] | None = None
    reply_to: tuple[Address, ...] | None = None
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    importance: Literal["low", "normal", "high"] | None = None
    read_receipt: bool | None = None
    delivery_receipt: bool | None = None


@dataclass(frozen=True)
class Draft:
    """`quoted` is what a reply or forward repeats of the message that it is about, as HTML or as text."""

    id: str
    quoted: str


@dataclass(frozen=True)
class Attached:
    id: str
    name: str
    is_inline: bool


@dataclass(frozen=True)
class File:
    """Size in bytes."""

    name: str
    content_type: str
    size: int
    is_inline: bool = False
    content_id: str | None = None


class GraphSending:
    """Each method takes the token of whoever it acts for."""

    def __init__(self, requests: GraphRequests) -> None:
        self.requests = requests

    def draft(self, token: str, mailbox: str, letter: Letter) -> Draft:
        path = ("users", mailbox, "messages")
        found = self.requests.json("POST", path, token, headers={"Prefer": IMMUTABLE}, body=_json(letter))
        return _draft(found)

    def answer(self, token: str, mailbox: str, item_id: str, action: Action, letter: Letter) -> Draft:
        """A draft that replies to the item, or forwards it. Headers can be set only now, the rest by `write`."""
        kind = "text" if letter.html is None else "html"
        prefer = {"Prefer": f'{IMMUTABLE}, outlook.body-content-type="{kind}"'}
        path = ("users", mailbox, "messages", item_id, ACTIONS[action])
        headers = {"internetMessageHeaders": _headers(letter)} if letter.headers else {}
        message = {"message": {"internetMessageId": letter.message_id, **headers}}
        return _draft(self.requests.json("POST", path, token, headers=prefer, body=message))

    def write(self, token: str, mailbox: str, draft_id: str, letter: Letter) -> None:
        """Bring a draft to what the letter says, but for its headers."""
        body = {name: value for name, value in _json(letter).items() if name != "internetMessageHeaders"}
        self.requests.json("PATCH", _of(mailbox, draft_id), token, headers={"Prefer": IMMUTABLE}, body=body)

    def quoted(self, token: str, mailbox: str, draft_id: str, as_html: bool) -> str:
        """The body of a draft as it is now."""
        prefer = {"Prefer": f'{IMMUTABLE}, outlook.body-content-type="{"html" if as_html else "text"}"'}
        found = self.requests.json("GET", _of(mailbox, draft_id), token, params={"$select": "id,body"}, headers=prefer)
        return _body_of(found)

    def attached(self, token: str, mailbox: str, draft_id: str) -> list[Attached]:
        """In the order in which they were attached."""
        params = {"$select": "id,name,isInline", "$top": "250"}
        path = (*_of(mailbox, draft_id), "attachments")
        found = self.requests.json("GET", path, token, params=params, headers={"Prefer": IMMUTABLE})
        return [
            Attached(str(each["id"]), text_of(each.get("name")), bool(each.get("isInline")))
            for each in found.get("value", [])
        ]

    def detach(self, token: str, mailbox: str, draft_id: str, attachment_id: str) -> None:
        path = (*_of(mailbox, draft_id), "attachments", attachment_id)
        self.requests.send("DELETE", path, token, headers={"Prefer": IMMUTABLE})

    def attach(self, token: str, mailbox: str, draft_id: str, file: File, content: bytes) -> None:
        """A file below SMALL, in one request."""
        body = {
            "@odata.type": "#microsoft.graph.fileAttachment",
            "name": file.name,
            "contentType": file.content_type,
            "isInline": file.is_inline,
            **({"contentId": file.content_id} if file.content_id else {}),
            "contentBytes": base64.b64encode(content).decode(),
        }
        path = (*_of(mailbox, draft_id), "attachments")
        self.requests.send("POST", path, token, headers={"Prefer": IMMUTABLE}, body=body)

    def fetch(self, token: str, mailbox: str, item_id: str, attachment_id: str, into: IO[bytes], limit: int) -> File:
        """An attachment of any message, written to `into`. Raises MailTooLarge past `limit` bytes."""
        path, size = (*_of(mailbox, item_id), "attachments", attachment_id), 0
        found = self.attachment(token, mailbox, item_id, attachment_id)
        into.seek(0)
        into.truncate()
        with self.requests.send("GET", (*path, "$value"), token, headers={"Prefer": IMMUTABLE}, stream=True) as answer:
            try:
                for chunk in answer.iter_content(CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise MailTooLarge(f"The attachment is larger than {limit} bytes.")
                    into.write(chunk)
            except requests.RequestException:
                raise MailBusy("The connection to Microsoft 365 broke off.", code="cut") from None
        return replace(found, size=size)

    def attachment(self, token: str, mailbox: str, item_id: str, attachment_id: str) -> File:
        """What an attachment of any message is, with the size that Exchange counts."""
        path = (*_of(mailbox, item_id), "attachments", attachment_id)
        params = {"$select": "id,name,contentType,size"}
        found = self.requests.json("GET", path, token, params=params, headers={"Prefer": IMMUTABLE})
        is_item = str(found.get("@odata.type", "")).endswith("itemAttachment")
        kind = "message/rfc822" if is_item else text_of(found.get("contentType")) or "application/octet-stream"
        return File(text_of(found.get("name")), kind, int(found.get("size") or 0))

    def begin_upload(self, token: str, mailbox: str, draft_id: str, file: File) -> str:
        """The address that takes the ranges of a file from SMALL on. Raises MailRefused for one of a stranger."""
        item = {
            "attachmentType": "file",
            "name": file.name,
            "size": file.size,
            "contentType": file.content_type,
            "isInline": file.is_inline,
            **({"contentId": file.content_id} if file.content_id else {}),
        }
        path = (*_of(mailbox, draft_id), "attachments", "createUploadSession")
        url = str(self.requests.json("POST", path, token, body={"AttachmentItem": item}).get("uploadUrl"))
        parts = urlsplit(url)
        if parts.scheme != "https" or not UPLOAD_HOSTS.match(parts.hostname or ""):
            raise MailRefused("This address does not lead to Exchange Online.", code="foreign_link")
        return url

    def upload(self, url: str, mailbox: str, size: int, read: Callable[[int, int], bytes]) -> None:
        """Send `size` bytes in ranges, each got by `read(first, length)`; whose answer is lost is asked about, and goes
        on where Exchange says. Raises MailBusy, and MailGone where the address is over.
        """
        first, failures = 0, 0
        while first < size:
            octets = read(first, min(RANGE, size - first))
            try:
                following = self._put(url, mailbox, first, octets, size)
                failures = 0
            except MailBusy as busy:
                failures += 1
                if failures > RETRIES or busy.retry_after is not None:
                    raise
                following = self._expected(url, mailbox)
            if following is None:
                return
            first = following

    def send(self, token: str, mailbox: str, draft_id: str) -> None:
        """Exchange takes it to send. After MailBusy nobody knows whether it did."""
        self.requests.send("POST", (*_of(mailbox, draft_id), "send"), token, headers={"Prefer": IMMUTABLE})

    def sent(self, token: str, mailbox: str, since: datetime) -> list[MailItem]:
        """A glance at what lies in Sent Items since then, the oldest first."""
        params = {
            "$filter": f"receivedDateTime ge {iso(since)}",
            "$orderby": "receivedDateTime",
            "$select": GLANCE,
            "$top": "250",
        }
        path, headers = ("users", mailbox, "mailFolders", "sentitems", "messages"), {"Prefer": IMMUTABLE}
        page = self.requests.json("GET", path, token, params=params, headers=headers)
        found = [item_of(each) for each in page.get("value", [])]
        while page.get("@odata.nextLink"):
            page = self.requests.follow(str(page["@odata.nextLink"]), token, mailbox, headers)
            found += [item_of(each) for each in page.get("value", [])]
        return found

    def discard(self, token: str, mailbox: str, draft_id: str) -> None:
        self.requests.send("DELETE", _of(mailbox, draft_id), token, headers={"Prefer": IMMUTABLE})

    def _put(self, url: str, mailbox: str, first: int, octets: bytes, size: int) -> int | None:
        """Where the next range begins; None when the file is complete."""
        span = f"bytes {first}-{first + len(octets) - 1}/{size}"
        answer = self._ask("PUT", url, mailbox, octets, {"Content-Range": span})
        if answer.status_code == 416:  # it came there already
            return self._expected(url, mailbox)
        return None if answer.status_code == 201 else _next(answer)

    def _expected(self, url: str, mailbox: str) -> int:
        return _next(self._ask("GET", url, mailbox))

    def _ask(
        self, method: str, url: str, mailbox: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        """No Authorization: the address is its own key. The errors say nothing of the address."""
        with self.requests.seat_at(mailbox):
            try:
                answer = self.requests.http.request(method, url, data=body, headers=headers, allow_redirects=False)
            except requests.RequestException as error:
                name = type(error).__name__
                raise MailBusy(f"Microsoft 365 could not be reached ({name}).", code="unreachable") from None
        if answer.status_code in (404, 410):
            raise MailGone("The upload is no longer known.", code="upload_gone")
        if answer.status_code == 429 or answer.status_code >= 500:
            raise MailBusy("Microsoft 365 is busy.", retry_after(answer.headers), code="upload_busy")
        if answer.status_code >= 300 and answer.status_code != 416:
            raise MailRefused("Microsoft 365 refused a part of a file.", code=f"upload_{answer.status_code}")
        return answer


def merged(letter: str, quoted: str, as_html: bool) -> str:
    """The letter above what it quotes."""
    if not as_html:
        return f"{letter}\n\n{quoted.lstrip()}"
    place = _start_of_body(quoted) or 0
    return f"{quoted[:place]}{_inner(letter)}<br>{quoted[place:]}"


def _inner(html: str) -> str:
    """What stands in the body of a document; all of what is none."""
    start = _start_of_body(html)
    if start is None:
        return html
    end = BODY_END.search(html, start)
    return html[start : end.start() if end else None]


def _start_of_body(html: str) -> int | None:
    opened = BODY.search(html)
    return opened.end() if opened and opened[1] else None


def _of(mailbox: str, item_id: str) -> tuple[str, ...]:
    return ("users", mailbox, "messages", item_id)


def _json(letter: Letter) -> dict[str, Any]:
    found: dict[str, Any] = {
        "internetMessageId": letter.message_id,
        "from": _recipient(letter.from_) if letter.from_ else None,
        "toRecipients": _recipients(letter.to),
        "ccRecipients": _recipients(letter.cc),
        "bccRecipients": _recipients(letter.bcc),
        "replyTo": _recipients(letter.reply_to),
        "subject": letter.subject,
        "body": _body(letter),
        "internetMessageHeaders": _headers(letter) or None,
        "importance": letter.importance,
        "isReadReceiptRequested": letter.read_receipt,
        "isDeliveryReceiptRequested": letter.delivery_receipt,
    }
    return {name: value for name, value in found.items() if value is not None}


def _body(letter: Letter) -> dict[str, str] | None:
    if letter.html is not None:
        return {"contentType": "html", "content": letter.html}
    return None if letter.text is None else {"contentType": "text", "content": letter.text}


def _headers(letter: Letter) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in letter.headers]


def _recipients(found: tuple[Address, ...] | None) -> list[dict[str, Any]] | None:
    return None if found is None else [_recipient(each) for each in found]


def _recipient(found: Address) -> dict[str, Any]:
    named = {"name": found.name} if found.name else {}
    return {"emailAddress": {**named, "address": found.address}}


def _draft(found: dict[str, Any]) -> Draft:
    return Draft(str(found["id"]), _body_of(found))


def _body_of(found: dict[str, Any]) -> str:
    return text_of((found.get("body") or {}).get("content"))


def _next(answer: requests.Response) -> int:
    """The first byte that Exchange expects now."""
    try:
        found = answer.json()
        ranges = found.get("nextExpectedRanges", found.get("NextExpectedRanges"))
        return int(str(ranges[0]).partition("-")[0])
    except (ValueError, AttributeError, IndexError, TypeError):
        raise MailBusy("Microsoft 365 sent an answer that cannot be read.", code="unreadable") from None
