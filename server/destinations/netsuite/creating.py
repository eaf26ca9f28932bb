"""New contacts, leads and cases: checked here as far as possible, and refusals are said with the field's name."""

import re

from server.destinations.base import DestinationError, Record, RecordType
from server.destinations.border import invalid
from server.destinations.local.people import is_address, is_domain
from server.destinations.netsuite import queries
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.errors import NetSuiteError
from server.destinations.netsuite.finding import MOST_SUGGESTIONS, Finder
from server.destinations.netsuite.records import TYPES, record_of
from server.destinations.netsuite.suiteql import quotable

LONGEST = 250  # characters of a value; the shorter limits of single fields NetSuite tells by itself
LONGEST_NAME = 32  # characters of a first or last name
_SAME = {"email": "address", "subject": "title"}  # what others call a field of ours
_NEEDED = re.compile(r"Please enter value\(?s?\)? for:? *(.{1,200}?)\.?$", re.I)

Body = dict[str, object]


class Creator:
    """`create` raises invalid_request or conflict with a sentence, or NetSuiteError."""

    def __init__(self, client: Client, finder: Finder, name: str) -> None:
        self._client = client
        self._config = client.config
        self._finder = finder
        self._name = name

    def create(self, type: str, values: dict[str, str]) -> Record:
        kind = TYPES.get(type)
        if kind is None or type not in self._config.types:
            raise invalid("There is no such kind of record.")
        if not kind.fields:
            raise invalid(f"{kind.plural} are created in NetSuite itself.")
        clean = checked(kind, values)
        body = {"contact": self._contact, "lead": self._lead, "supportcase": self._case}[type](clean)
        try:
            answer = self._client.rest("POST", ("record", "v1", type), body=body)
        except NetSuiteError as error:
            found = self._made_after_all(type, clean) if error.is_outcome_unknown else None
            if found is None:
                raise _explained(error, kind) from None
            return found
        if answer.location is None:
            raise DestinationError(f"NetSuite did not say which {kind.title.lower()} it made.", permanent=True)
        return self._finder.get(type, answer.location)

    # What is sent

    def _contact(self, clean: dict[str, str]) -> Body:
        body: Body = {"entityId": clean["name"], **self._usual(clean)}
        first, _, last = clean["name"].rpartition(" ")
        if first and len(first) <= LONGEST_NAME and len(last) <= LONGEST_NAME:
            body |= {"firstName": first, "lastName": last}
        company = self._company(clean)
        return body | ({"company": {"id": company}} if company else {})

    def _lead(self, clean: dict[str, str]) -> Body:
        body: Body = {"companyName": clean["name"], "isPerson": False, **self._usual(clean)}
        return body | ({"url": f"https://{clean['domain']}"} if "domain" in clean else {})

    def _case(self, clean: dict[str, str]) -> Body:
        company = self._company(clean)
        if company is None:
            raise invalid("Company is needed: NetSuite has none for this address.")
        address = {"email": clean["address"]} if "address" in clean else {}
        return {"title": clean["title"], "company": {"id": company}, **address}

    def _usual(self, clean: dict[str, str]) -> Body:
        found: Body = {"email": clean["address"]} if "address" in clean else {}
        if "phone" in clean:
            found["phone"] = clean["phone"]
        if self._config.subsidiary:
            found["subsidiary"] = {"id": self._config.subsidiary}
        return found

    def _company(self, clean: dict[str, str]) -> str | None:
        """The id of the company that is named, or else of the only one behind the address."""
        if "company" in clean:
            asked = queries.companies(self._config, clean["company"])
            rows = self._client.query(asked, MOST_SUGGESTIONS).items if asked else ()
            if not rows:
                raise invalid(f"Company: NetSuite has none that is called {clean['company']}.")
            if len(rows) > 1:
                raise invalid(f"Company: NetSuite has {len(rows)} that are called {clean['company']}.")
            return rows[0]["id"]
        if "address" not in clean:
            return None
        behind = self._finder.find_matches([clean["address"]])[clean["address"]]
        ids = [each.record.id for each in behind if each.record.type in queries.COMPANIES]
        return ids[0] if len(ids) == 1 else None

    def _made_after_all(self, type: str, clean: dict[str, str]) -> Record | None:
        """The answer was lost. Names of contacts and companies are unique, so the one with this name is it."""
        if type == "supportcase":
            return None
        asked = queries.by_numbers(self._config, [type], [clean["name"]])
        rows = self._client.query(asked, 2).items if asked else ()
        return record_of(rows[0], self._config, self._name) if len(rows) == 1 else None


def checked(kind: RecordType, values: dict[str, str]) -> dict[str, str]:
    """The values of this kind's fields, trimmed; what it has no field for is left out. Raises invalid_request."""
    fields = {field.name: field for field in kind.fields}
    clean: dict[str, str] = {}
    for stated, value in values.items():
        name = stated if stated in fields else _SAME.get(stated, stated)
        if name not in fields:
            continue
        plain = quotable(value, LONGEST + 1)
        if len(value.strip()) > LONGEST:
            raise invalid(f"{fields[name].title} is longer than {LONGEST} characters.")
        if plain:
            clean[name] = plain.lower() if name in ("address", "domain") else plain
    for field in kind.fields:
        if field.required and field.name not in clean:
            raise invalid(f"{field.title} is needed.")
    if "address" in clean and not is_address(clean["address"]):
        raise invalid("Email address does not look like one.")
    if "domain" in clean and not is_domain(clean["domain"]):
        raise invalid("Web address does not look like a domain; it should be like example.com.")
    return clean


def _explained(error: NetSuiteError, kind: RecordType) -> DestinationError:
    if error.status != 400 or error.code != "refused":
        return error
    needed = _NEEDED.search(error.message)
    if needed:
        return invalid(f"{needed[1]} is needed in NetSuite for a new {kind.title.lower()}.")
    if "already exists" in error.message:
        message = f"NetSuite has a {kind.title.lower()} with this name already."
        return DestinationError(message, permanent=True, code="conflict")
    return invalid(error.message)
