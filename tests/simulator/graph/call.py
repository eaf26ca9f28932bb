"""One request to Graph and its answer, whether it came alone or inside a $batch."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from tests.simulator.world import World


class GraphError(Exception):
    """Graph says no. `code` and `message` are what the real one says, where that is known."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.headers = status, code, message, dict(headers or {})


class Spelled(dict[str, str]):
    """Headers, whose names' case does not matter."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__({name.lower(): str(value) for name, value in given.items()})

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        return super().get(name.lower(), default)


@dataclass
class Answer:
    status: int = 200
    json: Any = None
    octets: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None  # bytes of the body that arrive before the line is cut


@dataclass
class Bearer:
    """Whose token it is, already verified."""

    claims: dict[str, Any]

    @property
    def app(self) -> str:
        return str(self.claims["appid"])

    @property
    def tenant_id(self) -> str:
        return str(self.claims["tid"])

    @property
    def is_app_only(self) -> bool:
        return self.claims.get("idtyp") == "app"

    @property
    def scopes(self) -> set[str]:
        return set(str(self.claims.get("scp", "")).split())

    @property
    def roles(self) -> set[str]:
        return set(self.claims.get("roles", ()))


@dataclass
class Call:
    world: World
    method: str
    path: str  # as sent, without the query, for example /v1.0/me
    query_string: str
    headers: Mapping[str, str]
    body: bytes
    base: str  # Graph's address as the caller sees it
    params: dict[str, str] = field(default_factory=dict)
    bearer: Bearer = field(default_factory=lambda: Bearer({}))
    patience: float | None = None
    observer: Callable[["Call", Answer], None] | None = None
    batched: bool = False
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    preferences_applied: list[str] = field(default_factory=list)

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def json(self) -> dict[str, Any]:
        """The body. Raises GraphError where it is not a JSON object."""
        try:
            body = json.loads(self.body)
        except ValueError as error:
            raise GraphError(400, "BadRequest", "Unable to read JSON request payload.") from error
        if not isinstance(body, dict):
            raise GraphError(400, "BadRequest", "Unable to read JSON request payload.")
        return body

    def preference(self, name: str) -> str | None:
        """A preference of the Prefer header, lower-case names, without quotes; noted as applied."""
        for part in re.split(r"[,;]\s*", self.header("Prefer")):
            key, _, value = part.strip().partition("=")
            if key.lower() == name.lower():
                self.preferences_applied.append(part.strip())
                return value.strip('"')
        return None

    @cached_property
    def wants_immutable_ids(self) -> bool:
        return (self.preference("IdType") or "").lower() == "immutableid"
