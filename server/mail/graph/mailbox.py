"""What Affix does with a mailbox through Graph: read an item, fetch its MIME, mark it, learn whose mailbox it is.

Rules and their sources: https://learn.microsoft.com/graph/api/resources/message,
outlook-immutable-id, user-get-mailboxsettings.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import IO, Any

import requests

from server.clock import iso
from server.mail.base import Body, MailBusy, MailChanged, MailItem, MailTooLarge, Profile
from server.mail.graph.changes import GraphChanges
from server.mail.graph.items import EXPANSIONS, FIELDS, GLANCE, body_of, item_of, text_of
from server.mail.graph.reading import GraphReading
from server.mail.graph.requests import Answered, GraphRequests
from server.mail.graph.seats import Seats
from server.mail.graph.sending import GraphSending
from server.mail.graph.subscriptions import GraphSubscriptions

IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
CHUNK = 256 * 1024
LISTED = 50  # messages of the inbox that come at once
PATIENCE = 3.0  # seconds that a person may be kept waiting because Graph asked to wait


class GraphMailbox:
    """Each method takes the token of whoever it acts for: the person, or (only `purpose`) the application."""

    def __init__(
        self,
        http: requests.Session,
        host: str,
        sleep: Callable[[float], None] = time.sleep,
        seats: Seats | None = None,
        counted: Callable[[], None] | None = None,
        tenant: Callable[[], str] = str,
        answered: Answered | None = None,
    ) -> None:
        self.requests = GraphRequests(http, host, seats, counted, tenant, answered)
        self.changes = GraphChanges(self.requests)
        self.subscriptions = GraphSubscriptions(self.requests)
        self.sending = GraphSending(self.requests)
        self.reading = GraphReading(self.requests, sleep)
        self.sleep = sleep

    def profile(self, token: str) -> Profile:
        params = {"$select": "id,displayName,mail,userPrincipalName,proxyAddresses,otherMails"}
        found = self._patiently("GET", ("me",), token, params=params)
        return _profile(found)

    def item(self, token: str, mailbox: str, item_id: str, with_body: bool = False) -> MailItem:
        """The item as the holder of the token sees it, which proves that they may read it."""
        params = {"$select": f"{FIELDS},body" if with_body else FIELDS, "$expand": EXPANSIONS}
        return item_of(
            self._patiently("GET", ("users", mailbox, "messages", item_id), token, params=params, headers=IMMUTABLE)
        )

    def find(self, token: str, mailbox: str, internet_message_id: str, folder: str | None = None) -> list[MailItem]:
        """All items of the mailbox, or of one of its folders, with this Internet Message-ID: the way to an item whose
        id was lost by a move.
        """
        wanted = internet_message_id.replace("'", "''")
        params = {"$filter": f"internetMessageId eq '{wanted}'", "$select": FIELDS, "$expand": EXPANSIONS}
        place = ("mailFolders", folder, "messages") if folder else ("messages",)
        found = self._patiently("GET", ("users", mailbox, *place), token, params=params, headers=IMMUTABLE)
        return [item_of(each) for each in found.get("value", [])]

    def inbox(
        self, token: str, mailbox: str, since: datetime, before: datetime | None = None, skipped: int = 0
    ) -> list[MailItem]:
        """At most LISTED messages of the inbox, the latest first, with what a list shows: those received from `since`
        on and before `before`, but for the first `skipped` of them. Proves that whose token it is may read the mailbox.
        """
        # What is sorted by has to open the filter: https://learn.microsoft.com/graph/api/user-list-messages
        until = f" and receivedDateTime lt {iso(before)}" if before else ""
        params = {
            "$filter": f"receivedDateTime ge {iso(since)}{until}",
            "$orderby": "receivedDateTime desc",
            "$select": GLANCE,
            "$top": str(LISTED),
            **({"$skip": str(skipped)} if skipped else {}),
        }
        path = ("users", mailbox, "mailFolders", "inbox", "messages")
        found = self._patiently("GET", path, token, params=params, headers=IMMUTABLE)
        return [item_of(each) for each in found.get("value", [])]

    def download(self, token: str, mailbox: str, item_id: str, into: IO[bytes], limit: int) -> int:
        """Write the item's MIME to `into` and return its size. Raises MailTooLarge once `limit` bytes are passed."""
        answer = self.requests.send(
            "GET", ("users", mailbox, "messages", item_id, "$value"), token, headers=IMMUTABLE, stream=True
        )
        with answer:
            try:
                size = _copy(answer.iter_content(CHUNK), into, limit)
            except requests.RequestException as error:
                raise MailBusy("The connection to Microsoft 365 broke off.", code="cut") from error
        if not size and not _says_how_long(answer):  # an empty message is rarer than a line that broke
            raise MailBusy("The connection to Microsoft 365 broke off.", code="cut")
        return size

    def body(self, token: str, mailbox: str, item_id: str) -> Body:
        """The text alone, for a message whose MIME is too large to be fetched."""
        found = (
            self.requests.json(
                "GET", ("users", mailbox, "messages", item_id), token, params={"$select": "id,body"}, headers=IMMUTABLE
            ).get("body")
            or {}
        )
        return body_of(found)

    def set_categories(
        self, token: str, mailbox: str, item_id: str, categories: list[str], etag: str | None
    ) -> str | None:
        """Replace the item's categories, provided it is still as `etag` says. Returns the new
        etag. Raises MailChanged.
        """
        headers = {**IMMUTABLE, **({"If-Match": etag} if etag else {})}
        path = ("users", mailbox, "messages", item_id)
        found = self.requests.json("PATCH", path, token, headers=headers, body={"categories": categories})
        return found.get("@odata.etag")

    def categories(self, token: str, mailbox: str, item_id: str) -> tuple[list[str], str | None]:
        path = ("users", mailbox, "messages", item_id)
        found = self.requests.json("GET", path, token, params={"$select": "id,categories"}, headers=IMMUTABLE)
        return list(found.get("categories") or []), found.get("@odata.etag")

    def change_categories(
        self,
        token: str,
        mailbox: str,
        item_id: str,
        change: Callable[[list[str]], list[str]],
        known: tuple[list[str], str | None],
    ) -> tuple[list[str], str | None]:
        """Merge a change into the item's categories: one request if nothing changed since they were read, else three.

        `known` is the last (categories, etag). Returns what is there now.
        """
        for _ in range(3):
            current, etag = known
            wanted = change(current)
            if wanted == current:
                return known
            try:
                return wanted, self.set_categories(token, mailbox, item_id, wanted, etag)
            except MailChanged:
                known = self.categories(token, mailbox, item_id)
        raise MailBusy("The message keeps being changed by somebody else.", code="changed")

    def can_read(self, token: str, mailbox: str) -> None:
        """Prove that the holder of the token may read the mailbox. Raises MailAccessDenied or MailGone."""
        path = ("users", mailbox, "mailFolders", "inbox")
        self._patiently("GET", path, token, params={"$select": "id"})

    def folder_id(self, token: str, mailbox: str, name: str) -> str:
        """The id of a folder by its well-known name, in the form that items name it."""
        path = ("users", mailbox, "mailFolders", name)
        return str(self._patiently("GET", path, token, params={"$select": "id"}, headers=IMMUTABLE)["id"])

    def purpose(self, app_token: str, mailbox: str) -> str:
        """Exchange's userPurpose (user, shared, room, equipment, others, linked). Works for the application only."""
        path = ("users", mailbox, "mailboxSettings", "userPurpose")
        value = self._patiently("GET", path, app_token).get("value")
        return str(value.get("value") if isinstance(value, dict) else value)

    def looks_shared(self, token: str, mailbox: str) -> bool:
        """The directory's hint: sign-in blocked and no licence. Never proof: a departed person looks the same."""
        params = {"$select": "id,accountEnabled,assignedLicenses"}
        found = self._patiently("GET", ("users", mailbox), token, params=params)
        return found.get("accountEnabled") is False and found.get("assignedLicenses") == []

    def _patiently(self, method: str, path: tuple[str, ...], token: str, **kwargs: Any) -> dict[str, Any]:
        # Somebody is looking at the pane: a short wait that Graph asked for beats an error.
        try:
            return self.requests.json(method, path, token, **kwargs)
        except MailBusy as busy:
            if busy.retry_after is None or busy.retry_after > PATIENCE:
                raise
            self.sleep(busy.retry_after)
            return self.requests.json(method, path, token, **kwargs)


def _says_how_long(answer: requests.Response) -> bool:
    """So that its end was not taken for one because the line broke."""
    return "Content-Length" in answer.headers or "Transfer-Encoding" in answer.headers


def _copy(chunks: Iterable[bytes], into: IO[bytes], limit: int) -> int:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise MailTooLarge(f"The message is larger than {limit} bytes.")
        into.write(chunk)
    return size


def _profile(found: dict[str, Any]) -> Profile:
    own = [found.get("mail"), found.get("userPrincipalName"), *(found.get("otherMails") or [])]
    for proxy in found.get("proxyAddresses") or []:
        scheme, _, address = str(proxy).partition(":")
        own.append(address if scheme.lower() == "smtp" else None)
    addresses = tuple(dict.fromkeys(each.lower() for each in own if each))
    primary = str(found.get("mail") or found.get("userPrincipalName") or "")
    return Profile(str(found["id"]), text_of(found.get("displayName")), primary.lower(), addresses)
