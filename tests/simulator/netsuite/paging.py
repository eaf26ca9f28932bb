"""Collections in pages, of records and of rows alike (section_157909186990, section_1545222128)."""

from typing import Any
from urllib.parse import urlencode

from tests.simulator.netsuite import problems
from tests.simulator.netsuite.call import Answer, Call

COLLECTION = "application/vnd.oracle.resource+json; type=collection; charset=UTF-8"
MOST = 1000  # items on a page


def paging(call: Call) -> tuple[int, int]:
    """limit and offset of the query. That the offset is a multiple of the limit is a rule of NetSuite too.
    Raises Refused."""
    numbers = []
    for name, usual in (("limit", str(MOST)), ("offset", "0")):
        text = call.query.get(name, usual)
        if not text.isdecimal() or not text.isascii():
            raise problems.invalid_parameter(name, f"Invalid value for the query parameter {name}. Provide a number.")
        numbers.append(int(text))
    limit, offset = numbers
    if not 1 <= limit <= MOST:
        raise problems.invalid_parameter("limit", f"The limit must be between 1 and {MOST}.")
    if offset % limit:
        raise problems.invalid_parameter("offset", "The offset must be divisible by the limit.")
    return limit, offset


def page(call: Call, items: list[dict[str, Any]], total: int, limit: int, offset: int) -> Answer:
    body = {
        "links": links(call, total, limit, offset),
        "count": len(items),
        "hasMore": offset + limit < total,
        "items": items,
        "offset": offset,
        "totalResults": total,
    }
    return Answer(200, body, headers={"Content-Type": COLLECTION})


def links(call: Call, total: int, limit: int, offset: int) -> list[dict[str, str]]:
    """To this page and its neighbours, by the address that the caller used, filter included."""
    places = {"self": offset}
    if offset:
        places |= {"first": 0, "previous": offset - limit}
    if offset + limit < total:
        places |= {"next": offset + limit, "last": (total - 1) // limit * limit}
    others = {name: value for name, value in call.query.items() if name not in {"limit", "offset"}}
    return [
        {"rel": rel, "href": f"{call.url}?{urlencode({**others, 'limit': limit, 'offset': place})}"}
        for rel, place in places.items()
    ]
