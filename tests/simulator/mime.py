"""What Exchange reads out of a raw MIME message: who, when, which body, which attachments.

It never fails: odd mail is mail too.
"""

import email
import email.header
import email.message
import email.parser
import email.policy
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.simulator import html

# Exchange takes addresses that the strict parser of newer Pythons drops.
LENIENT = {"strict": False} if getattr(email.utils, "supports_strict_parsing", False) else {}
POLICY = email.policy.compat32.clone(mangle_from_=False)


@dataclass(frozen=True)
class Address:
    name: str
    address: str


@dataclass
class Attachment:
    """A file, a message within the message, or a link to a file in the cloud (which MIME cannot carry)."""

    kind: str  # "file", "item" or "reference"
    name: str
    content_type: str
    content: bytes
    is_inline: bool = False
    content_id: str | None = None
    content_location: str | None = None
    number: int = 0  # within its item, where it stays the same when others are taken away


@dataclass
class Mail:
    """One message as it came in, read once."""

    raw: bytes
    headers: list[tuple[str, str]]
    subject: str
    author: Address | None
    sender: Address | None
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    reply_to: list[Address]
    sent_at: datetime | None
    message_id: str | None
    references: list[str]
    importance: str
    html_body: str | None
    text_body: str
    attachments: list[Attachment] = field(default_factory=list)
    calendar_method: str | None = None
    unsent: bool = False

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def read_mail(raw: bytes) -> Mail:
    message = _parsed(raw)
    headers = [(name, _decoded(str(value))) for name, value in message.raw_items()]
    raws = [(name.lower(), _native(str(value))) for name, value in message.raw_items()]
    author = next(iter(_addresses(raws, "from")), None)
    body_html, body_text, calendar = _bodies(message)
    mail = Mail(
        raw=raw,
        headers=headers,
        subject=next((_decoded(value) for name, value in raws if name == "subject"), ""),
        author=author,
        sender=next(iter(_addresses(raws, "sender")), author),
        to=_addresses(raws, "to"),
        cc=_addresses(raws, "cc"),
        bcc=_addresses(raws, "bcc"),
        reply_to=_addresses(raws, "reply-to"),
        sent_at=_moment(next((value for name, value in raws if name == "date"), "")),
        message_id=next(iter(_ids(raws, "message-id")), None),
        references=_ids(raws, "references") + _ids(raws, "in-reply-to")[:1],
        importance=_importance(raws),
        html_body=body_html,
        text_body=body_text,
        calendar_method=calendar,
        unsent=any(name == "x-unsent" and value.strip() == "1" for name, value in raws),
    )
    mail.attachments = list(_attachments(message, body_html or ""))
    return mail


def _parsed(raw: bytes) -> email.message.Message:
    try:
        return email.message_from_bytes(raw, policy=POLICY)
    except RecursionError:  # nested beyond what the parser bears: the headers, and the rest as text
        return email.parser.BytesHeaderParser(policy=POLICY).parsebytes(raw)


def _native(value: str) -> str:
    """Undoes the parser's surrogate escapes: raw 8-bit headers are UTF-8, else Latin-1 (RFC 6532 and the old habit)."""
    octets = value.encode("utf-8", "surrogateescape")
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        text = octets.decode("latin-1")
    return re.sub(r"\r?\n[ \t]*", " ", text).strip()


def _decoded(value: str) -> str:
    text = _native(value)
    try:
        pieces = email.header.decode_header(text)
    except (ValueError, LookupError):
        return text
    return "".join(piece if isinstance(piece, str) else _characters(piece, charset) for piece, charset in pieces)


def _characters(octets: bytes, charset: str | None) -> str:
    try:
        return octets.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return octets.decode("latin-1")


def _addresses(headers: list[tuple[str, str]], name: str) -> list[Address]:
    values = [value for key, value in headers if key == name]
    found = email.utils.getaddresses(values, **LENIENT)
    return [Address(_decoded(shown) or address, address) for shown, address in found if address]


def _ids(headers: list[tuple[str, str]], name: str) -> list[str]:
    return [found for key, value in headers if key == name for found in re.findall(r"<[^<>\s]+>", value)]


def _moment(value: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _importance(headers: list[tuple[str, str]]) -> str:
    named = next((value.lower() for key, value in headers if key == "importance"), "")
    ranked = next((value[:1] for key, value in headers if key == "x-priority"), "")
    if named in {"low", "high"}:
        return named
    return {"1": "high", "2": "high", "4": "low", "5": "low"}.get(ranked, "normal")


def _text(part: email.message.Message) -> str:
    octets = part.get_payload(decode=True)
    return _characters(octets, part.get_content_charset()) if isinstance(octets, bytes) else ""


def _is_attached(part: email.message.Message) -> bool:
    if part.get_content_type() == "text/calendar" and part.get_param("method"):  # the meeting itself, RFC 6047
        return part.get_content_disposition() == "attachment"
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _parts(message: email.message.Message) -> list[email.message.Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, email.message.Message)] if isinstance(payload, list) else []


def _kind(part: email.message.Message) -> str:
    """The content type; a multipart that has no parts is only text."""
    return "text/plain" if part.get_content_maintype() == "multipart" else part.get_content_type()


def _leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    """The parts that are not containers, not looking into messages within the message."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in _parts(message):
            yield from _leaves(part)
    else:
        yield message


def _bodies(message: email.message.Message) -> tuple[str | None, str, str | None]:
    texts: dict[str, str] = {}
    method = None
    for part in _leaves(message):
        kind = _kind(part)
        if kind == "text/calendar" and method is None and not _is_attached(part):
            method = str(part.get_param("method") or "").upper() or None
        if kind in {"text/html", "text/plain"} and not _is_attached(part):
            texts.setdefault(kind, _text(part))
    markup = texts.get("text/html")
    return markup, texts.get("text/plain", html.to_text(markup or "")), method


def _attachments(message: email.message.Message, markup: str) -> Iterator[Attachment]:
    if message.get_content_type() == "multipart/signed" and "pkcs7" in str(message.get_param("protocol")):
        yield Attachment("file", "smime.p7m", "multipart/signed", _bytes_of(message))
        return
    seen = set()
    for number, part in enumerate(_leaves(message), 1):
        kind = _kind(part)
        if not _is_attached(part) and kind in {"text/html", "text/plain", "text/calendar"} and kind not in seen:
            seen.add(kind)
            continue
        yield _attachment(part, number, markup)


def _attachment(part: email.message.Message, number: int, markup: str) -> Attachment:
    content_id = str(part.get("content-id") or "").strip().strip("<>") or None
    inline = content_id is not None and (f"cid:{content_id}" in markup or part.get_content_disposition() == "inline")
    name = _decoded(part.get_filename() or "")
    inner = next(iter(_parts(part)), None)
    if part.get_content_type() == "message/rfc822" and inner is not None:
        title = _decoded(str(inner.get("subject") or ""))
        return Attachment("item", name or title, "message/rfc822", _bytes_of(inner), inline, content_id)
    octets = part.get_payload(decode=True)
    content = octets if isinstance(octets, bytes) else _bytes_of(part)
    location = str(part.get("content-location") or "") or None
    shown = name or f"ATT{number:05d}"
    return Attachment("file", shown, part.get_content_type(), content, inline, content_id, location)


def _bytes_of(message: email.message.Message) -> bytes:
    try:
        return message.as_bytes(policy=POLICY)
    except (UnicodeError, LookupError, KeyError, RecursionError):
        return str(message.get_payload()).encode("utf-8", "replace")
