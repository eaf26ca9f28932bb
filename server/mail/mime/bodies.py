"""Which parts of a message are its text, which are its attachments, and which are neither."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from server.mail.mime.structure import Part

_CID = re.compile(r"cid:([^\"'\s<>)]{1,200})", re.IGNORECASE)
_READABLE = ("text/plain", "text/html")
_SIGNED_ONLY = ("signed-data", "certs-only", "compressed-data")
_SEALED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")


def bodies(part: Part) -> dict[str, Part]:
    """The parts that a reader shows as the message: at most one text/plain and one text/html."""
    if _is_leaf(part):
        kind = _shown_type(part)
        return {kind: part} if kind in _READABLE and not _is_named(part) else {}
    found = [bodies(child) for child in part.children]
    if part.content_type == "multipart/alternative":
        return {kind: leaf for each in reversed(found) for kind, leaf in each.items()}
    return next((each for each in found if each), {})


def attachments(root: Part) -> list[Part]:
    """Every part that is neither shown as the message nor another version of it, in the order of the source."""
    shown = set(bodies(root).values())
    return [part for part in _leaves(root) if part not in shown and not _is_version(part)]


def _leaves(part: Part) -> Iterator[Part]:
    if _is_leaf(part):
        yield part
        return
    for child in part.children:
        yield from _leaves(child)


def _is_leaf(part: Part) -> bool:
    """A message within the message is a leaf: what is in it is its own affair."""
    return not part.children or part.is_message


def _shown_type(part: Part) -> str:
    """A multipart without a single part is shown as the text that it is."""
    return "text/plain" if part.content_type.startswith("multipart/") else part.content_type


def _is_named(part: Part) -> bool:
    return part.disposition == "attachment" or bool(part.file_name)


def _is_version(part: Part) -> bool:
    """The calendar or AMP version of a text that is there already, or an empty nameless part."""
    if _is_named(part):
        return False
    is_alternative = part.parent is not None and part.parent.content_type == "multipart/alternative"
    is_text = part.content_type.startswith("text/")
    return (is_alternative and is_text) or (_shown_type(part) in _READABLE and part.body == part.end)


def content_id(part: Part) -> str | None:
    stated = part.headers.text("content-id").strip().strip("<>").strip()
    return stated[:200] or None


def referenced_ids(html: str) -> set[str]:
    """The content ids that the text shows as pictures."""
    return {name for stated in _CID.findall(html) for name in (stated, unquote(stated))}


def is_inline(part: Part, referenced: set[str]) -> bool:
    """Whether the part is shown within the text instead of below it. A disposition alone proves nothing: Apple Mail
    sends whole documents as "inline"."""
    name = content_id(part)
    if name is None or part.is_message:
        return False
    in_related = part.parent is not None and part.parent.content_type == "multipart/related"
    return name in referenced or part.disposition == "inline" or (in_related and part.disposition != "attachment")


def is_encrypted(root: Part) -> bool:
    """S/MIME, PGP/MIME or Microsoft's rights-protected mail: what we keep is the envelope."""
    return root.content_type == "multipart/encrypted" or any(_is_sealed(part) for part in _leaves(root))


def _is_sealed(part: Part) -> bool:
    if part.content_type in _SEALED_TYPES:
        return (part.parameter("smime-type") or "").lower() not in _SIGNED_ONLY
    rights_protected = "application/x-microsoft-rpmsg-message"
    return part.content_type == rights_protected or (part.file_name or "").lower() == "message.rpmsg"


def meeting_method(root: Part) -> str | None:
    """REQUEST, REPLY, CANCEL ...: what the message asks of a calendar; None when it is no meeting."""
    calendar = next((part for part in _leaves(root) if part.content_type == "text/calendar"), None)
    if calendar is None:
        return None
    return (calendar.parameter("method") or "PUBLISH").upper()[:40]
