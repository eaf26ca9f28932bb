"""Steps of stories about rules: asking for one, and what people are shown of it."""

from typing import Any

import pytest

from tests.conftest import Control, Someone
from tests.steps import SUPPORT, reference

JO = "jo@adatum.example"
ASKED_EACH_TIME = pytest.mark.parametrize("settings", [{"access_max_age": 0}], indirect=True)


def licensed(administrator: Someone, mailbox: str) -> None:
    administrator.post("/api/admin/licenses", {"mailbox": mailbox})


def wanted(record: dict[str, Any], kind: str = "address", **more: Any) -> dict[str, Any]:
    value = {"address": {"value": JO}, "domain": {"value": "adatum.example"}}.get(kind, {})
    return {"kind": kind, "mailbox": SUPPORT, "record": reference(record), **value, **more}


def started(person: Someone, record: dict[str, Any], kind: str = "address", **more: Any) -> dict[str, Any]:
    """A rule that is new."""
    found: dict[str, Any] = person.post("/api/rules", wanted(record, kind, **more), expect=201)
    return found


def refused(person: Someone, method: str, path: str, status: int, json: Any = None) -> str:
    """The code of the error."""
    return str(person(method, path, json=json, expect=status)["error"]["code"])


def lose_right(control: Control, person: str) -> None:
    control("POST", "world", json={"rights": [{"person": person, "mailbox": SUPPORT, "right": "none"}]})


def listed(person: Someone, query: str = "") -> list[str]:
    return [each["title"] for each in person.get(f"/api/rules{query}")["rules"]]


def happened(person: Someone) -> list[str]:
    return [each["what"] for each in person.get("/api/activity")["activity"]]
