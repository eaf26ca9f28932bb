"""SuiteQL over REST (section_157909186990): POST /services/rest/query/v1/suiteql.

A query is read, translated for SQLite and run there over a mirror of the account's records: suiteql_words, _parser and
_tree; _names, _kinds, _expressions, _functions and _translating; _tables and _mirror.
"""

import sqlite3
from typing import Any

from tests.simulator.netsuite.accounts import Account
from tests.simulator.netsuite.problems import Refused
from tests.simulator.netsuite.suiteql_functions import shown_date, text
from tests.simulator.netsuite.suiteql_mirror import Mirror
from tests.simulator.netsuite.suiteql_parser import parse
from tests.simulator.netsuite.suiteql_translating import Translation
from tests.simulator.netsuite.suiteql_words import unsupported

MOST_ROWS = 100_000  # section_157909186990


def run(account: Account, q: str, limit: int, offset: int) -> tuple[list[dict[str, str]], int]:
    """The rows of the page, and how many there are in all. Values are texts; those that are missing are left out.
    Raises Refused.

    Without ORDER BY the rows of each page come in another order, as Oracle may do: then pages overlap and miss rows.
    """
    if offset >= MOST_ROWS:
        detail = f"At most {MOST_ROWS} results can be read."
        raise Refused(400, "INVALID_PARAMETER", detail, queryParam="offset")
    with account.lock:
        translation = Translation(account)
        query = translation.query(parse(q))
        try:
            rows = _mirror(account).rows(query.sql, translation.tables, MOST_ROWS)
        except sqlite3.Error as error:
            raise unsupported(f"It failed while it ran: {error}") from error
    if not query.is_ordered and rows:
        turned = (offset // limit) % len(rows)
        rows = rows[turned:] + rows[:turned]
    return [_item(query.columns, row) for row in rows[offset : offset + limit]], len(rows)


def _mirror(account: Account) -> Mirror:
    """Kept beside the account, and as long as it."""
    mirror: Mirror = vars(account).get("_mirror") or Mirror(account)
    vars(account)["_mirror"] = mirror
    return mirror


def _item(columns: list[tuple[str, str]], row: tuple[Any, ...]) -> dict[str, str]:
    item = {}
    for (name, kind), value in zip(columns, row, strict=True):
        shown = shown_date(value) if kind == "date" and value else text(value)
        if shown is not None:
            item[name] = shown
    return item
