"""What is new in a mailbox, and what was there before: its folders, the changes of each, its messages of some time.

https://learn.microsoft.com/graph/delta-query-messages: per folder; links are followed as they are; options are those of
the first call; items repeat and come in any order; updated ones may come in part.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from server.mail.base import Changes, Folder, MailGone
from server.mail.graph.items import (
    ATTACHMENTS,
    EXPANSIONS,
    FIELDS,
    PROPERTIES,
    item_of,
    lacks_headers,
    part_of,
    text_of,
)
from server.mail.graph.requests import GraphRequests

COUNTED = "id,displayName,parentFolderId,totalItemCount,unreadItemCount"
PAGE, LISTED, MOST_LISTED, FOLDERS = 50, 100, 1000, 200  # how many come at once
IMMUTABLE = 'IdType="ImmutableId"'
HEADERS = {"Prefer": f"{IMMUTABLE}, odata.maxpagesize={PAGE}"}
FOLDER_HEADERS = {"Prefer": f"{IMMUTABLE}, odata.maxpagesize={FOLDERS}"}
LIST_HEADERS = {"Prefer": IMMUTABLE}
WHOLE = "receivedDateTime"  # stands in every item that comes with all that was selected
# Mail that nobody sent or received, or that was thrown away. Asked for by Graph's own names: real ones are translated.
LEFT_OUT = ("drafts", "outbox", "deleteditems", "junkemail")
KEPT = ("inbox", "sentitems", "archive")


class GraphChanges:
    """Reads for whoever the token stands for."""

    left_out_names = LEFT_OUT

    def __init__(self, requests: GraphRequests) -> None:
        self.requests = requests

    def folders(self, token: str, mailbox: str) -> list[Folder]:
        """Every folder in which mail may arrive or be filed, however deep, but for drafts, the outbox and the bins."""
        left_out = self.left_out(token, mailbox)
        return [each for each in self.counted_folders(token, mailbox) if each.id not in left_out]

    def counted_folders(self, token: str, mailbox: str) -> list[Folder]:
        """Every folder, however deep, with the numbers of its messages: one request for each 200."""
        path, params = ("users", mailbox, "mailFolders", "delta"), {"$select": COUNTED}
        found = self.requests.json("GET", path, token, params=params, headers=FOLDER_HEADERS)
        return [_folder(each) for each in self._all(found, token, mailbox, FOLDER_HEADERS) if "@removed" not in each]

    def left_out(self, token: str, mailbox: str) -> frozenset[str]:
        """The ids of drafts, the outbox and the bins, as far as the mailbox has them. They never change."""
        return frozenset(self.special_folders(token, mailbox, LEFT_OUT))

    def special_folders(self, token: str, mailbox: str, names: Iterable[str] = (*LEFT_OUT, *KEPT)) -> dict[str, str]:
        """The ids of those that Graph has a name of its own for, as far as the mailbox has them, with these names."""
        return {id_: name for name in names for id_ in self._folder_id(token, mailbox, name)}

    def _folder_id(self, token: str, mailbox: str, name: str) -> Iterator[str]:
        path = ("users", mailbox, "mailFolders", name)
        try:
            yield str(self.requests.json("GET", path, token, params={"$select": "id"})["id"])
        except MailGone:
            return

    def of_folder(
        self,
        token: str,
        mailbox: str,
        folder_id: str,
        link: str | None,
        since: datetime,
        with_body: bool = False,
    ) -> Changes:
        """One page: what followed `link`, or, without one, what was received from `since` on.

        Bodies come along links that were begun `with_body`. Raises MailPlaceLost when Graph no longer knows the link's
        place.
        """
        path = ("users", mailbox, "mailFolders", folder_id, "messages")
        if link is None:
            params = {
                "$select": f"{FIELDS},body" if with_body else FIELDS,
                "$expand": ATTACHMENTS,
                "$filter": f"receivedDateTime ge {_stamp(since)}",
            }
            found = self.requests.json("GET", (*path, "delta"), token, params=params, headers=HEADERS)
        else:
            found = self.requests.follow(link, token, mailbox, HEADERS)
        there = [each for each in found.get("value", []) if "@removed" not in each]
        removed = tuple(str(each["id"]) for each in found.get("value", []) if "@removed" in each)
        whole = [each for each in there if WHOLE in each]
        self._add_properties(token, mailbox, path, [each for each in whole if each[WHOLE] and lacks_headers(each)])
        following = found.get("@odata.nextLink")
        return Changes(
            items=tuple(item_of(each) for each in whole),
            parts=tuple(part_of(each) for each in there if WHOLE not in each),
            link=str(following or found["@odata.deltaLink"]),
            is_more=following is not None,
            removed_ids=removed,
        )

    def _add_properties(self, token: str, mailbox: str, path: tuple[str, ...], bare: list[dict[str, Any]]) -> None:
        """What stands for the headers of items that came without: in a delta Graph fails when asked for it.

        https://github.com/OData/odata.net/issues/1667
        """
        if not bare:
            return
        moments = sorted(datetime.fromisoformat(str(each[WHOLE])) for each in bare)
        params = {
            "$filter": f"receivedDateTime ge {_stamp(moments[0])} and receivedDateTime le {_stamp_after(moments[-1])}",
            "$select": "id",
            "$expand": PROPERTIES,
            "$top": str(MOST_LISTED),
        }
        found = self.requests.json("GET", path, token, params=params, headers=LIST_HEADERS)
        missing = {str(each["id"]): each for each in bare}
        for each in self._all(found, token, mailbox, LIST_HEADERS):
            missing.pop(str(each["id"]), {}).update(
                singleValueExtendedProperties=each.get("singleValueExtendedProperties")
            )
            if not missing:
                return

    def received(self, token: str, mailbox: str, since: datetime, until: datetime, link: str | None = None) -> Changes:
        """One page of all that the mailbox received meanwhile, in whatever folder it is now, the oldest first."""
        # What is sorted by must stand first in the filter: https://learn.microsoft.com/graph/api/user-list-messages
        condition = f"receivedDateTime ge {_stamp(since)} and receivedDateTime le {_stamp_after(until)}"
        return self._listed(token, mailbox, {"$filter": condition, "$orderby": "receivedDateTime asc"}, link)

    def altered(self, token: str, mailbox: str, since: datetime, before: datetime, link: str | None = None) -> Changes:
        """One page of what was received before and changed, moved or restored since, in whatever folder it is now."""
        condition = f"lastModifiedDateTime ge {_stamp(since)} and receivedDateTime lt {_stamp(before)}"
        return self._listed(token, mailbox, {"$filter": condition, "$orderby": "lastModifiedDateTime asc"}, link)

    def conversation(self, token: str, mailbox: str, conversation_id: str, link: str | None = None) -> Changes:
        """One page of the mailbox's messages of a conversation, in no order: Graph refuses to sort these."""
        wanted = conversation_id.replace("'", "''")
        return self._listed(token, mailbox, {"$filter": f"conversationId eq '{wanted}'"}, link)

    def _listed(self, token: str, mailbox: str, params: dict[str, str], link: str | None) -> Changes:
        if link is None:
            asked = {**params, "$select": FIELDS, "$expand": EXPANSIONS, "$top": str(LISTED)}
            path = ("users", mailbox, "messages")
            found = self.requests.json("GET", path, token, params=asked, headers=LIST_HEADERS)
        else:
            found = self.requests.follow(link, token, mailbox, LIST_HEADERS)
        following = found.get("@odata.nextLink")
        items = tuple(item_of(each) for each in found.get("value", []))
        return Changes(items, parts=(), link=str(following or ""), is_more=following is not None)

    def _all(
        self, found: dict[str, Any], token: str, mailbox: str, headers: dict[str, str]
    ) -> Iterator[dict[str, Any]]:
        """What stands on this page and on those that follow it."""
        yield from found.get("value", [])
        while "@odata.nextLink" in found:
            found = self.requests.follow(str(found["@odata.nextLink"]), token, mailbox, headers)
            yield from found.get("value", [])


def _folder(found: dict[str, Any]) -> Folder:
    total, unread = (int(found.get(name) or 0) for name in ("totalItemCount", "unreadItemCount"))
    parent_id = found.get("parentFolderId")
    return Folder(str(found["id"]), text_of(found.get("displayName")), total, unread, parent_id)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _stamp_after(moment: datetime) -> str:
    """A second later: Exchange keeps fractions of seconds and shows none."""
    return _stamp(moment + timedelta(seconds=1))
