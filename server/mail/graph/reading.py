"""A mailbox for programs: its folders, lists and searches, one message with all that belongs to it, and changes.

What may be repeated is tried again when Graph is busy, within the patience of whoever waits for the answer; a move is
such, since immutable ids outlive it, and the same folder is the same folder the second time.

https://learn.microsoft.com/graph/api/user-list-messages, .../message-get, .../message-update, .../message-move
"""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Literal

import requests

from server.mail.base import Body, Folder, MailBusy, MailGone, MailItem, MailRefused, MailTooLarge
from server.mail.graph.batching import BatchPart, GraphBatches
from server.mail.graph.changes import GraphChanges
from server.mail.graph.items import ATTACHMENTS, IN_REPLY_TO, LAST_VERB, SIZE, body_of, item_of, text_of
from server.mail.graph.patience import patiently
from server.mail.graph.requests import GraphRequests
from server.mail.graph.searching import Search, params_of
from server.mail.mime.message import LARGEST_MESSAGE

IMMUTABLE = 'IdType="ImmutableId"'
HEADERS = {"Prefer": IMMUTABLE}
# By these names Graph knows them in every language.
SPECIAL = ("inbox", "sentitems", "drafts", "deleteditems", "junkemail", "archive")
TRASH, DRAFTS = "deleteditems", "drafts"
FIELDS = (
    "id,internetMessageId,conversationId,subject,from,sender,toRecipients,ccRecipients,bccRecipients,replyTo,"
    "sentDateTime,receivedDateTime,isDraft,isRead,flag,categories,bodyPreview,hasAttachments,parentFolderId"
)
FEW_FIELDS = "id,categories,receivedDateTime,sentDateTime"  # of messages that are to be changed
EXPANSIONS = (
    f"{ATTACHMENTS},singleValueExtendedProperties($filter=id eq 'Integer 0x{SIZE:04x}' "
    f"or id eq 'String 0x{IN_REPLY_TO:04x}' or id eq 'Integer 0x{LAST_VERB:04x}')"
)
CHUNK = 64 * 1024  # bytes
LARGEST = LARGEST_MESSAGE  # bytes of what is downloaded
MOST_AT_ONCE = 1000  # messages of a list, which Graph allows

TextKind = Literal["html", "text"]


@dataclass(frozen=True)
class Page:
    """`total` counts all that the list has, where Graph says so; `link` leads to the next page, "" at the end."""

    items: tuple[MailItem, ...]
    total: int | None
    link: str


@dataclass(frozen=True)
class File:
    """What is downloaded. `size` in bytes."""

    name: str
    content_type: str
    size: int


class GraphReading:
    """Each method takes the token of whoever it acts for."""

    def __init__(self, requests: GraphRequests, sleep: Callable[[float], None] = time.sleep) -> None:
        self.requests = requests
        self.batches = GraphBatches(requests, sleep)
        self.changes = GraphChanges(requests)
        self.sleep = sleep

    # Folders

    def folders(self, token: str, mailbox: str) -> list[Folder]:
        """Every folder, however deep, with the numbers of its messages."""
        return patiently(lambda: self.changes.counted_folders(token, mailbox), self.sleep)

    def special_folders(self, token: str, mailbox: str) -> dict[str, str]:
        """The ids of those that Graph has a name of its own for, by these names, as far as the mailbox has them."""
        paths = [("users", mailbox, "mailFolders", name) for name in SPECIAL]
        found = self.batches.run(token, mailbox, [BatchPart("GET", path, {"$select": "id"}) for path in paths])
        for each in found:
            if isinstance(each, MailBusy):
                raise each
        return {name: str(each["id"]) for name, each in zip(SPECIAL, found, strict=True) if isinstance(each, dict)}

    def make_folder(self, token: str, mailbox: str, parent_id: str | None, name: str) -> str:
        """At the top, or in another one. Gives its id. Raises MailConflict where there is one of that name."""
        below = ("mailFolders", parent_id, "childFolders") if parent_id else ("mailFolders",)
        path = ("users", mailbox, *below)
        return str(self.requests.json("POST", path, token, headers=HEADERS, body={"displayName": name})["id"])

    def rename_folder(self, token: str, mailbox: str, folder_id: str, name: str) -> None:
        path = ("users", mailbox, "mailFolders", folder_id)
        self._json("PATCH", path, token, headers=HEADERS, body={"displayName": name})

    def remove_folder(self, token: str, mailbox: str, folder_id: str) -> None:
        """With all that is in it, into the deleted items; from there for good, so that this is never repeated."""
        self.requests.send("DELETE", ("users", mailbox, "mailFolders", folder_id), token, headers=HEADERS)

    # Lists

    def page(self, token: str, mailbox: str, folder: str | None, search: Search, size: int, skipped: int = 0) -> Page:
        """A page of a folder, or of the whole mailbox: the latest first, but for messages of one conversation or
        Message-ID, which Graph does not sort. `skipped` is not for a search by words. Raises Invalid.
        """
        params = {**params_of(search), "$select": FIELDS, "$expand": EXPANSIONS, "$top": str(size)}
        if not search.is_by_words:
            params |= {"$count": "true", **({"$skip": str(skipped)} if skipped else {})}
        return _page(self._json("GET", _place(mailbox, folder), token, params=params, headers=HEADERS), search)

    def following(self, token: str, mailbox: str, link: str, search: Search) -> Page:
        return _page(patiently(lambda: self.requests.follow(link, token, mailbox, HEADERS), self.sleep), search)

    def matching(self, token: str, mailbox: str, folder: str | None, search: Search, most: int) -> list[MailItem]:
        """What a change of many is about: their ids, categories and versions. At most `most`, of which none is read
        twice. Raises Invalid.
        """
        params = {**params_of(search), "$select": FEW_FIELDS, "$top": str(min(most, MOST_AT_ONCE))}
        page = _page(self._json("GET", _place(mailbox, folder), token, params=params, headers=HEADERS), search)
        found = {each.id: each for each in page.items}
        while page.link and len(found) < most:
            page = self.following(token, mailbox, page.link, search)
            found |= {each.id: each for each in page.items}
        return list(found.values())[:most]

    # One message

    def message(self, token: str, mailbox: str, item_id: str, kind: TextKind = "html") -> MailItem:
        """With its text, its headers (where Exchange has them) and its list of attachments."""
        params = {"$select": f"{FIELDS},body,internetMessageHeaders", "$expand": EXPANSIONS}
        return item_of(self._json("GET", _of(mailbox, item_id), token, params=params, headers=_as(kind)))

    def text(self, token: str, mailbox: str, item_id: str, kind: TextKind) -> str:
        found = self._json("GET", _of(mailbox, item_id), token, params={"$select": "id,body"}, headers=_as(kind))
        body: Body = body_of(found.get("body") or {})
        return body.text if body.html is None else body.html

    def several(self, token: str, mailbox: str, item_ids: list[str]) -> list[MailItem]:
        """Those that are there, in this order."""
        params = {"$select": FIELDS, "$expand": EXPANSIONS}
        found = self.batches.run(token, mailbox, [BatchPart("GET", _of(mailbox, each), params) for each in item_ids])
        for each in found:
            if isinstance(each, MailBusy):
                raise each
        return [item_of(each) for each in found if isinstance(each, dict)]

    def source(self, token: str, mailbox: str, item_id: str, into: IO[bytes]) -> File:
        """The message as MIME, written to `into`. Raises MailTooLarge past LARGEST."""
        size = self._copy((*_of(mailbox, item_id), "$value"), token, into)
        return File("message.eml", "message/rfc822", size)

    def file(self, token: str, mailbox: str, item_id: str, attachment_id: str, into: IO[bytes]) -> File:
        """An attachment, written to `into`. Raises MailTooLarge past LARGEST, and MailRefused for a link to a file in
        the cloud, which has no content here.
        """
        path = (*_of(mailbox, item_id), "attachments", attachment_id)
        found = self._json("GET", path, token, params={"$select": "id,name,contentType"}, headers=HEADERS)
        kind = str(found.get("@odata.type", "")).rpartition(".")[2]
        if kind == "referenceAttachment":
            raise MailRefused("This attachment is a link to a file in the cloud.", code="reference")
        size = self._copy((*path, "$value"), token, into)
        usual = "message/rfc822" if kind == "itemAttachment" else "application/octet-stream"
        return File(text_of(found.get("name")), text_of(found.get("contentType")) or usual, size)

    # Changes

    def change(self, token: str, mailbox: str, item_id: str, change: dict[str, Any]) -> None:
        self._json("PATCH", _of(mailbox, item_id), token, headers=HEADERS, body=change)

    def move(self, token: str, mailbox: str, item_id: str, folder: str) -> MailItem:
        """The message in its new place, with the id that it has there."""
        path = (*_of(mailbox, item_id), "move")
        return item_of(self._json("POST", path, token, headers=HEADERS, body={"destinationId": folder}))

    def remove(self, token: str, mailbox: str, item_id: str) -> None:
        """For good: no folder has it any more. https://learn.microsoft.com/graph/api/message-permanentdelete"""
        path, was_lost = (*_of(mailbox, item_id), "permanentDelete"), False

        def once() -> None:
            nonlocal was_lost
            try:
                self.requests.send("POST", path, token, headers=HEADERS)
            except MailBusy:
                was_lost = True
                raise
            except MailGone:
                if not was_lost:  # else it was the try whose answer did not come
                    raise

        patiently(once, self.sleep)

    def add(self, token: str, mailbox: str, folder: str, mime: bytes) -> MailItem:
        """A message made of MIME, which is a draft for ever: so Graph makes them. Never repeated: it would be two."""
        path = ("users", mailbox, "mailFolders", folder, "messages")
        headers = {**HEADERS, "Content-Type": "text/plain"}
        return item_of(self.requests.json("POST", path, token, headers=headers, content=base64.b64encode(mime)))

    # Parts of a batch

    def changing(self, mailbox: str, item_id: str, change: dict[str, Any], etag: str | None = None) -> BatchPart:
        return BatchPart("PATCH", _of(mailbox, item_id), body=change, headers={"If-Match": etag} if etag else {})

    def moving(self, mailbox: str, item_id: str, folder: str) -> BatchPart:
        return BatchPart("POST", (*_of(mailbox, item_id), "move"), body={"destinationId": folder})

    def removing(self, mailbox: str, item_id: str) -> BatchPart:
        return BatchPart("POST", (*_of(mailbox, item_id), "permanentDelete"))

    # Ways to ask

    def _json(self, method: str, path: tuple[str, ...], token: str, **kwargs: Any) -> dict[str, Any]:
        return patiently(lambda: self.requests.json(method, path, token, **kwargs), self.sleep)

    def _copy(self, path: tuple[str, ...], token: str, into: IO[bytes]) -> int:
        """All of it, as fast as Graph sends it: no longer is a seat taken, however slowly the caller reads. Gives the
        bytes.
        """

        def once() -> int:
            into.seek(0)
            into.truncate()
            with self.requests.send("GET", path, token, headers=HEADERS, stream=True) as answer:
                try:
                    for chunk in answer.iter_content(CHUNK):
                        into.write(chunk)
                        if into.tell() > LARGEST:
                            raise MailTooLarge(f"This is larger than {LARGEST} bytes.")
                except requests.RequestException:
                    raise MailBusy("The connection to Microsoft 365 broke off.", code="cut") from None
            return into.tell()

        return patiently(once, self.sleep)


def _page(found: dict[str, Any], search: Search) -> Page:
    items = (item_of(each) for each in found.get("value", []))
    total = found.get("@odata.count")
    return Page(
        items=tuple(each for each in items if not search.is_by_words or search.holds_for(each)),
        total=total if isinstance(total, int) else None,
        link=str(found.get("@odata.nextLink") or ""),
    )


def _place(mailbox: str, folder: str | None) -> tuple[str, ...]:
    return ("users", mailbox, "mailFolders", folder, "messages") if folder else ("users", mailbox, "messages")


def _of(mailbox: str, item_id: str) -> tuple[str, ...]:
    return ("users", mailbox, "messages", item_id)


def _as(kind: TextKind) -> dict[str, str]:
    return {"Prefer": f'{IMMUTABLE}, outlook.body-content-type="{kind}"'}
