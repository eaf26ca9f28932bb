"""The kinds of systems that Affix can save to, and how one is made from its settings.

A new kind is a folder beside local/ and netsuite/, a line in KINDS (or, from another package, an entry point of the
group "affix.destinations") and a test class on tests/destinations/contract.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol, cast

import requests
from pydantic import BaseModel
from sqlalchemy import Engine

from server.destinations.base import Destination
from server.traffic.seats import Others

GROUP = "affix.destinations"
KINDS = {"netsuite": "server.destinations.netsuite.destination:NetSuiteDestination"}
_registered: dict[str, "Kind"] = {}


@dataclass(frozen=True)
class Parts:
    """What a destination is built with. `clean_html` gives HTML without anything that runs or reports back, and a
    sentence where it could keep nothing but the text; `text_of` gives the text of HTML. `others` are the other
    processes that send to the same systems.
    """

    http: requests.Session
    engine: Engine
    clean_html: Callable[[str], tuple[str, str | None]]
    text_of: Callable[[str], str]
    others: Others | None = None


class Kind(Protocol):
    """The class of a kind of destination. `Config` are its settings; what is secret in them is a SecretStr."""

    kind: str
    kind_title: str
    Config: type[BaseModel]

    def __call__(self, name: str, tenant: str, config: BaseModel, parts: Parts) -> Destination: ...


def register(kind: Kind) -> None:
    """Make a kind known to this process."""
    _registered[kind.kind] = kind


def forget(name: str) -> None:
    """Undo `register`."""
    _registered.pop(name, None)


def kinds() -> Mapping[str, Kind]:
    """Every kind that can be configured, by name. One that cannot be imported is left out only if it is not ours."""
    found = {name: _imported(path) for name, path in KINDS.items()}
    found |= {point.name: cast(Kind, point.load()) for point in entry_points(group=GROUP)}
    return found | _registered


def _imported(path: str) -> Kind:
    module, _, name = path.partition(":")
    return cast(Kind, getattr(import_module(module), name))
