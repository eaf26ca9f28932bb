"""Graph's addresses. OData spellings are taken as they come: messages('id') is messages/id, delta() is delta."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from tests.simulator.graph.call import Answer, Call, GraphError

Action = Callable[[Call], Answer]

_KEYED = re.compile(r"^([A-Za-z.]+)\('((?:[^']|'')*)'\)$")


@dataclass(frozen=True)
class Route:
    method: str
    template: tuple[str, ...]
    action: Action
    takes_lock: bool = False  # the action itself holds the world's lock where it needs it

    @property
    def shown(self) -> str:
        """As the counts name it, for example /users/{id}/messages/{id}."""
        return "/" + "/".join("{id}" if part.startswith("{") else part for part in self.template)


_routes: dict[tuple[str, int], list[Route]] = {}


def route(method: str, *templates: str, takes_lock: bool = False) -> Callable[[Action], Action]:
    """The action answers these addresses, which start after /v1.0."""

    def register(action: Action) -> Action:
        for template in templates:
            parts = tuple(template.strip("/").split("/"))
            known = _routes.setdefault((method, len(parts)), [])
            known.append(Route(method, parts, action, takes_lock))
            known.sort(key=lambda one: sum(part.startswith("{") for part in one.template))  # a word before any id
        return action

    return register


def of_mailbox(method: str, *templates: str) -> Callable[[Action], Action]:
    """The same below /me and below /users/{user}."""
    return route(method, *(f"/{owner}{template}" for template in templates for owner in ("me", "users/{user}")))


def of_message(method: str, template: str = "") -> Callable[[Action], Action]:
    """The same below a message, be it addressed in its folder or not."""
    return of_mailbox(
        method, f"/messages/{{message}}{template}", f"/mailFolders/{{folder}}/messages/{{message}}{template}"
    )


def find_route(method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
    """Raises GraphError where Graph has no such address."""
    segments = segments_of(raw_path)
    for known in _routes.get((method, len(segments)), ()):
        params = _matched(known.template, segments)
        if params is not None:
            return known, params
    others = [known for group in _routes.values() for known in group]
    if any(_matched(known.template, segments) is not None for known in others):
        raise GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    raise GraphError(400, "BadRequest", f"Resource not found for the segment '{segments[-1] if segments else ''}'.")


def segments_of(raw_path: str) -> list[str]:
    segments: list[str] = []
    for raw in raw_path.strip("/").split("/"):
        text = unquote(raw)
        keyed = _KEYED.match(text)
        if keyed:
            segments += [keyed[1], keyed[2].replace("''", "'")]
        else:
            segments.append(text.removesuffix("()"))
    return segments


def _matched(template: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    params = {}
    for expected, given in zip(template, segments, strict=True):
        if expected.startswith("{"):
            params[expected.strip("{}")] = given
        elif expected.lower() != given.lower():
            return None
    return params
