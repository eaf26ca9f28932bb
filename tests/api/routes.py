"""The routes of the true app, from its own table, so that a new one is tested without anybody thinking of it."""

import re
from collections.abc import Iterator

from apiflask import APIFlask

PLACEHOLDER = re.compile(r"<(?:(\w+):)?(\w+)>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(app: APIFlask, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """(method, rule) of everything under `prefix`."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            if rule.rule.startswith(prefix) and method in METHODS:
                yield method, rule.rule


NOTHING = "00000000-0000-4000-8000-000000000000"  # the id of nothing
WORDS = {"destination": "local", "type": "contact", "name": "taskpane.html"}


def filled(rule: str, values: dict[str, str] | None = None) -> str:
    """The rule with a value for each of its placeholders; where none is given, the id of nothing."""
    known = WORDS | (values or {})
    return PLACEHOLDER.sub(lambda found: known.get(found[2], "0" if found[1] == "int" else NOTHING), rule)


def placeholders(rule: str) -> list[str]:
    return [found[1] for found in PLACEHOLDER.findall(rule)]
