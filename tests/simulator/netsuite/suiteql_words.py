"""The words of a SuiteQL query, and how NetSuite says that it does not take one.

What is refused here no page documents, or a page says that it is not supported (article_0824094533,
section_156257796125). Block comments pass: NetSuite writes them itself (section_157960443690).
"""

from typing import NamedTuple

from tests.simulator.netsuite.problems import Refused

SYMBOLS = ("<=", ">=", "<>", "!=", "^=", "||", "(", ")", ",", ".", "+", "-", "*", "/", "=", "<", ">")
LONGEST_TEXT = 4000  # bytes, https://docs.oracle.com/en/error-help/db/ora-01704/
NOT_TAKEN = {
    "[": "Square brackets are not supported",
    "]": "Square brackets are not supported",
    '"': "Quotation marks around names are not supported",
    ";": "One statement is taken, without a semicolon",
    "?": "Bind parameters are not supported over REST",
    ":": "Bind parameters are not supported over REST",
}


class Word(NamedTuple):
    """`kind` is name, number, text, symbol or end. Names are in lower case, texts without their quotes."""

    kind: str
    text: str


def unsupported(reason: str) -> Refused:
    """A query that cannot be read. Up to "search." the words are NetSuite's; the reason is for whoever tests."""
    return invalid(f"Search error occurred: Invalid or unsupported search. {reason}.")


def invalid(description: str) -> Refused:
    detail = f"Invalid search query. Detailed unprocessed description follows. {description}"
    return Refused(400, "INVALID_PARAMETER", detail, queryParam="q")


def words(query: str) -> list[Word]:
    """All of the query, ended by a word of kind end. Raises Refused."""
    found, at = [], 0
    while at < len(query):
        start, letter = at, query[at]
        if letter in " \t\r\n":
            at += 1
        elif query.startswith("/*", at):
            at = query.find("*/", at + 2) + 2
            if at < start + 4:
                raise unsupported("A comment has no end")
        elif query.startswith("--", at):
            raise unsupported("Comments to the end of the line are not supported")
        elif letter == "'":
            text, at = _text(query, at)
            found.append(Word("text", text))
        elif letter.isascii() and letter.isalpha():
            while at < len(query) and query[at].isascii() and (query[at].isalnum() or query[at] in "_$#"):
                at += 1
            found.append(Word("name", query[start:at].lower()))
        elif letter.isascii() and letter.isdigit():
            number, at = _number(query, at)
            found.append(Word("number", number))
        else:
            symbol = next((one for one in SYMBOLS if query.startswith(one, at)), None)
            if symbol is None:
                raise unsupported(NOT_TAKEN.get(letter, f"Unexpected character U+{ord(letter):04X}"))
            found.append(Word("symbol", symbol))
            at += len(symbol)
    return [*found, Word("end", "")]


def _text(query: str, at: int) -> tuple[str, int]:
    """A text in single quotes, where two are one; and where it ends."""
    parts = []
    while True:
        end = query.find("'", at + 1)
        if end < 0:
            raise unsupported("A text has no end")
        parts.append(query[at + 1 : end])
        at = end + 1
        if query[at : at + 1] != "'":
            break
    text = "'".join(parts)
    if "\0" in text:
        raise unsupported("Unexpected character U+0000")
    if len(text.encode("utf-8", "replace")) > LONGEST_TEXT:
        raise unsupported("ORA-01704: string literal too long")
    return text, at


def _number(query: str, at: int) -> tuple[str, int]:
    start = at
    while at < len(query) and (query[at].isdigit() or (query[at] == "." and "." not in query[start:at])):
        at += 1
    if not query[start:at].isascii() or query[at : at + 1].isalpha() or query[at : at + 1] == "_":
        raise unsupported(f"{query[start : at + 1]} is neither a number nor a name")
    return query[start:at], at


RESERVED = frozenset(
    "all and any as asc between by case connect create cross delete desc distinct drop else end exists fetch for"
    " from full group having in inner insert intersect into is join left like limit minus natural not null offset"
    " on or order outer prior right select start then union unique update using values when where with".split()
)
CLAUSES_NOT_TAKEN = {
    "with": "WITH is not supported",
    "limit": "LIMIT is not supported: use the parameters limit and offset of the request",
    "fetch": "FETCH is not supported: use the parameters limit and offset of the request",
    "offset": "OFFSET is not supported: use the parameters limit and offset of the request",
    "natural": "NATURAL JOIN is not supported",
    "using": "USING is not supported",
    "for": "FOR UPDATE is not supported",
    "connect": "CONNECT BY is not supported",
    "any": "ANY is not supported",
}


class Reader:
    """Goes through words one by one."""

    def __init__(self, found: list[Word]) -> None:
        self._words, self._at = found, 0

    @property
    def _next(self) -> Word:
        return self._words[self._at]

    def _take(self) -> Word:
        self._at += 1
        return self._words[self._at - 1]

    def _has(self, *texts: str) -> bool:
        """Whether these keywords or symbols come next."""
        coming = self._words[self._at : self._at + len(texts)]
        return [(one.kind in {"name", "symbol"}, one.text) for one in coming] == [(True, text) for text in texts]

    def _took(self, *texts: str) -> bool:
        if not self._has(*texts):
            return False
        self._at += len(texts)
        return True

    def _expect(self, *texts: str) -> None:
        if not self._took(*texts):
            raise self._unexpected()

    def _unexpected(self) -> Exception:
        word = self._next
        return unsupported(CLAUSES_NOT_TAKEN.get(word.text, f"Unexpected {word.text or 'end of the query'}"))

    def _name(self) -> str:
        if self._next.kind != "name" or self._next.text in RESERVED:
            raise self._unexpected()
        return self._take().text
