"""How it stands with the open message, asked again and again: right, and cheap."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from server.clock import now
from server.models import Membership
from server.services import Services
from tests.conftest import Control, Someone, mime
from tests.steps import ANA, BEN, SUPPORT, contact, context, item_of

MOST_STATEMENTS = 4


@pytest.fixture
def there(ana: Someone, ben: Someone, control: Control) -> dict[str, Any]:
    item = item_of(control.deliver(SUPPORT, mime()), SUPPORT)
    context(ana, item)
    shown = context(ben, item)
    return {"item": item, "mailbox": shown["mailbox"]["id"], "message": shown["message"]["id"]}


def path(there: dict[str, Any]) -> str:
    return f"/api/live?mailbox={there['mailbox']}&message={there['message']}"


@contextmanager
def counted(services: Services) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(services.database.engine, "before_cursor_execute", note)


def test_a_save_of_a_colleague_turns_up_and_comes_to_its_end(
    ana: Someone, ben: Someone, there: dict[str, Any], work: Any
) -> None:
    assert ana.get(path(there)) == {"saves": [], "presence": []}
    ben.save(there["item"], contact(ben))
    [save] = ana.get(path(there))["saves"]
    assert (save["state"], save["savedBy"]["me"], save["savedBy"]["name"]) == ("queued", False, "Ben")
    work()
    assert ana.get(path(there))["saves"][0]["state"] == "saved"
    assert ana.get(path(there))["saves"] == context(ana, there["item"])["saves"]


def test_it_knows_the_same_email_saved_from_another_mailbox(
    ana: Someone, ben: Someone, there: dict[str, Any], control: Control
) -> None:
    ben.save(item_of(control.deliver(BEN, mime())), contact(ben))
    assert [each["mailbox"]["address"] for each in ana.get(path(there))["saves"]] == [BEN]


def test_what_did_not_change_is_not_sent_again(ana: Someone, ben: Someone, there: dict[str, Any]) -> None:
    first = ana.raw("GET", path(there))
    tag = {"If-None-Match": first.headers["ETag"]}
    again = ana.raw("GET", path(there), headers=tag)
    assert (again.status_code, again.get_data()) == (304, b"")
    ben.save(there["item"], contact(ben))
    changed = ana.raw("GET", path(there), headers=tag)
    assert changed.status_code == 200 and changed.headers["ETag"] != first.headers["ETag"]


def test_it_asks_microsoft_only_when_the_proof_has_aged(
    ana: Someone, ben: Someone, there: dict[str, Any], control: Control, services: Services
) -> None:
    ben.save(there["item"], contact(ben))
    control("DELETE", "requests")
    with counted(services) as statements:
        ana.get(path(there))
    assert control.count("graph") == 0
    assert len(statements) <= MOST_STATEMENTS, statements
    old = now() - timedelta(seconds=services.settings.access_max_age + 1)
    with services.database.session.begin() as session:
        session.execute(update(Membership).values(proven_at=old))
    ana.get(path(there))
    assert control.count("graph") == 1
    ana.get(path(there))
    assert control.count("graph") == 1


def test_who_lost_the_right_is_told_nothing(
    ana: Someone, there: dict[str, Any], control: Control, services: Services
) -> None:
    control("POST", "world", json={"rights": [{"person": ANA, "mailbox": SUPPORT, "right": "none"}]})
    with services.database.session.begin() as session:
        session.execute(update(Membership).values(proven_at=now() - timedelta(days=1)))
    ana("GET", path(there), expect=404)
