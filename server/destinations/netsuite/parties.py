"""Who an email is from and to, as NetSuite wants it: an entity and an address for each of the two.

An entity is found by the address. For who is not in NetSuite stands the record that the email is saved to; the address
stays the true one (https://support.cloudextend.io/en/articles/2920448). One query asks for everybody, and whether the
record is still there.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from server.destinations.base import EmailToSave, Party
from server.destinations.border import not_found
from server.destinations.netsuite import suiteql
from server.destinations.netsuite.client import Client, Row
from server.destinations.netsuite.suiteql import Part, Unquotable, part, query, union

ORDER = ("Contact", "CustJob", "Vendor", "Partner", "Employee")  # of several with one address the first is taken
KEPT_FOR = 300.0  # seconds
MISSED_FOR = 60.0  # seconds for which nobody looks again for who was not found
MOST_KEPT = 10_000
MOST_ASKED = 20  # recipients that are looked for
LONGEST_ADDRESS = 254
LONGEST_LIST = 3900  # characters of cc and bcc each
NOBODY = "unknown@sender.invalid"  # NetSuite wants an address; .invalid is nobody's (RFC 2606)

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_ID = re.compile(r"-?[0-9]{1,18}")
_ENTITY = ("contact", "customer", "prospect", "lead", "job", "vendor", "partner", "employee")
_TRANSACTION = ("estimate", "opportunity", "salesorder", "invoice", "cashsale")
FIELDS = {
    **dict.fromkeys(_ENTITY, "entity"),
    **dict.fromkeys(_TRANSACTION, "transaction"),
    "supportcase": "activity",
}

_BY_ADDRESS = """SELECT e.id AS id, e.type AS type, LOWER(e.email) AS email FROM entity e
 WHERE {addresses} AND NVL(e.isinactive, 'F') = 'F'"""
_TARGETS = {
    "entity": "SELECT e.id AS id, 'target' AS type, e.email AS email FROM entity e WHERE e.id = {id}",
    "transaction": "SELECT t.entity AS id, 'target' AS type, '' AS email FROM transaction t WHERE t.id = {id}",
    "activity": "SELECT c.company AS id, 'target' AS type, '' AS email FROM supportcase c WHERE c.id = {id}",
}


@dataclass(frozen=True)
class Parties:
    """Internal ids of entities, and true addresses. `owner` is the entity of the record that the email is saved to.
    `left_out` are addresses that NetSuite's fields do not take.
    """

    author: str | None
    author_email: str
    recipient: str | None
    recipient_email: str
    owner: str | None
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def all_by_owner(self) -> "Parties":
        """The record stands for both."""
        return replace(self, author=self.owner, recipient=self.owner)


class PartyFinder:
    """Threads share one of these. What was found is kept for some minutes; that somebody was not found, for one."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, str | None]] = OrderedDict()

    def forget(self) -> None:
        """Somebody was created."""
        with self._lock:
            self._kept.clear()

    def of(self, email: EmailToSave, anew: bool = False) -> Parties:
        """`anew`: ask NetSuite whatever is known. Raises record_gone, and what the client raises."""
        field = FIELDS.get(email.record_type)
        target = f"{field} {email.record_id}"
        try:
            here = part(_TARGETS[field or ""], id=suiteql.id_(email.record_id))
        except (KeyError, Unquotable):
            raise _gone() from None
        author = _valid([email.on_behalf_of or email.sent_by])
        to = _valid(email.to) or [address_of(email.mailbox) or NOBODY]
        cc, bcc = _valid(email.cc), _valid(email.bcc)
        wanted = [each.lower() for each in (*author, *to[:MOST_ASKED])]
        known = {} if anew else self._known([target, *wanted])
        unknown = [each for each in dict.fromkeys(wanted) if each not in known]
        if unknown or target not in known:
            asked = self._asked(unknown, None if target in known else here, target)
            self._keep(asked)
            known |= asked
        owner = known[target]
        recipient = next((each for each in to[:MOST_ASKED] if known[each.lower()]), to[0])
        shown_cc, too_many = _fitting(_once(each for each in (*to, *cc) if each.lower() != recipient.lower()))
        shown_bcc, too_many_hidden = _fitting(bcc)
        return Parties(
            author=(known[author[0].lower()] if author else None) or owner,
            author_email=author[0] if author else NOBODY,
            recipient=known[recipient.lower()] or owner,
            recipient_email=recipient,
            owner=owner,
            cc=shown_cc,
            bcc=shown_bcc,
            left_out=(*_invalid(email), *too_many, *too_many_hidden),
        )

    def _asked(self, addresses: Sequence[str], here: Part | None, target: str) -> dict[str, str | None]:
        """The best entity of each address, and under the name of the target its own entity. Raises record_gone."""
        column = part("e.email")
        selects = [part(_BY_ADDRESS, addresses=suiteql.same_as_one_of(column, addresses))] if addresses else []
        selects += [here] if here else []
        rows = self._client.query(query("{all}", all=union(*selects)), limit=1000).items
        found: dict[str, str | None] = {each: _best(rows, each) for each in addresses}
        if here:
            own = [row for row in rows if row.get("type") == "target"]
            if not own:
                raise _gone()
            found[target] = own[0].get("id")
        return found

    def _known(self, names: Iterable[str]) -> dict[str, str | None]:
        now = time.monotonic()
        with self._lock:
            kept = {name: self._kept[name] for name in names if name in self._kept}
        return {name: id for name, (until, id) in kept.items() if until > now}

    def _keep(self, found: dict[str, str | None]) -> None:
        now = time.monotonic()
        with self._lock:
            for name, id in found.items():
                self._kept[name] = (now + (KEPT_FOR if id else MISSED_FOR), id)
                self._kept.move_to_end(name)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def address_of(text: str) -> str | None:
    """The address as NetSuite's fields take it, None if they do not. International domains have an ASCII form."""
    if len(text) > LONGEST_ADDRESS:
        return None
    local, _, domain = text.strip().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    address = f"{local}@{domain}"
    return address if len(address) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(address) else None


def _valid(parties: Iterable[Party]) -> list[str]:
    return _once(address for each in parties if (address := address_of(each.address)))


def _once(addresses: Iterable[str]) -> list[str]:
    """Each address once, whatever the case, as it was written first."""
    first: dict[str, str] = {}
    for each in addresses:
        first.setdefault(each.lower(), each)
    return list(first.values())


def _invalid(email: EmailToSave) -> tuple[str, ...]:
    everybody = (email.on_behalf_of or email.sent_by, *email.to, *email.cc, *email.bcc)
    named = (each.address or each.name for each in everybody if not address_of(each.address))
    return tuple(dict.fromkeys(each for each in named if each))


def _best(rows: Sequence[Row], address: str) -> str | None:
    found = [
        row
        for row in rows
        if row.get("email") == address and row.get("type") in ORDER and _ID.fullmatch(row.get("id", ""))
    ]
    return min(found, key=lambda row: (ORDER.index(row["type"]), int(row["id"])))["id"] if found else None


def _fitting(addresses: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that fit in a field, and the rest."""
    length = 0
    for number, each in enumerate(addresses):
        length += len(each) + 2
        if length > LONGEST_LIST:
            return tuple(addresses[:number]), tuple(addresses[number:])
    return tuple(addresses), ()


def _gone() -> Exception:
    return not_found("The record is gone from NetSuite.", code="record_gone")
