"""OData's $filter and $orderby over messages, as far as Exchange takes them.

https://learn.microsoft.com/graph/filter-query-parameter, https://learn.microsoft.com/graph/api/user-list-messages
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.simulator.graph.call import GraphError
from tests.simulator.graph.properties import properties_of, property_id
from tests.simulator.mailbox import Item
from tests.simulator.mime import Address

Value = Callable[[Item], Any]
Test = Callable[[Item], bool]


def _address(of: Callable[[Item], Address | None], part: str) -> Value:
    return lambda item: getattr(of(item), part, "")


PROPERTIES: dict[str, Value] = {
    "subject": lambda item: item.subject,
    "internetMessageId": lambda item: item.internet_message_id,
    "conversationId": lambda item: item.conversation_id,
    "receivedDateTime": lambda item: item.received_at,
    "createdDateTime": lambda item: item.received_at,
    "lastModifiedDateTime": lambda item: item.modified_at,
    "sentDateTime": lambda item: item.mail.sent_at or item.received_at,
    "isRead": lambda item: item.is_read,
    "isDraft": lambda item: item.is_draft,
    "hasAttachments": lambda item: any(not attachment.is_inline for attachment in item.attachments),
    "importance": lambda item: item.importance,
    "flag/flagStatus": lambda item: item.flag,
    "from/emailAddress/address": _address(lambda item: item.mail.author, "address"),
    "from/emailAddress/name": _address(lambda item: item.mail.author, "name"),
    "sender/emailAddress/address": _address(lambda item: item.mail.sender, "address"),
    "sender/emailAddress/name": _address(lambda item: item.mail.sender, "name"),
    "parentFolderId": lambda item: item.folder.id.rest(),
}
EXACT = {"conversationId", "parentFolderId"}  # ids are case-sensitive, all other text is not

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?)|(?P<number>-?\d+)"
    r"|(?P<name>[A-Za-z_][\w.]*(?:/[A-Za-z_][\w.]*)*)|(?P<sign>[(),:]))"
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
    "contains": lambda text, part: part in text,
}


class Filter:
    """A condition on messages. `names` are the properties that it names, in order."""

    def __init__(self, text: str) -> None:
        self.names: list[str] = []
        self._tokens = _tokens(text)
        self._at = 0
        self.matches = self._either()
        if self._at < len(self._tokens):
            raise _invalid(self._tokens[self._at][1])

    def _either(self) -> Test:
        tests = [self._both()]
        while self._takes("or"):
            tests.append(self._both())
        return lambda item: any(test(item) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._takes("and"):
            tests.append(self._one())
        return lambda item: all(test(item) for test in tests)

    def _one(self) -> Test:
        if self._takes("not"):
            test = self._one()
            return lambda item: not test(item)
        if self._takes("("):
            test = self._either()
            self._demand(")")
            return test
        kind, name = self._next()
        if kind != "name":
            raise _invalid(name)
        if name.lower() in _FUNCTIONS and self._takes("("):
            return self._function(name.lower())
        if name.lower() in {"categories/any", "singlevalueextendedproperties/any"}:
            return self._lambda(name.lower())
        return self._comparison(name)

    def _comparison(self, name: str) -> Test:
        value = self._property(name)
        _, operator = self._next()
        if operator not in _COMPARISONS:
            raise _invalid(operator)
        expected = self._literal(name)
        compare = _COMPARISONS[operator]
        return lambda item: compare(_comparable(value(item), name), expected)

    def _function(self, function: str) -> Test:
        name = self._next()[1]
        value = self._property(name)
        self._demand(",")
        part = str(self._literal(name))
        self._demand(")")
        return lambda item: _FUNCTIONS[function](str(_comparable(value(item), name)), part)

    def _lambda(self, collection: str) -> Test:
        """categories/any(c:c eq 'x'), singleValueExtendedProperties/any(ep:ep/id eq '..' and ep/value eq '..')"""
        self.names.append(collection.partition("/")[0])
        for expected in ("(", None, ":"):
            self._demand(expected)
        wanted: dict[str, str] = {}
        while True:
            path = self._next()[1]
            self._demand("eq")
            wanted[path.partition("/")[2]] = self._text()
            if not self._takes("and"):
                break
        self._demand(")")
        if collection.startswith("categories"):
            return lambda item: wanted.get("", "").lower() in [name.lower() for name in item.categories]
        key, value = property_id(wanted.get("id", "")), wanted.get("value", "").lower()
        return lambda item: properties_of(item).get(key, "\0").lower() == value

    def _property(self, name: str) -> Value:
        if name not in PROPERTIES:
            raise GraphError(400, "ErrorInvalidUrlQueryFilter", f"The property '{name}' does not support filtering.")
        self.names.append(name)
        return PROPERTIES[name]

    def _literal(self, name: str) -> Any:
        kind, text = self._next()
        if kind == "text":
            return _comparable(text[1:-1].replace("''", "'"), name)
        if kind == "moment":
            return _moment(text)
        if kind == "name" and text in {"true", "false"}:
            return text == "true"
        raise _invalid(text)

    def _text(self) -> str:
        kind, text = self._next()
        if kind != "text":
            raise _invalid(text)
        return text[1:-1].replace("''", "'")

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise _invalid("the end")
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][1].lower() == word:
            self._at += 1
            return True
        return False

    def _demand(self, word: str | None) -> None:
        found = self._next()[1]
        if word is not None and found.lower() != word:
            raise _invalid(found)


def ordering(text: str) -> list[tuple[str, bool]]:
    """Property and whether descending. Raises GraphError."""
    found = []
    for part in text.split(","):
        name, _, direction = part.strip().partition(" ")
        if name not in PROPERTIES or direction.strip() not in {"", "asc", "desc"}:
            raise GraphError(400, "BadRequest", f"Could not sort by '{part.strip()}'.")
        found.append((name, direction.strip() == "desc"))
    return found


def check_efficient(condition: Filter | None, order: list[tuple[str, bool]]) -> None:
    """Sorted properties must open the filter, in the same order. Raises GraphError."""
    names = [name for name, _ in order]
    if condition and condition.names[: len(names)] != names:
        message = "The restriction or sort order is too complex for this operation."
        raise GraphError(400, "InefficientFilter", message)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if not token or token.lastgroup is None:
            raise _invalid(text[at:])
        found.append((token.lastgroup, token[token.lastgroup]))
        at = token.end()
    return found


def _comparable(value: Any, name: str) -> Any:
    return value.lower() if isinstance(value, str) and name not in EXACT else value


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError as error:
        raise _invalid(text) from error


def _invalid(text: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Invalid filter clause: unexpected '{text}'.")
