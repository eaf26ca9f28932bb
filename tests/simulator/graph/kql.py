"""What $search says about messages, in KQL: words and "phrases", in a property or in the usual ones, and moments.

https://learn.microsoft.com/graph/search-query-parameter,
https://learn.microsoft.com/sharepoint/dev/general-development/keyword-query-language-kql-syntax-reference
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.simulator.graph import shape
from tests.simulator.graph.call import GraphError
from tests.simulator.mailbox import Item
from tests.simulator.mime import Address

MOST_FOUND = 1000
Test = Callable[[Item], bool]

_TOKEN = re.compile(
    r'\s*(?:(?P<sign>[()])|(?P<name>\w+)(?P<relation>[<>]=|[:=<>])|"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+))'
)
_PLAIN = re.compile(r"[\w\s]*\Z")
_USUAL = ("from", "subject", "body")


def found_by(search: str, items: list[Item]) -> list[Item]:
    """Those that match, by when they were sent, the latest first. Raises GraphError."""
    matches = _Query(_inside(search)).matches
    found = [item for item in items if matches(item)]
    return sorted(reversed(found), key=_sent, reverse=True)[:MOST_FOUND]


def _inside(search: str) -> str:
    """What the quotes around the whole hold, in which a quote is written \\"; without them only words may stand."""
    text = search.strip()
    if not text.startswith('"'):
        if _PLAIN.match(text) and text:
            return text
        odd = re.search(r"[^\w\s]", text)
        raise _syntax_error(odd[0] if odd else "", odd.start() if odd else 0, text)
    inner = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', text, re.DOTALL)
    if not inner:
        raise _syntax_error('"', len(text), text)
    return re.sub(r"\\(.)", r"\1", inner[1], flags=re.DOTALL)


def _syntax_error(character: str, position: int, text: str) -> GraphError:
    message = f"Syntax error: character '{character}' is not valid at position {position} in '{text}'."
    return GraphError(400, "BadRequest", message)


class _Query:
    def __init__(self, text: str) -> None:
        self._tokens = [token for token in _TOKEN.finditer(text) if token[0].strip()]
        self._at = 0
        if not self._tokens:
            raise GraphError(400, "BadRequest", "The search has no words.")
        self.matches = self._either()
        if self._at < len(self._tokens):
            raise _syntax_error(self._tokens[self._at][0], self._at, text)

    def _either(self) -> Test:
        tests = [self._both()]
        while self._takes("OR"):
            tests.append(self._both())
        return lambda item: any(test(item) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._takes("AND") or self._goes_on():
            tests.append(self._one())
        return lambda item: all(test(item) for test in tests)

    def _goes_on(self) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at]["sign"] != ")" and not self._is("OR")

    def _one(self) -> Test:
        if self._takes("NOT"):
            test = self._one()
            return lambda item: not test(item)
        token = self._next()
        if token["sign"] == "(":
            test = self._either()
            if self._next()["sign"] != ")":
                raise GraphError(400, "BadRequest", "A parenthesis is not closed.")
            return test
        if token["name"]:
            return _restricted(token["name"].lower(), token["relation"], _text(self._next()))
        return _anywhere(_text(token))

    def _next(self) -> re.Match[str]:
        if self._at >= len(self._tokens):
            raise GraphError(400, "BadRequest", "The search breaks off.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _is(self, operator: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at]["word"] == operator  # in capitals only

    def _takes(self, operator: str) -> bool:
        self._at += (taken := self._is(operator))
        return taken


def _text(token: re.Match[str]) -> str:
    return str(token["word"] if token["phrase"] is None else token["phrase"])


def _anywhere(text: str) -> Test:
    return lambda item: any(_holds(_FIELDS[name](item), text) for name in _USUAL)


def _restricted(name: str, relation: str, text: str) -> Test:
    if name in _MOMENTS:
        return _in_time(_MOMENTS[name], relation, text)
    if name in _FIELDS and relation in {":", "="}:
        field = _FIELDS[name]
        return lambda item: _holds(field(item), text)
    return _anywhere(f"{name} {text}")  # an unknown property is text like any other


def _in_time(moment: Callable[[Item], datetime], relation: str, text: str) -> Test:
    """Whole days, in UTC."""
    try:
        start = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise GraphError(400, "BadRequest", f"'{text}' is not a day.") from error
    end = start + timedelta(days=1)
    tests: dict[str, Callable[[datetime], bool]] = {
        ">=": lambda when: when >= start,
        ">": lambda when: when >= end,
        "<": lambda when: when < start,
        "<=": lambda when: when < end,
    }
    compare = tests.get(relation, lambda when: start <= when < end)
    return lambda item: compare(moment(item))


def _holds(text: str, phrase: str) -> bool:
    """Whole words in a row; a star ends a word that may go on."""
    words, wanted = _words(text), _words(phrase)
    more = phrase.endswith("*")

    def fits(start: int) -> bool:
        part = words[start : start + len(wanted)]
        return part == wanted or (more and part[:-1] == wanted[:-1] and part[-1].startswith(wanted[-1]))

    return bool(wanted) and any(fits(start) for start in range(len(words) - len(wanted) + 1))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _people(*people: Address | None) -> str:
    return " | ".join(f"{who.name} {who.address}" for who in people if who)


def _sent(item: Item) -> datetime:
    return item.mail.sent_at or item.received_at


_FIELDS: dict[str, Callable[[Item], str]] = {
    "from": lambda item: _people(item.mail.author),
    "to": lambda item: _people(*item.mail.to),
    "cc": lambda item: _people(*item.mail.cc),
    "bcc": lambda item: _people(*item.mail.bcc),
    "recipients": lambda item: _people(*item.mail.to, *item.mail.cc, *item.mail.bcc),
    "participants": lambda item: _people(item.mail.author, *item.mail.to, *item.mail.cc, *item.mail.bcc),
    "subject": lambda item: item.subject,
    "body": shape.text_of,
    "attachment": lambda item: " | ".join(one.name for one in item.attachments),
}
_MOMENTS: dict[str, Callable[[Item], datetime]] = {"received": lambda item: item.received_at, "sent": _sent}
