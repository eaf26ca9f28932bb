"""Finding records: by words, for the people of an email, by a number in its subject, and one by its id."""

import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from threading import Lock

from server import clock
from server.destinations.base import Page, Record, Suggestion
from server.destinations.border import cursor_of, invalid, not_found, page_size, place_of
from server.destinations.local.people import MOST as MOST_PEOPLE
from server.destinations.local.people import company_domains, is_address
from server.destinations.netsuite import queries
from server.destinations.netsuite.client import Client, Row
from server.destinations.netsuite.records import ORDER, TYPES, record_of
from server.destinations.netsuite.suiteql import Query, Unquotable, is_quotable, quotable

LONGEST_QUERY = 200  # characters
MOST_WORDS = 5
MOST_SUGGESTIONS = 50
MOST_GOING_ON = 20
MOST_OWNERS = 100  # entities whose open transactions and cases are looked for
MOST_DOMAINS = 20  # of those on one email
MOST_NUMBERS = 20  # of one text
MOST_ROWS = 1000  # of one page, by NetSuite's own limit
FARTHEST = 100_000  # rows of one query that NetSuite gives at all
AT_A_TIME = 400  # people asked for in one query of many
DOMAINS_AT_A_TIME = 50
NUMBERS_AT_A_TIME = 50
MOST_NUMBERS_OF_MANY = 500

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.-]{2,59}")
_TRANSACTIONS = (*queries.TRANSACTIONS, "supportcase")
_ENTITIES = tuple(each for each in ORDER if each not in _TRANSACTIONS)


class Recent:
    """The records that were shown in the last minute: who chose one of them is not asked about again."""

    def __init__(
        self, most: int = 500, lasts: timedelta = timedelta(seconds=60), now: Callable[[], datetime] = clock.now
    ) -> None:
        self._most, self._lasts, self._now = most, lasts, now
        self._lock = Lock()
        self._records: OrderedDict[tuple[str, str], tuple[datetime, Record]] = OrderedDict()

    def put(self, *records: Record) -> None:
        at = self._now()
        with self._lock:
            for each in records:
                self._records.pop((each.type, each.id), None)
                self._records[each.type, each.id] = (at, each)
            while len(self._records) > self._most:
                self._records.popitem(last=False)

    def get(self, type: str, id: str) -> Record | None:
        with self._lock:
            at, record = self._records.get((type, id), (None, None))
        return record if at is not None and self._now() - at <= self._lasts else None

    def forget(self, type: str, id: str) -> None:
        with self._lock:
            self._records.pop((type, id), None)


class Finder:
    """Threads share one of these. `name` is the destination that the records carry. Everything raises NetSuiteError."""

    def __init__(self, client: Client, name: str, now: Callable[[], datetime] = clock.now) -> None:
        self._client = client
        self._config = client.config
        self._name = name
        self.recent = Recent(now=now)

    def search(self, words: str, type: str | None = None, limit: int = 20, cursor: str | None = None) -> Page[Record]:
        """One request. Raises invalid_request for a cursor that is none."""
        size, offset = page_size(limit), 0
        if cursor is not None:
            size, offset = (int(each) for each in place_of(cursor, int, int))
            if not (0 < size <= page_size(size) and 0 <= offset < FARTHEST):
                raise invalid("This list cannot be continued from there.")
        types = self._config.types if type is None else [each for each in self._config.types if each == type]
        whole = quotable(words, LONGEST_QUERY)
        asked = queries.search(self._config, types, whole.split()[:MOST_WORDS], whole)
        if asked is None:
            return Page(())
        rows = self._client.query(asked, size, offset)
        records = self._shown(rows.items)
        return Page(tuple(records), cursor_of(size, offset + size) if rows.has_more else None)

    def get(self, type: str, id: str) -> Record:
        """No request for what was shown in the last minute, else one. Raises not_found."""
        known = self.recent.get(type, id)
        if known is not None:
            return known
        if type not in self._config.types:
            raise not_found()
        try:
            asked = queries.by_id(self._config, type, id)
        except Unquotable:
            raise not_found() from None
        rows = self._client.query(asked, 1).items if asked else ()
        if not rows:
            raise not_found()
        return self._shown(rows)[0]

    def find_by_addresses(self, addresses: Sequence[str]) -> list[Suggestion]:
        """Who has these addresses, the companies behind them, and what is open with those: at most two requests."""
        asked = _people(addresses[:MOST_PEOPLE])
        found = self._people_of(asked, domains=self._domains(asked)[:MOST_DOMAINS])
        own_side = [each for each in found if each.record.type == "employee"]
        found = [each for each in found if each.record.type != "employee"]
        suggestions = [each.suggestion for each in found] + self._going_on(found)
        suggestions += [each.suggestion for each in own_side]
        return _each_once(suggestions)[:MOST_SUGGESTIONS]

    def find_matches(self, addresses: Sequence[str]) -> dict[str, list[Suggestion]]:
        """Who has each of these addresses and which company is behind: one request for 400 people of 50 domains.
        Employees are our own side and no match.
        """
        asked = _people(addresses)
        people, domains = _parts(asked, AT_A_TIME), _parts(self._domains(asked), DOMAINS_AT_A_TIME)
        found: list[Found] = []
        for some, theirs in zip_longest(people, domains, fillvalue=()):
            found += self._people_of(some, domains=theirs, without=("employee",))
        found.sort(key=_place)
        return {each: _each_once(one.suggestion for one in found if one.is_of(_folded(each))) for each in addresses}

    def find_by_numbers(self, text: str) -> list[Suggestion]:
        """Records whose number stands in a text: one request, none if there is nothing like a number in it."""
        return self.find_by_numbers_of_each([text])[text]

    def find_by_numbers_of_each(self, texts: Sequence[str]) -> dict[str, list[Suggestion]]:
        """The same for each of them: one request for 50 numbers, in however many texts these stand, and at most ten
        requests. Where there are more numbers than that, the first ones of each text are looked up.
        """
        wanted = {each: numbers_in(each) for each in texts}
        by_turns = (number for turn in zip_longest(*wanted.values()) for number in turn if number)
        numbers = list(dict.fromkeys(by_turns))[:MOST_NUMBERS_OF_MANY]
        most = min(MOST_SUGGESTIONS * len(wanted), MOST_ROWS)
        records: list[Record] = []
        for some in _parts(numbers, NUMBERS_AT_A_TIME):
            asked = queries.by_numbers(self._config, self._config.types, some)
            records += self._shown(self._client.query(asked, most).items) if asked else ()
        return {each: _in_text(records, wanted[each]) for each in texts}

    # Steps

    def _people_of(
        self, addresses: Sequence[str], domains: Collection[str], without: Collection[str] = ()
    ) -> list["Found"]:
        types = [each for each in self._config.types if each in _ENTITIES and each not in without]
        if not (addresses or domains) or not types:
            return []
        rows = list(self._all_rows(queries.by_addresses(self._config, types, addresses, domains)))
        asked = set(addresses)
        behind: dict[str, set[str]] = {}  # ids of companies, and whose they are
        for row in rows:
            if "companyid" in row and _folded(row.get("email", "")) in asked:
                behind.setdefault(row["companyid"], set()).add(_folded(row["email"]))
        found = [self._found(row, asked, domains, behind) for row in rows]
        return sorted((each for each in found if each is not None), key=_place)

    def _found(
        self, row: Row, asked: Collection[str], domains: Collection[str], behind: dict[str, set[str]]
    ) -> "Found | None":
        record = self._shown([row])[0]
        address = _folded(record.address or "")
        if address in asked:
            because = f"{record.address} is on this email."
            return Found(record, because, 0, frozenset([address]), None, row.get("companyid"))
        if record.type in queries.COMPANIES and record.id in behind:
            because = "The company of somebody on this email."
            return Found(record, because, 1, frozenset(behind[record.id]), None, None)
        if record.type in queries.COMPANIES and record.domain in domains:
            because = f"Somebody on this email writes from {record.domain}."
            return Found(record, because, 1, frozenset(), record.domain, None)
        return None  # the web address only begins like the domain

    def _going_on(self, found: Sequence["Found"]) -> list[Suggestion]:
        owners = dict.fromkeys(each.record.id for each in found)
        owners |= dict.fromkeys(each.company_id for each in found if each.company_id)
        types = [each for each in self._config.types if each in _TRANSACTIONS]
        asked = queries.going_on(self._config, types, list(owners)[:MOST_OWNERS]) if owners else None
        rows = self._client.query(asked, MOST_GOING_ON).items if asked else ()
        records = self._shown(rows)
        return [Suggestion(each, _open_because(each)) for each in records]

    def _domains(self, addresses: Collection[str]) -> list[str]:
        return sorted(company_domains(set(addresses))) if self._config.match_domains else []

    def _all_rows(self, query: Query) -> Iterator[Row]:
        for offset in range(0, FARTHEST, MOST_ROWS):
            rows = self._client.query(query, MOST_ROWS, offset)
            yield from rows.items
            if not rows.has_more:
                return

    def _shown(self, rows: Sequence[Row]) -> list[Record]:
        records = [record_of(row, self._config, self._name) for row in rows]
        self.recent.put(*records)
        return records


@dataclass(frozen=True)
class Found:
    """An entity that fits: `distance` 0 with an address of the email, 1 behind it. `people` are the addresses that led
    to it, or `domain` is theirs.
    """

    record: Record
    because: str
    distance: int
    people: frozenset[str]
    domain: str | None
    company_id: str | None

    @property
    def suggestion(self) -> Suggestion:
        return Suggestion(self.record, self.because)

    def is_of(self, address: str) -> bool:
        host = "." + address.rpartition("@")[2]
        return address in self.people or (self.domain is not None and host.endswith("." + self.domain))


def _place(found: Found) -> tuple[int, int, int]:
    return found.distance, ORDER.index(found.record.type), int(found.record.id)


def _in_text(records: Sequence[Record], numbers: Sequence[str]) -> list[Suggestion]:
    """Those with one of these numbers, first those that have the whole of it."""
    meant = [(each.number or each.name, each) for each in records]
    fitting = [(number, each) for number, each in meant if _is(number, numbers)]
    whole = {number.lower() for number in numbers}
    fitting.sort(key=lambda each: each[0].lower() not in whole)
    return _each_once(Suggestion(each, f"The number {number} is in the subject.") for number, each in fitting)


def numbers_in(text: str) -> list[str]:
    """What may be a number of a record: words with a digit; digits alone when there are four of them."""
    words = (word.strip("./_-") for word in _WORD.findall(text[:1000]))
    likely = (word for word in words if any(sign.isdigit() for sign in word) and len(word) > 2)
    return list(dict.fromkeys(word for word in likely if not word.isdigit() or len(word) > 3))[:MOST_NUMBERS]


def _is(number: str, wanted: Sequence[str]) -> bool:
    """Whether a record with this number is meant: by the whole of it, or by its last digits, all of them."""
    last = number[len(number.rstrip("0123456789")) :]
    return any(each.lower() == number.lower() or (last and last == each) for each in wanted)


def _people(addresses: Sequence[str]) -> list[str]:
    folded = dict.fromkeys(_folded(each) for each in addresses)
    return [each for each in folded if is_address(each) and is_quotable(each)]


def _folded(address: str) -> str:
    return address.strip().lower()


def _open_because(record: Record) -> str:
    what = f"Open {TYPES[record.type].title.lower()}"
    return f"{what} of {record.company}." if record.company else f"{what}."


def _parts(values: Sequence[str], most: int) -> list[Sequence[str]]:
    return [values[start : start + most] for start in range(0, len(values), most)]


def _each_once(found: Iterable[Suggestion]) -> list[Suggestion]:
    first: dict[tuple[str, str], Suggestion] = {}
    for each in found:
        first.setdefault((each.record.type, each.record.id), each)
    return list(first.values())
