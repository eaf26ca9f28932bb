"""OData's $select and $expand."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tests.simulator.graph.call import Call, GraphError

LISTING = {"$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$search", "$count"}
READING = {"$select", "$expand"}


def check_options(call: Call, allowed: set[str]) -> None:
    """Graph refuses query options that it does not know. Raises GraphError."""
    for name in call.query:
        if name.startswith("$") and name not in allowed:
            raise GraphError(400, "BadRequest", f"The query parameter '{name}' is not supported.")


def selected(call: Call) -> list[str]:
    return names(call.query.get("$select", ""))


def names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def narrowed(
    full: dict[str, Any], chosen: list[str], kind: str, extra: dict[str, Any] | None = None, also: Iterable[str] = ()
) -> dict[str, Any]:
    """The chosen properties, with id and annotations; all of them where none is chosen. Raises GraphError for an
    unknown name. `extra` are those that come only when chosen; `also` are known names that this object lacks."""
    if not chosen:
        return full
    known = {**full, **(extra or {})}
    for name in chosen:
        if name not in known and name not in also:
            message = f"Could not find a property named '{name}' on type '{kind}'."
            raise GraphError(400, "RequestBroker--ParseUri", message)
    return {name: value for name, value in known.items() if name in chosen or name == "id" or name.startswith("@")}


def expansions(call: Call) -> dict[str, dict[str, str]]:
    """Of $expand=attachments($select=id,name),x the names with their own options."""
    return _expansions(call.query.get("$expand", ""))


@lru_cache(maxsize=256)
def _expansions(text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for part in split_outside(text, ","):
        named = re.match(r"^\s*([\w./]+)\s*(?:\((.*)\))?\s*$", part, re.DOTALL)
        if not named:
            raise GraphError(400, "RequestBroker--ParseUri", f"Syntax error in $expand: '{part}'.")
        inner = (one.partition("=") for one in split_outside(named[2] or "", ";"))
        found[named[1]] = {key.strip(): value for key, _, value in inner if key.strip()}
    return found


def split_outside(text: str, separator: str) -> list[str]:
    """Splits where no parenthesis and no quoted text is open."""
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == separator and not quoted and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part.strip()]
