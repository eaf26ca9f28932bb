"""The text of a message in NetSuite: the sender's own, made harmless, and below it in a few lines what NetSuite has no
field for. Reading it back gives the sender's own again.

NetSuite takes 1,000,000 characters in a message (https://support.cloudextend.io/en/articles/9509615).
"""

import html as entities
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from server.clock import iso
from server.destinations.base import EmailToSave, Missing, Party

LONGEST = 1_000_000  # characters, counted as UTF-16 does, which is the stricter way
LONGEST_SUBJECT = 2000  # of a whole subject above the text
LONGEST_NAME = 200
MOST_NAMED = 20  # of a list in our own lines
CUT = "The text was cut: NetSuite takes 1,000,000 characters in a message."

# Cleaned mail has no class attributes, and in text every bracket is escaped: no sender can write these.
_SUBJECT = '<div class="affix-subject">'
_TEXT = '<div class="affix-text" style="white-space: pre-wrap">'
_DETAILS = '<div class="affix-details" style="margin-top: 16px; color: #616161; font-size: 12px">'
_END = "</div>"

_UNWANTED = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile(r"[\r\n\t\u2028\u2029]+")
_PART_OF_A_SIGN = re.compile(r"(&[#\w]{0,8}|<[^<>]*)\Z")
_WEB = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)

CleanHtml = Callable[[str], tuple[str, str | None]]


@dataclass(frozen=True)
class Body:
    """`is_cut`: not all of the text is in it, and it says so."""

    html: str
    is_cut: bool = False


def plain(text: str) -> str:
    """Text as NetSuite can keep it: without control characters and halves of characters."""
    return _UNWANTED.sub("", text)


def line(text: str, limit: int) -> str:
    """One line of it, at most so long; that it was cut shows."""
    whole = " ".join(plain(text[: 4 * limit]).split())
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def subject_of(text: str, limit: int) -> str:
    """The subject as one line, at most so long."""
    whole = _LINE_ENDS.sub(" ", plain(text)).strip()
    return whole if _length(whole) <= limit else _first(whole, limit - 1) + "…"


def written(
    email: EmailToSave,
    missing: Sequence[Missing],
    clean_html: CleanHtml,
    text_of: Callable[[str], str],
    longest_subject: int,
    left_out: Sequence[str] = (),
) -> Body:
    """`left_out` are addresses of the email that NetSuite's fields do not take."""
    cleaned, note = clean_html(plain(email.html)) if email.html and len(email.html) <= LONGEST else (None, None)
    above = _above(email.subject, longest_subject)
    below = _below(email, missing, left_out, [note] if note else [])
    room = LONGEST - _length(above) - _length(below)
    if cleaned is not None and note is None and _length(cleaned) <= room:
        return Body(above + cleaned + below)
    text = email.text or (text_of(email.html) if email.html else "")
    inner = _as_html(text)
    room -= len(_TEXT) + len(_END)
    is_whole = email.text or len(email.html or "") <= LONGEST  # of longer HTML, `text_of` reads the beginning
    if is_whole and _length(inner) <= room:
        return Body(f"{above}{_TEXT}{inner}{_END}{below}")
    below = _below(email, missing, left_out, [CUT])
    room = LONGEST - _length(above) - _length(below) - len(_TEXT) - len(_END)
    return Body(f"{above}{_TEXT}{_cut(inner, room)}{_END}{below}", is_cut=True)


def read(body: str, text_of: Callable[[str], str]) -> tuple[str, str | None]:
    """Text and HTML of what `written` made; HTML is None for an email that was text. Another's body is HTML whole."""
    inner = body.rpartition(_DETAILS)[0] or body
    if inner.startswith(_SUBJECT):
        inner = inner.partition(_END)[2]
    if inner.startswith(_TEXT):
        inner = inner.removeprefix(_TEXT).rpartition(_END)[0]
        return entities.unescape(inner.replace("<br>", "\n")), None
    return text_of(inner), inner


def _above(subject: str, longest: int) -> str:
    if subject_of(subject, longest) == subject_of(subject, LONGEST):
        return ""
    return f"{_SUBJECT}Subject: {entities.escape(line(subject, LONGEST_SUBJECT))}{_END}"


def _below(email: EmailToSave, missing: Sequence[Missing], left_out: Sequence[str], notes: Sequence[str]) -> str:
    """Who saved it comes first: NetSuite itself only knows the one user as whom Affix signs in."""
    lines = [_written(email.note)] if email.note else []
    lines += [_written(each) for each in notes]
    if email.on_behalf_of:
        lines.append(f"Sent by {_named(email.sent_by)} on behalf of {_named(email.on_behalf_of)}.")
    if len(email.to) > 1:
        lines.append(f"To: {_listed(_named(each) for each in email.to)}")
    if left_out:
        lines.append(f"Not in NetSuite's own fields: {_listed(_written(each) for each in left_out)}")
    if email.links:
        lines.append(f"Linked files: {_listed(_link(each.name, each.url) for each in email.links)}")
    lines += [f"Not saved: {_written(each.name)}. {_written(each.message)}" for each in missing[:MOST_NAMED]]
    lines.append(_saved_by(email))
    return f"{_DETAILS}{'<br>'.join(lines)}{_END}"


def _saved_by(email: EmailToSave) -> str:
    who = _named(email.saved_by)
    saver = f"Saved by {who}" if email.how == "manual" else f"Saved by Affix Autopilot for {who}"
    at = (iso(email.saved_at) or "")[:16].replace("T", " ")
    return f"{saver} from the mailbox {_written(email.mailbox)}, {at} UTC."


def _named(party: Party) -> str:
    name, address = _written(party.name), _written(party.address)
    return f"{name} &lt;{address}&gt;" if name and address else name or address or "somebody unknown"


def _link(name: str, url: str) -> str:
    url = plain(url)
    if not _WEB.fullmatch(url):
        return _written(name)
    return f'<a href="{entities.escape(url)}">{_written(name) or entities.escape(url[:LONGEST_NAME])}</a>'


def _written(text: str) -> str:
    return entities.escape(line(text, LONGEST_NAME))


def _listed(items: Iterable[str]) -> str:
    every = list(items)
    more = [f"and {len(every) - MOST_NAMED:,} more"] if len(every) > MOST_NAMED else []
    return "; ".join([*every[:MOST_NAMED], *more])


def _as_html(text: str) -> str:
    lines = plain(text).replace("\r\n", "\n").replace("\r", "\n")
    return entities.escape(lines[: LONGEST + 1], quote=False).replace("\n", "<br>")  # the rest would be cut anyway


def _cut(inner: str, room: int) -> str:
    return _PART_OF_A_SIGN.sub("", _first(inner, room))


def _first(text: str, room: int) -> str:
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")


def _length(text: str) -> int:
    return len(text) + sum(1 for _ in re.finditer("[\U00010000-\U0010ffff]", text))
