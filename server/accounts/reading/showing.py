"""One message and what belongs to it: its text, its attachments, its MIME."""

from typing import IO, Any, Literal

from server.accounts.acting import Acting
from server.accounts.reading.folders import known_places, read_places
from server.accounts.reading.ids import TEXT, invalid, message_id, parts_of
from server.accounts.reading.refusals import told
from server.accounts.reading.shapes import headers_json, message_json
from server.errors import Invalid
from server.mail.base import MailItem, MailRefused
from server.mail.graph.reading import File

Kind = Literal["html", "plain", "*"]


def message(
    acting: Acting, item_id: str, kind: Kind | None, most_bytes: int | None, mark_as_seen: bool = False
) -> dict[str, Any]:
    """As in a list, with its headers, and with its text where a kind of it is asked for."""
    reading, address, wanted = acting.services.mail.reading, acting.address, message_id(item_id)

    def ask(token: str) -> tuple[MailItem, str]:
        if mark_as_seen:
            reading.change(token, address, wanted, {"isRead": True})
        item = reading.message(token, address, wanted, "text" if kind == "plain" else "html")
        return item, reading.text(token, address, wanted, "text") if kind == "*" else ""

    with told():
        item, plain = acting.ask(ask)
    places = known_places(acting)
    if places.path_of(item.folder_id) is None:
        places = read_places(acting)
    found = message_json(item, places.path_of(item.folder_id), places.use_of(item.folder_id))
    texts = _texts(item)
    texts |= {"plain": plain} if kind == "*" else {}
    sizes = {name: len(content.encode()) for name, content in texts.items()}
    found["text"] = {
        "id": found["text"]["id"],
        "encodedSize": sizes,
        **(_cut(texts, most_bytes) if kind else {}),
    }
    return {**found, "headers": headers_json(item)}


def text(acting: Acting, text_id: str, kind: Kind, most_bytes: int | None) -> dict[str, Any]:
    """{"plain", "html", "hasMore"}: Exchange makes the kind that the sender did not write."""
    item_id, part = parts_of(text_id)
    if part != TEXT:
        raise invalid()
    reading, address = acting.services.mail.reading, acting.address

    def ask(token: str) -> dict[str, str]:
        found = {"plain": reading.text(token, address, item_id, "text")} if kind in ("plain", "*") else {}
        return found | ({"html": reading.text(token, address, item_id, "html")} if kind in ("html", "*") else {})

    with told():
        return {"plain": None, "html": None, **_cut(acting.ask(ask), most_bytes)}


def attachment(acting: Acting, attachment_id: str, into: IO[bytes]) -> File:
    """Its content is written to `into`. Raises NotFound where the message has no such attachment."""
    item_id, part = parts_of(attachment_id)
    if part == TEXT:
        raise invalid()
    reading, address = acting.services.mail.reading, acting.address
    with told():
        try:
            return acting.ask(lambda token: reading.file(token, address, item_id, part, into))
        except MailRefused as refused:
            if refused.code == "reference":
                raise Invalid(str(refused), code="ReferenceAttachment") from None
            raise


def source(acting: Acting, item_id: str, into: IO[bytes]) -> File:
    """The message as MIME, written to `into`."""
    wanted = message_id(item_id)
    with told():
        return acting.ask(lambda token: acting.services.mail.reading.source(token, acting.address, wanted, into))


def _texts(item: MailItem) -> dict[str, str]:
    if item.body is None:
        return {}
    return {"plain": item.body.text} if item.body.html is None else {"html": item.body.html}


def _cut(texts: dict[str, str], most_bytes: int | None) -> dict[str, Any]:
    """Each to so many bytes of UTF-8 at most, and whether more is there."""
    if most_bytes is None:
        return {**texts, "hasMore": False}
    cut = {name: content.encode()[:most_bytes].decode(errors="ignore") for name, content in texts.items()}
    return {**cut, "hasMore": cut != texts}
