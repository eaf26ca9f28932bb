"""From a message in a mailbox to the email that a destination keeps: its identity, its key, and
what of it is wanted.
"""

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from server.autopilot.matching import with_parents
from server.clock import now
from server.destinations.base import EmailToSave, FileToSave, Link, MimeToSave, Missing, Party
from server.mail.base import Address, Body
from server.mail.html import text_of
from server.mail.mime import Attachment, MimeMessage
from server.mail.mime.names import safe_name
from server.models import Message, Save
from server.settings import MEGABYTE, Settings

TOO_COMPLEX = "The message is built in a way that cannot be taken apart safely."
ENCRYPTED = "The message is encrypted and can be read in Outlook only."
BODY_CUT = "The text is longer than what is shown here."
# What a destination that keeps the message as it came says after each of them.
WITH_THE_ORIGINAL = {
    TOO_COMPLEX: "It is kept as it came, without single files.",
    ENCRYPTED: "It is kept as it came.",
    BODY_CUT: "The whole is in the message file.",
}


def identity_of(message: Message, copy: MimeMessage | None) -> str:
    """What makes two items the same email, across mailboxes and people: the Message-ID, with the content as referee.

    The digest covers the Message-ID. Without a copy (too large to fetch) Graph's own words have to do.
    """
    if copy is not None:
        parts = ["content", copy.content_digest]
    else:
        name = message.internet_message_id or message.immutable_id
        parts = ["words", name, message.from_address, str(message.sent_at), message.subject]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def identity_of_twin(identity: str, mime_sha256: str) -> str:
    """Of a second item in the same mailbox that agrees in content but not byte for byte."""
    return hashlib.sha256(f"{identity}\0{mime_sha256}".encode()).hexdigest()


def key_of(save: Save, identity: str) -> str:
    """One key for each email and record: the same at every attempt, by whomever and from whichever mailbox."""
    parts = (save.tenant_id, save.destination, save.record_type, save.record_id, identity)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def email_of(
    settings: Settings,
    save: Save,
    key: str,
    copy: MimeMessage | None,
    body: Body | None,
    own_domains: Collection[str],
    keeps_mime: bool = True,
) -> EmailToSave:
    """What the destination gets: all of `copy` that is wanted and allowed, or, when that was too large, the `body`
    alone. `own_domains` are those of the organisation, in lower case; `keeps_mime` is the destination's word.
    """
    message = save.message
    keeps_mime = keeps_mime and settings.keep_mime
    files, missing = _files(settings, save, copy) if copy else _none_of_it(settings, save, keeps_mime)
    return EmailToSave(
        key=key,
        record_type=save.record_type,
        record_id=save.record_id,
        internet_message_id=message.internet_message_id,
        subject=message.subject,
        mailbox=message.mailbox.address,
        mailbox_kind=save.mailbox_kind,
        sent_by=Party(message.from_name, message.sender_address or message.from_address),
        on_behalf_of=_on_behalf_of(message),
        saved_by=Party(save.person.name, save.person.address),
        saved_by_id=str(save.person_id),
        saved_at=now(),
        how=save.how,
        is_incoming=_is_from_outside(message, own_domains),
        mime=MimeToSave(copy.size, copy.mime_sha256, copy.open) if copy and keeps_mime else None,
        sent_at=message.sent_at,
        received_at=message.received_at,
        to=_parties(copy.to) if copy else _named(message, "to"),
        cc=_parties(copy.cc) if copy else _named(message, "cc"),
        bcc=_parties(copy.bcc) if copy else (),
        text=copy.text if copy else _text_of(body) if body else "",
        html=copy.html if copy else body.html if body else None,
        preview=message.preview,
        note=_note(copy, keeps_mime),
        files=files,
        links=_links(save),
        missing=missing,
    )


def wants_files(save: Save) -> bool:
    """Whether any file of the message is to be saved, for which the whole message has to be fetched."""
    return any(_is_wanted(save, meta) for meta in save.message.attachments)


def _is_wanted(save: Save, meta: dict[str, Any]) -> bool:
    mode, ids = save.attachments["mode"], save.attachments.get("ids", [])
    is_chosen = mode == "all" or meta["id"] in ids or (mode == "files" and not meta["inline"])
    return is_chosen and meta["kind"] != "reference"


def _files(settings: Settings, save: Save, copy: MimeMessage) -> tuple[list[FileToSave], list[Missing]]:
    wanted, missing = _wanted(save, copy)
    if copy.too_complex and save.attachments["mode"] != "none":
        missing.append(Missing("message.eml", copy.size, "too_complex", f"{TOO_COMPLEX} Its files are left out."))
    files: list[FileToSave] = []
    for each in wanted:
        if each.size <= settings.max_file_bytes:
            files.append(each)
        else:
            missing.append(_file_too_large(settings, each.name, each.size))
    return files, missing


def _wanted(save: Save, copy: MimeMessage) -> tuple[list[Attachment], list[Missing]]:
    mode = save.attachments["mode"]
    if mode == "list":
        return _chosen(save, copy)
    every = list(copy.attachments)
    return {"none": [], "files": [each for each in every if not each.is_inline], "all": every}[mode], []


def _chosen(save: Save, copy: MimeMessage) -> tuple[list[Attachment], list[Missing]]:
    """The parts for the ids that were chosen. Graph names attachments by id, MIME by place: names
    and order join them.
    """
    ids = set(save.attachments["ids"])
    metas = [meta for meta in save.message.attachments if meta["kind"] != "reference"]
    parts = _joined(metas, list(copy.attachments))
    found: list[Attachment] = []
    missing: list[Missing] = []
    for meta in metas:
        part = parts.get(meta["id"])
        if meta["id"] not in ids:
            continue
        if part is None:
            reason = f"{meta['name']} was not found in the message."
            missing.append(Missing(meta["name"], meta["size"], "attachment_not_found", reason))
        else:
            found.append(part)
    return found, missing


def _joined(metas: list[dict[str, Any]], parts: list[Attachment]) -> dict[str, Attachment]:
    """By equal name first, each part once; what is left over is joined in order if it can only be one way."""
    joined: dict[str, Attachment] = {}
    for meta in metas:
        name = (safe_name(meta["name"]) or "").casefold()
        part = next((each for each in parts if each.name.casefold() == name), None)
        if part is not None:
            joined[meta["id"]] = part
            parts.remove(part)
    left = [meta for meta in metas if meta["id"] not in joined]
    if [meta["kind"] for meta in left] == [part.kind for part in parts]:
        joined |= {meta["id"]: part for meta, part in zip(left, parts, strict=True)}
    return joined


def _none_of_it(settings: Settings, save: Save, keeps_mime: bool) -> tuple[list[FileToSave], list[Missing]]:
    limit = settings.max_message_bytes // MEGABYTE
    reason = (
        f"The message is larger than {limit} MB: its text is saved, but neither the message file nor its attachments."
    )
    missing = [Missing("message.eml", None, "message_too_large", reason)] if keeps_mime else []
    for meta in save.message.attachments:
        if _is_wanted(save, meta):
            missing.append(Missing(meta["name"], meta["size"], "message_too_large", reason))
    return [], missing


def _file_too_large(settings: Settings, name: str, size: int) -> Missing:
    limit = settings.max_file_bytes // MEGABYTE
    return Missing(name, size, "file_too_large", f"{name} is larger than {limit} MB and was left out.")


def _links(save: Save) -> list[Link]:
    """Files that are only links into a cloud store. Graph v1.0 does not say where to, so the
    message itself is the way.
    """
    mode, ids = save.attachments["mode"], save.attachments.get("ids", [])
    return [
        Link(meta["name"], save.message.web_link or "")
        for meta in save.message.attachments
        if meta["kind"] == "reference" and (mode in ("files", "all") or meta["id"] in ids)
    ]


def _text_of(body: Body) -> str:
    return body.text or (text_of(body.html) if body.html else "")


def _note(copy: MimeMessage | None, keeps_mime: bool) -> str | None:
    if copy is None:
        return None
    unusual = {TOO_COMPLEX: copy.too_complex, ENCRYPTED: copy.is_encrypted, BODY_CUT: copy.is_body_cut}
    note = next((each for each, is_so in unusual.items() if is_so), None)
    return f"{note} {WITH_THE_ORIGINAL[note]}" if note and keeps_mime else note


def _on_behalf_of(message: Message) -> Party | None:
    """From differs from Sender when somebody wrote for somebody else."""
    if not message.sender_address or message.sender_address == message.from_address:
        return None
    return Party(message.from_name, message.from_address)


def _is_from_outside(message: Message, own_domains: Collection[str]) -> bool:
    """What colleagues and shared mailboxes write is outgoing, whomever they write to."""
    own = {*own_domains, message.mailbox.address.lower().rpartition("@")[2]} - {""}
    return own.isdisjoint(with_parents(message.from_address.lower()))


def _named(message: Message, where: str) -> tuple[Party, ...]:
    """As Graph named them when the message was seen."""
    return tuple(Party(each["name"], each["address"]) for each in message.recipients.get(where, ()))


def _parties(addresses: Iterable[Address]) -> tuple[Party, ...]:
    return tuple(Party(each.name, each.address) for each in addresses)
