"""One request to NetSuite and its answer, whatever the web server."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from tests.simulator.netsuite import problems
from tests.simulator.netsuite.accounts import Account
from tests.simulator.world import World


@dataclass
class Answer:
    """`json` and `octets` exclude each other. `cut_after`: bytes of the body that arrive before the line is cut."""

    status: int = 200
    json: Any = None
    octets: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None

    def body(self) -> bytes:
        return (
            self.octets if self.json is None else json.dumps(self.json, ensure_ascii=False).encode("utf-8", "replace")
        )


@dataclass
class Call:
    world: World
    account: Account
    kind: str  # of the host: suitetalk, restlets or app
    base: str  # the host's address as the caller sees it, for example https://1234567.suitetalk.api.netsuite.com
    method: str
    path: str  # without the query, quoted as it was sent
    query_string: str
    headers: Mapping[str, str]  # names in lower case
    octets: bytes
    patience: float | None = None
    params: dict[str, str] = field(default_factory=dict)  # of the route, unquoted

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @property
    def url(self) -> str:
        return self.base + self.path

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    def form(self) -> dict[str, str]:
        """An application/x-www-form-urlencoded body; empty where it is none."""
        if self.header("Content-Type").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            return {}
        return dict(parse_qsl(self.octets.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """The body, which must be a JSON object. Raises Refused."""
        kind = self.header("Content-Type").partition(";")[0].strip().lower()
        if kind != "application/json" and not (kind.startswith("application/vnd.oracle.resource") or not kind):
            raise problems.wrong_media_type()
        try:
            body = json.loads(self.octets)
        except ValueError as error:
            raise problems.invalid_body() from error
        if not isinstance(body, dict):
            raise problems.invalid_body()
        return body

    def link(self, *parts: str) -> str:
        """The address of something below /services/rest, as this caller may follow it."""
        return "/".join((f"{self.base}/services/rest", *parts))
