"""The routes of the true app, from its own table, so that a new one is tested without anybody thinking of it."""

import re
from collections.abc import Iterator

import pytest
from apiflask import APIFlask

PLACEHOLDER = re.compile(r"<(?:(\w+):)?(\w+)>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


LOCKED = ("/api/", "/v1/")  # for people with Office's token; for programs with an API key
tokens_are_handed_out = pytest.mark.parametrize("settings", [{"hand_out_tokens": True}], indirect=True)
STREAMS = {"/v1/changes"}  # whose answers have no end


def routes(app: APIFlask, *prefixes: str) -> Iterator[tuple[str, str]]:
    """(method, rule) of everything under these prefixes; without any, of everything."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            if rule.rule.startswith(prefixes or "/") and method in METHODS:
                yield method, rule.rule


NOTHING = "00000000-0000-4000-8000-000000000000"  # the id of nothing
WORDS = {"destination": "local", "type": "contact", "name": "taskpane.html"}


def filled(rule: str, values: dict[str, str] | None = None) -> str:
    """The rule with a value for each of its placeholders; where none is given, the id of nothing."""
    known = WORDS | (values or {})
    return PLACEHOLDER.sub(lambda found: known.get(found[2], "0" if found[1] == "int" else NOTHING), rule)


def placeholders(rule: str) -> list[str]:
    return [found[1] for found in PLACEHOLDER.findall(rule)]


def placed(rule: str) -> str:
    """The rule as the description writes it."""
    return PLACEHOLDER.sub(r"{\2}", rule)
