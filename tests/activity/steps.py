"""Steps of stories about activity: mail that comes in, and what people are shown of what became of it."""

from typing import Any
from urllib.parse import urlencode

from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, item_of, reference

SENDER = "purchasing@adatum.example"
STRANGER = "quality@tailspin.example"
PATH = "/api/activity"


def arrives(control: Control, subject: str, sender: str = SENDER, mailbox: str = SUPPORT) -> dict[str, str]:
    message_id = f"<{subject.lower().replace(' ', '-')}@adatum.example>"
    return control.deliver(mailbox, mime(subject=subject, message_id=message_id, sender=sender))


def rule_for(person: Someone, control: Control, record: dict[str, Any], mailbox: str = SUPPORT) -> dict[str, Any]:
    """The person opens some message in the mailbox, and has the mail of one address saved from then on."""
    hello = mime(subject="Hello", message_id="<hello@tailspin.example>", sender="a@tailspin.example")
    person.post("/api/context", {"item": item_of(control.deliver(mailbox, hello), mailbox)})
    wanted = {"kind": "address", "mailbox": mailbox, "value": SENDER, "record": reference(record)}
    found: dict[str, Any] = person.post("/api/rules", wanted, expect=201)
    return found


def lines(person: Someone, **filters: Any) -> list[dict[str, Any]]:
    """The lines of one page; `since` and `until` stand for `from` and `to`."""
    named = {{"since": "from", "until": "to"}.get(name, name): value for name, value in filters.items()}
    found: list[dict[str, Any]] = person.get(f"{PATH}?{urlencode({'limit': 100, **named})}")["activity"]
    return found


def line(person: Someone, subject: str, **filters: Any) -> dict[str, Any]:
    """The only line about that message which tells what Autopilot saw."""
    [found] = [each for each in lines(person, **filters) if (each["subject"], each["what"]) == (subject, "seen")]
    return found


def told(found: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    return [(each["kind"], each["what"], each["subject"]) for each in found]


def matching(administrator: Someone, mailbox: str = SUPPORT, unmatched: str = "review") -> dict[str, Any]:
    """A rule that finds the record by the people on a message, and what becomes of mail without such people."""
    wanted = {"kind": "match", "mailbox": mailbox, "destination": "local", "options": {"unmatched": unmatched}}
    found: dict[str, Any] = administrator.post("/api/rules", wanted, expect=201)
    return found


def fail_downloads(control: Control) -> None:
    """Messages cannot be found until faults are cleared."""
    control("POST", "faults", json={"service": "graph", "path": "*/$value", "status": 404})


def mend(control: Control) -> None:
    control("DELETE", "faults")


def refused(person: Someone, method: str, path: str, status: int, json: Any = None) -> str:
    """The code of the error."""
    return str(person(method, path, json=json, expect=status)["error"]["code"])
