"""Folders and messages of an account."""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import IO, Any, cast
from urllib.parse import quote

from apiflask import APIBlueprint
from flask import Response, jsonify

from server.accounts.acting import Acting, acting
from server.accounts.reading import bulk, changing, listing, managing, showing, uploading
from server.accounts.reading.bulk import Many
from server.accounts.reading.changing import Change
from server.accounts.reading.listing import Asked
from server.accounts.reading.shapes import folder_json
from server.accounts.reading.uploading import LARGEST, Written
from server.api.guard import services
from server.api.v1.guard import holder, needs
from server.api.v1.large import Outline, decoded_base64, takes_large
from server.api.v1.message_shapes import (
    Conditions,
    DeleteQuery,
    FolderChange,
    FolderDeleted,
    FolderList,
    FolderMade,
    FolderPath,
    FolderQuery,
    FolderRenamed,
    FolderRequest,
    ManyDelete,
    ManyDeleted,
    ManyDeleteQuery,
    ManyMove,
    ManyMoved,
    ManyQuery,
    ManyUpdate,
    ManyUpdated,
    MessageAdded,
    MessageChange,
    MessageChanged,
    MessageDeleted,
    MessageList,
    MessageMoved,
    MessageQuery,
    MessageShown,
    MessagesQuery,
    MoveRequest,
    SearchQuery,
    SearchRequest,
    TextQuery,
    Texts,
    UploadRequest,
    path_text,
)
from server.api.v1.share import Share
from server.errors import Invalid
from server.mail.graph.reading import CHUNK, File

ACCOUNT = "/account/<account>"
MESSAGE = f"{ACCOUNT}/message/<message>"
CONTENT_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}\Z", re.ASCII)
SOURCE: dict[int | str, Any] = {200: {"description": "MIME", "content": {"message/rfc822": {}}}}
IN_MEMORY = 256 * 1024  # bytes of a download that need no file on disk
CROWDED = "Too many downloads are on their way already. Try again in a moment."
FILE: dict[int | str, Any] = {200: {"description": "The file", "content": {"application/octet-stream": {}}}}


def routes(v1: APIBlueprint) -> None:
    _folders(v1)
    _lists(v1)
    _one(v1)
    _many(v1)


def _used(account: str) -> Acting:
    return acting(services(), holder().tenant_id, account)


def _folders(v1: APIBlueprint) -> None:
    @v1.get(f"{ACCOUNT}/mailboxes")
    @needs("read")
    @v1.input(FolderQuery, location="query")
    @v1.output(FolderList)
    def list_folders(account: str, query_data: FolderQuery) -> dict[str, Any]:
        """All folders, the inbox first. Which is the inbox, or the trash, is told by Microsoft's own names."""
        found = managing.folders(_used(account))
        return {"mailboxes": [folder_json(each, query_data.counters) for each in found]}

    @v1.post(f"{ACCOUNT}/mailbox")
    @needs("read")
    @v1.input(FolderRequest)
    @v1.output(FolderMade)
    def create_folder(account: str, json_data: FolderRequest) -> dict[str, Any]:
        """Make a folder, with all above it that is missing."""
        return managing.create(_used(account), path_text(json_data.path))

    @v1.put(f"{ACCOUNT}/mailbox")
    @needs("read")
    @v1.input(FolderChange)
    @v1.output(FolderRenamed)
    def rename_folder(account: str, json_data: FolderChange) -> dict[str, Any]:
        """Give a folder another name."""
        return managing.rename(_used(account), json_data.path, path_text(json_data.new_path))

    @v1.delete(f"{ACCOUNT}/mailbox")
    @needs("read")
    @v1.input(FolderPath, location="query")
    @v1.output(FolderDeleted)
    def delete_folder(account: str, query_data: FolderPath) -> dict[str, Any]:
        """Delete a folder with all that is in it, into the trash; out of the trash for good."""
        return managing.remove(_used(account), query_data.path)


def _lists(v1: APIBlueprint) -> None:
    @v1.get(f"{ACCOUNT}/messages")
    @needs("read")
    @v1.input(MessagesQuery, location="query")
    @v1.output(MessageList)
    def list_messages(account: str, query_data: MessagesQuery) -> Response:
        """Messages of a folder, or of all, the latest first, page by page."""
        return _unchecked(listing.messages(_used(account), _asked(query_data)))

    @v1.post(f"{ACCOUNT}/search")
    @needs("read")
    @v1.input(SearchRequest)
    @v1.input(SearchQuery, location="query")
    @v1.output(MessageList)
    def search_messages(account: str, query_data: SearchQuery, json_data: SearchRequest) -> Response:
        """Messages that a search finds, page by page. Of a search by words there is no total, and no way back."""
        return _unchecked(listing.messages(_used(account), _asked(query_data, json_data.search)))


def _one(v1: APIBlueprint) -> None:
    downloads = Share(CROWDED)

    @v1.get(MESSAGE)
    @needs("read")
    @v1.input(MessageQuery, location="query")
    @v1.output(MessageShown)
    def show_message(account: str, message: str, query_data: MessageQuery) -> dict[str, Any]:
        """One message with its headers, its attachments and, if asked for, its text."""
        asked = query_data.text_type, query_data.max_bytes, query_data.mark_as_seen
        return showing.message(_used(account), message, *asked)

    @v1.get(f"{MESSAGE}/source")
    @needs("read")
    @v1.doc(responses=SOURCE)
    def source_of_message(account: str, message: str) -> Response:
        """The message as MIME."""
        return _download(downloads, lambda into: showing.source(_used(account), message, into))

    @v1.get(f"{ACCOUNT}/text/<text>")
    @needs("read")
    @v1.input(TextQuery, location="query")
    @v1.output(Texts)
    def text_of_message(account: str, text: str, query_data: TextQuery) -> dict[str, Any]:
        """The text of a message, by the id that the message has for it."""
        return showing.text(_used(account), text, query_data.text_type, query_data.max_bytes)

    @v1.get(f"{ACCOUNT}/attachment/<attachment>")
    @needs("read")
    @v1.doc(responses=FILE)
    def attachment_of_message(account: str, attachment: str) -> Response:
        """An attachment's content, always as a download."""
        return _download(downloads, lambda into: showing.attachment(_used(account), attachment, into))

    @v1.post(f"{ACCOUNT}/message")
    @needs("read")
    @takes_large(UploadRequest, "raw", "text", "html")
    @v1.output(MessageAdded)
    def upload_message(account: str, json_data: UploadRequest, outline: Outline) -> dict[str, Any]:
        """Put a message of up to 3 MB into a folder, where it is a draft: so Microsoft 365 makes all of them."""
        flags = Change() if json_data.flags is None else Change(set=tuple(json_data.flags))
        used = _used(account)
        return uploading.upload(used, json_data.path, _mime(json_data, outline, used.address), flags)

    @v1.put(MESSAGE)
    @needs("read")
    @v1.input(MessageChange)
    @v1.output(MessageChanged)
    def change_message(account: str, message: str, json_data: MessageChange) -> dict[str, Any]:
        """Change its flags and labels."""
        return changing.change(_used(account), message, *json_data.both())

    @v1.put(f"{MESSAGE}/move")
    @needs("read")
    @v1.input(MoveRequest)
    @v1.output(MessageMoved)
    def move_message(account: str, message: str, json_data: MoveRequest) -> dict[str, Any]:
        """Move it to another folder. Its id stays the same."""
        return changing.move(_used(account), message, json_data.path)

    @v1.delete(MESSAGE)
    @needs("read")
    @v1.input(DeleteQuery, location="query")
    @v1.output(MessageDeleted)
    def delete_message(account: str, message: str, query_data: DeleteQuery) -> dict[str, Any]:
        """Move it to the trash, or delete it for good."""
        return changing.delete(_used(account), message, query_data.force)


def _many(v1: APIBlueprint) -> None:
    @v1.put(f"{ACCOUNT}/messages")
    @needs("read")
    @v1.input(ManyUpdate)
    @v1.input(ManyQuery, location="query")
    @v1.output(ManyUpdated)
    def change_messages(account: str, query_data: ManyQuery, json_data: ManyUpdate) -> dict[str, Any]:
        """Change the flags and labels of at most 1000 messages that a search finds."""
        return bulk.update(_used(account), _chosen(query_data, json_data.search), *json_data.update.both())

    @v1.put(f"{ACCOUNT}/messages/move")
    @needs("read")
    @v1.input(ManyMove)
    @v1.input(ManyQuery, location="query")
    @v1.output(ManyMoved)
    def move_messages(account: str, query_data: ManyQuery, json_data: ManyMove) -> dict[str, Any]:
        """Move at most 1000 messages that a search finds to another folder."""
        return bulk.move(_used(account), _chosen(query_data, json_data.search), json_data.path)

    @v1.put(f"{ACCOUNT}/messages/delete")
    @needs("read")
    @v1.input(ManyDelete)
    @v1.input(ManyDeleteQuery, location="query")
    @v1.output(ManyDeleted)
    def delete_messages(account: str, query_data: ManyDeleteQuery, json_data: ManyDelete) -> dict[str, Any]:
        """Move at most 1000 messages that a search finds to the trash, or delete them for good."""
        return bulk.delete(_used(account), _chosen(query_data, json_data.search), query_data.force)


def _asked(query: MessagesQuery, conditions: Conditions | None = None) -> Asked:
    asked = Asked(query.path, query.page, query.page_size, query.cursor)
    if conditions is None:
        return asked
    return Asked(query.path, query.page, query.page_size, query.cursor, conditions.search(), conditions.ids())


def _mime(asked: UploadRequest, outline: Outline, address: str) -> bytes:
    """Raises Invalid."""

    def whole(text: str | None) -> str | None:
        kept = outline.long(text) if text is not None else None
        return text if kept is None else kept.text(LARGEST)

    if asked.raw is not None:
        kept = outline.long(asked.raw)
        return _decoded(kept.decoded() if kept else decoded_base64(iter([asked.raw.encode()])))
    people = {
        name: [(each.name or "", each.address) for each in getattr(asked, name) or []]
        for name in ("to", "cc", "bcc", "reply_to")
    }
    author = (asked.from_.name or "", asked.from_.address) if asked.from_ else ("", address)
    written = Written(author, **people, subject=asked.subject or "", text=whole(asked.text), html=whole(asked.html))
    return uploading.composed(written)


def _decoded(parts: Iterable[bytes]) -> bytes:
    """As far as it may go up. Raises Invalid."""
    mime = bytearray()
    try:
        for each in parts:
            mime += each
            if len(mime) > LARGEST:
                break
    except Invalid:
        raise Invalid("raw: this is not base64.", code="invalid_base64") from None
    return bytes(mime)


def _unchecked(found: dict[str, Any]) -> Response:
    """As it is: to hold every message of a list against its schema once more would cost as much as all the rest."""
    return jsonify(found)


def _chosen(query: ManyQuery, conditions: Conditions) -> Many:
    return Many(query.path, conditions.search(), conditions.ids())


def _download(share: Share, fetch: Callable[[IO[bytes]], File]) -> Response:
    """What is fetched, sent as fast as the program reads it, which may be never. It is never shown in place: what
    senders attach must not run under our address.
    """
    with ExitStack() as held:
        held.enter_context(share.taken())
        content = cast(IO[bytes], held.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY)))
        file = fetch(content)
        content.seek(0)
        until_sent = held.pop_all()
    response = Response(_sent(content, until_sent))
    response.call_on_close(until_sent.close)  # where nobody reads it to its end, or begins to
    kind = file.content_type if CONTENT_TYPE.match(file.content_type) else "application/octet-stream"
    response.headers["Content-Type"] = kind
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name or 'file', safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _sent(content: IO[bytes], until_sent: ExitStack) -> Iterator[bytes]:
    with until_sent:
        yield from iter(partial(content.read, CHUNK), b"")
