"""The `q` of a collection: conditions with AND, OR and parentheses (section_1545222128). Comparing ignores case."""

import re
from collections.abc import Callable
from typing import Any

from tests.simulator.netsuite import problems
from tests.simulator.netsuite.accounts import Fields
from tests.simulator.netsuite.schemas import SCHEMAS, Field, spelling

Condition = Callable[[Fields], bool]
TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\[[^\]]*\]|[()]|[^\s()"\[\]]+)')

TEXT: dict[str, Callable[[str, str], bool]] = {
    "IS": lambda value, wanted: value == wanted,
    "CONTAIN": lambda value, wanted: wanted in value,
    "START_WITH": lambda value, wanted: value.startswith(wanted),
    "END_WITH": lambda value, wanted: value.endswith(wanted),
}


def matching(text: str, type_: str) -> Condition:
    """Whether a record passes. Raises Refused, also for the operators that are not simulated: those of dates."""
    return _Reader(text, type_).read()


class _Reader:
    def __init__(self, text: str, type_: str) -> None:
        self._type = type_
        self._tokens = TOKEN.findall(text)
        if re.sub(r"\s", "", "".join(self._tokens)) != re.sub(r"\s", "", text):
            raise _invalid(text)
        self._text = text

    def read(self) -> Condition:
        condition = self._either()
        if self._tokens:
            raise _invalid(self._text)
        return condition

    def _either(self) -> Condition:
        found = [self._both()]
        while self._takes("OR"):
            found.append(self._both())
        return lambda record: any(one(record) for one in found)

    def _both(self) -> Condition:
        found = [self._single()]
        while self._takes("AND"):
            found.append(self._single())
        return lambda record: all(one(record) for one in found)

    def _single(self) -> Condition:
        if not self._takes("("):
            return self._comparison()
        inner = self._either()
        if not self._takes(")"):
            raise _invalid(self._text)
        return inner

    def _comparison(self) -> Condition:
        name = spelling(self._type).get(self._next().lower())
        if name is None:
            raise _invalid(self._text)
        stem = self._next().upper()
        operator = stem.removesuffix("_NOT")
        test = self._test(SCHEMAS[self._type][name], operator)
        return lambda record: test(record.get(name)) is (operator == stem)

    def _test(self, field: Field, operator: str) -> Callable[[Any], bool]:
        if operator == "EMPTY":
            return lambda value: value in (None, "")
        if operator in {"ANY_OF", "EQUAL"} and field.kind in {"reference", "choice", "number"}:
            wanted = re.findall(r"[\w.-]+", self._next())
            return lambda value: str(value.get("id") if isinstance(value, dict) else value) in wanted
        if operator == "IS" and field.kind == "boolean":
            truth = _unquoted(self._next()).lower()
            if truth not in {"true", "false"}:
                raise _invalid(self._text)
            return lambda value: bool(value) is (truth == "true")
        if operator in TEXT and field.kind in {"text", "email", "emails"}:
            text = _unquoted(self._next()).lower()
            return lambda value: isinstance(value, str) and TEXT[operator](value.lower(), text)
        raise _invalid(self._text)

    def _takes(self, word: str) -> bool:
        if self._tokens and self._tokens[0].upper() == word:
            self._tokens.pop(0)
            return True
        return False

    def _next(self) -> str:
        if not self._tokens:
            raise _invalid(self._text)
        return str(self._tokens.pop(0))


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token


def _invalid(text: str) -> problems.Refused:
    return problems.invalid_parameter("q", f"Invalid query parameter value: {text}. Provide a valid filter.")
