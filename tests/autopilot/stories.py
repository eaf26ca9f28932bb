"""Steps of stories that run through several mailboxes, which are looked at whenever the story says so."""

from collections.abc import Callable
from typing import Any

from server import delivery
from server.autopilot import reach, watching
from server.services import Services
from server.settings import Settings
from tests.conftest import Control, Someone, mime
from tests.steps import item_of, reference

SENDER = "purchasing@adatum.example"
OTHER = "quality@tailspin.example"

Look = Callable[[], None]


def often(settings: Settings, **more: Any) -> Settings:
    """Every look finds every mailbox due."""
    return Settings(**{**settings.model_dump(), "poll_seconds": 0, **more})


def looking(services: Services, work: Any) -> Look:
    """What a worker does that waits: the sweep, and then all that it rang for."""

    def look() -> None:
        delivery.ring_for_overdue(services)
        reach.watch_what_is_new(services)
        watching.ring_for_overdue(services)
        work()

    return look


def license_for(administrator: Someone, *mailboxes: str) -> list[dict[str, Any]]:
    return [administrator.post("/api/admin/licenses", {"mailbox": each}, expect=201) for each in mailboxes]


def unlicense(administrator: Someone, mailbox: str) -> None:
    [found] = [each for each in administrator.get("/api/admin/licenses")["licenses"] if each["mailbox"] == mailbox]
    administrator("DELETE", f"/api/admin/licenses/{found['id']}")


def opened(person: Someone, control: Control, *mailboxes: str) -> dict[str, Any]:
    """The person opens some message in each of the mailboxes. What the pane is shown of the last."""
    shown: dict[str, Any] = {}
    for mailbox in mailboxes:
        hello = mime("Hello", "<hello@wingtip.example>", "hello@wingtip.example", mailbox)
        shown = person.post("/api/context", {"item": item_of(control.deliver(mailbox, hello), mailbox)})
    return shown


def everywhere(record: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A rule for one sender in every mailbox, as it is asked for."""
    return {"kind": "address", "scope": "everywhere", "value": SENDER, "record": reference(record), **more}


def ruled(person: Someone, wanted: dict[str, Any]) -> dict[str, Any]:
    """A rule that is new."""
    found: dict[str, Any] = person.post("/api/rules", wanted, expect=201)
    return found


def order(number: int, **more: Any) -> bytes:
    """A message with the Message-ID <number@adatum.example>."""
    return mime(**{"subject": f"Order {number}", "message_id": f"<{number}@adatum.example>", **more})


def numbers(person: Someone, record: dict[str, Any]) -> list[str]:
    """Those of the messages on the record; one that is there twice is named twice."""
    return sorted(str(each["internetMessageId"])[1:].partition("@")[0] for each in person.emails(record))


def health(person: Someone, control: Control, mailbox: str) -> dict[str, Any]:
    """What the pane says of how Autopilot is doing in a mailbox."""
    found: dict[str, Any] = opened(person, control, mailbox)["health"]
    return found


def lines(person: Someone, what: str, query: str = "") -> list[dict[str, Any]]:
    """The lines of activity about one thing."""
    return [each for each in person.get(f"/api/activity?limit=100{query}")["activity"] if each["what"] == what]


def right(control: Control, person: str, mailbox: str, kind: str) -> None:
    control("POST", "world", json={"rights": [{"person": person, "mailbox": mailbox, "right": kind}]})
