"""Lists of messages and searches, page by page: one request to Graph for each page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from server.accounts.acting import Acting
from server.accounts.reading.cursors import MOST_BEFORE, Cursor, Cursors
from server.accounts.reading.folders import ALL, INBOX, known_places, place_at
from server.accounts.reading.ids import message_id
from server.accounts.reading.refusals import FOLDER, told
from server.accounts.reading.shapes import message_json
from server.errors import Invalid
from server.mail.base import MailItem, MailPlaceLost
from server.mail.graph.reading import Page
from server.mail.graph.searching import Search

INBOX_PATHS = (INBOX.casefold(), "\\inbox")


@dataclass(frozen=True)
class Where:
    """One folder, as Graph names it, or the whole mailbox (None). `path` and `use` are those of all that is in it."""

    folder: str | None
    path: str | None
    use: str | None


@dataclass(frozen=True)
class Asked:
    """`path` is a folder's or \\All; a page is told by its cursor, or by its number from 0 on. `ids`: these messages,
    and nothing else is looked for.
    """

    path: str
    page: int = 0
    page_size: int = 20
    cursor: str | None = None
    search: Search = field(default_factory=Search)
    ids: Sequence[str] | None = None


def where(acting: Acting, path: str) -> Where:
    """Raises NotFound. For the inbox nothing has to be looked up: it is called so in every mailbox."""
    if path.casefold() in INBOX_PATHS:
        return Where("inbox", INBOX, "\\Inbox")
    if path.casefold() == ALL.casefold():
        return Where(None, None, None)
    place = place_at(acting, path)
    return Where(place.id, place.path, place.use)


def messages(acting: Acting, asked: Asked) -> dict[str, Any]:
    """{"total", "page", "pages", "nextPageCursor", "prevPageCursor", "messages"}. Of a search by words Graph tells no
    number, and leads only forwards.
    """
    if asked.ids is not None:
        return _these(acting, asked)
    place = where(acting, asked.path)
    about = (acting.account.id, asked.path, asked.page_size, asdict(asked.search))
    cursors = Cursors(acting.services.settings, *about)
    cursor = cursors.read(asked.cursor) if asked.cursor else Cursor(asked.page * asked.page_size)
    if asked.search.is_by_words and cursor.before and not cursor.link:
        raise Invalid("The pages of a search by words have no numbers. Use nextPageCursor.", code="InvalidCursor")
    if cursor.before > MOST_BEFORE:
        raise Invalid("No list has so many pages.", code="InvalidPage")
    page = _read(acting, place, asked, cursor)
    size, by_words = asked.page_size, asked.search.is_by_words
    return {
        "total": page.total,
        "page": cursor.before // size,
        "pages": None if page.total is None else max(1, -(-page.total // size)),
        "nextPageCursor": cursors.write(Cursor(cursor.before + size, page.link)) if page.link else None,
        "prevPageCursor": cursors.write(Cursor(max(0, cursor.before - size)))
        if cursor.before and not by_words
        else None,
        "messages": shown(acting, place, page.items),
    }


def _read(acting: Acting, place: Where, asked: Asked, cursor: Cursor) -> Page:
    reading, address = acting.services.mail.reading, acting.address

    def ask(token: str) -> Page:
        if cursor.link:
            return reading.following(token, address, cursor.link, asked.search)
        return reading.page(token, address, place.folder, asked.search, asked.page_size, cursor.before)

    with told(FOLDER):
        try:
            return acting.ask(ask)
        except MailPlaceLost:
            raise Invalid("This cursor is too old. Begin at the first page.", code="InvalidCursor") from None


def _these(acting: Acting, asked: Asked) -> dict[str, Any]:
    """On one page, without those that are not there, or not in that folder."""
    if not asked.search.is_empty:
        raise Invalid("Messages that are named by their ids cannot be searched besides.", code="SearchNotPossible")
    place, ids = where(acting, asked.path), [message_id(each) for each in dict.fromkeys(asked.ids or ())]
    with told():
        items = acting.ask(lambda token: acting.services.mail.reading.several(token, acting.address, ids))
    found = shown(acting, Where(None, None, None), items)
    found = [each for each in found if place.folder is None or each["path"] == place.path]
    none: dict[str, Any] = {"nextPageCursor": None, "prevPageCursor": None}
    return {"total": len(found), "page": 0, "pages": 1, **none, "messages": found}


def shown(acting: Acting, place: Where, items: Sequence[MailItem]) -> list[dict[str, Any]]:
    if place.folder is not None or not items:
        return [message_json(each, place.path, place.use) for each in items]
    places = known_places(acting)
    return [message_json(each, places.path_of(each.folder_id), places.use_of(each.folder_id)) for each in items]
