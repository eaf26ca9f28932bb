"""Colleagues see who is filing an email right now, and nobody else does."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from server.clock import now
from server.models import Opening, Presence
from server.presence import forget, others_of
from server.services import Services
from tests.conftest import Control, Someone, mime
from tests.steps import BEN, SUPPORT, context, item_of

Open = dict[str, Any]


def opened(person: Someone, control: Control, owner: str = SUPPORT, **mail: Any) -> Open:
    """A message that was delivered and opened: its item, and what has to be named of it."""
    item = item_of(control.deliver(owner, mime(**mail)), owner)
    shown = context(person, item)
    return {"item": item, "mailbox": shown["mailbox"]["id"], "message": shown["message"]["id"]}


@pytest.fixture
def there(ana: Someone, ben: Someone, control: Control) -> Open:
    """A message in the shared mailbox that both have open."""
    found = opened(ben, control)
    context(ana, found["item"])
    return found


def files(person: Someone, there: Open, *records: str, expect: int = 200) -> Any:
    body = {"mailbox": there["mailbox"], "message": there["message"], "records": list(records)}
    return person("PUT", "/api/presence", json=body, expect=expect)


def seen(person: Someone, there: Open) -> list[tuple[str, list[str]]]:
    found = person.get(f"/api/live?mailbox={there['mailbox']}&message={there['message']}")["presence"]
    assert found == context(person, there["item"])["presence"]
    return [(each["person"]["name"], each["records"]) for each in found]


def test_a_colleague_sees_who_is_filing_a_message_and_to_what(ana: Someone, ben: Someone, there: Open) -> None:
    assert files(ben, there)["presence"] == []
    assert seen(ana, there) == [("Ben", [])]
    files(ben, there, "Purchasing", "Adatum")
    assert seen(ana, there) == [("Ben", ["Purchasing", "Adatum"])]
    assert seen(ben, there) == []
    assert files(ana, there)["presence"][0]["person"]["name"] == "Ben"


def test_whoever_says_it_again_is_there_since_the_first_time(ana: Someone, ben: Someone, there: Open) -> None:
    since = {files(ben, there, name) and context(ana, there["item"])["presence"][0]["since"] for name in "ab"}
    assert len(since) == 1


def test_whoever_leaves_or_goes_on_to_another_message_is_gone(
    ana: Someone, ben: Someone, there: Open, control: Control
) -> None:
    files(ben, there)
    other = opened(ben, control, message_id="<2@adatum.example>", subject="Other")
    files(ben, other)
    assert seen(ana, there) == []
    assert [name for name, _ in seen(ana, other)] == ["Ben"]
    ben("DELETE", f"/api/presence?mailbox={there['mailbox']}&message={there['message']}")
    assert seen(ana, other) != []  # that was the message before
    ben("DELETE", "/api/presence")
    assert seen(ana, other) == []


def test_a_pane_that_fell_silent_is_forgotten(ana: Someone, ben: Someone, there: Open, services: Services) -> None:
    files(ben, there)
    with services.database.session.begin() as session:
        assert now() < session.scalars(select(Presence.until)).one() <= now() + timedelta(seconds=45)
        session.execute(update(Presence).values(until=now() - timedelta(seconds=1)))
    assert seen(ana, there) == []
    with services.database.session.begin() as session:
        session.execute(update(Opening).values(opened_at=now() - timedelta(days=2)))
    forget(services)
    with services.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Presence)) == 0
        assert session.scalar(select(func.count()).select_from(Opening)) == 0
    assert files(ben, there)["presence"] == []  # also of a message that is known by its id alone
    assert seen(ana, there) == [("Ben", [])]


def test_the_same_email_in_another_mailbox_is_the_same(
    ana: Someone, ben: Someone, there: Open, control: Control
) -> None:
    own = opened(ben, control, BEN)
    files(ben, own, "Purchasing")
    assert seen(ana, there) == [("Ben", ["Purchasing"])]
    forged = opened(ben, control, BEN, subject="Not that one")
    files(ben, forged)
    assert seen(ana, there) == []


def test_it_needs_the_right_to_read_the_mailbox(mallory: Someone, eve: Someone, ben: Someone, there: Open) -> None:
    files(ben, there)
    for stranger in (mallory, eve):
        assert files(stranger, there, expect=404)["error"]["code"] == "not_found"
        stranger("GET", f"/api/live?mailbox={there['mailbox']}&message={there['message']}", expect=404)


def test_it_costs_no_request_to_microsoft(ana: Someone, ben: Someone, there: Open, control: Control) -> None:
    control("DELETE", "requests")
    files(ben, there, "Purchasing")
    ben("DELETE", "/api/presence")
    assert control.count("graph") == 0


def test_a_list_of_messages_is_told_at_once(
    ana: Someone, ben: Someone, there: Open, control: Control, services: Services
) -> None:
    other = opened(ben, control, message_id="<2@adatum.example>")
    files(ben, there, "Purchasing")
    with services.database.session() as session:
        viewer = session.scalars(select(Presence)).one().person
        wanted = [there["message"], other["message"]]
        assert others_of(session, there["mailbox"], wanted, viewer) == {}
        viewer = type(viewer)(id=there["mailbox"])
        assert list(others_of(session, there["mailbox"], wanted, viewer)) == [there["message"]]
