"""Licences: for which mailboxes Autopilot may work, who gives them, and how many there are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from server import licensing
from server.cli import cli
from server.clock import iso, now
from server.errors import AffixError, LicenseMissing
from server.models import License, Mailbox, Watch
from server.services import Services
from server.settings import load
from tests.conftest import Control, Someone, mime
from tests.simulator.seed import AFFIX_APP, CONTOSO, FABRIKAM
from tests.steps import BEN, CLEO, SALES, SUPPORT, contact, context, item_of

FREE = {"license_shared_mailboxes": False}
ONE_SEAT = {"license_seats": 1}
with_settings = lambda **changed: pytest.mark.parametrize("settings", [changed], indirect=True)  # noqa: E731


@pytest.fixture
def look(control: Control) -> Any:
    """What the pane shows of the licence when a person opens a message in a mailbox."""

    def opened(person: Someone, mailbox: str) -> dict[str, Any]:
        item = item_of(control.deliver(mailbox, mime(to=mailbox)), mailbox)
        found: dict[str, Any] = context(person, item)["license"]
        return found

    return opened


def assign(person: Someone, mailbox: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = person.post("/api/admin/licenses", {"mailbox": mailbox, **more})
    return found


def in_a_moment(services: Services, mailbox: str) -> None:
    """Let the mailbox's licence have expired a minute ago."""
    with services.database.session.begin() as session:
        row = select(Mailbox.id).where(Mailbox.address == mailbox).scalar_subquery()
        session.execute(
            update(License).where(License.mailbox_id == row).values(expires_at=now() - timedelta(minutes=1))
        )


def refusal(services: Services, mailbox: str) -> dict[str, Any] | None:
    """The error that starting Autopilot in this mailbox gives, or None."""
    with services.database.session() as session:
        row = session.scalars(select(Mailbox).where(Mailbox.address == mailbox)).one()
        try:
            licensing.require(services, session, row)
        except LicenseMissing as error:
            assert not licensing.is_licensed(services, session, row)
            assert error.status == 402
            found: dict[str, Any] = error.as_json()["error"]
            return found
        assert licensing.is_licensed(services, session, row)
        return None


def test_a_shared_mailbox_needs_a_licence_of_its_own(ben: Someone, look: Any, services: Services) -> None:
    """Guide 7.1 and 7.2."""
    shown = look(ben, SUPPORT)
    assert shown["state"] == "missing"
    error = refusal(services, SUPPORT)
    assert error and (error["code"], error["mailbox"]) == ("license_missing", SUPPORT)
    for text in (error["message"], shown["message"]):
        assert SUPPORT in text
        assert "licence" in text
        assert "administrator" in text
    assert SUPPORT in error["request"]


def test_saving_by_hand_goes_on_without_a_licence(ben: Someone, control: Control, work: Any) -> None:
    """Guide 3.4 and 7.2."""
    record = contact(ben)
    ben.save(item_of(control.deliver(SUPPORT, mime()), SUPPORT), record)
    work()
    assert len(ben.emails(record)) == 1


def test_an_administrator_assigns_one_by_the_address_and_it_counts_at_once(
    ana: Someone, ben: Someone, look: Any, services: Services
) -> None:
    """Guide 7.3 and 7.4: with the same token as before."""
    look(ben, SUPPORT)
    assign(ana, SUPPORT.upper())
    assert look(ben, SUPPORT)["state"] == "licensed"
    assert refusal(services, SUPPORT) is None
    assert ben.get("/api/me")["licenses"] == [{"mailbox": SUPPORT, "state": "licensed", "expiresAt": None}]


def test_one_can_be_assigned_before_anybody_opened_the_mailbox(ana: Someone, ben: Someone, look: Any) -> None:
    assign(ana, SUPPORT)
    assert look(ben, SUPPORT)["state"] == "licensed"


def test_the_licence_of_one_mailbox_is_none_of_another(ana: Someone, look: Any, services: Services) -> None:
    assign(ana, SUPPORT)
    assert look(ana, SALES)["state"] == "missing"
    assert refusal(services, SALES)


def test_without_it_autopilot_rests_again(ana: Someone, ben: Someone, look: Any, services: Services) -> None:
    """Guide 7.5."""
    found = assign(ana, SUPPORT)
    ana("DELETE", f"/api/admin/licenses/{found['id']}", expect=200)
    assert look(ben, SUPPORT)["state"] == "missing"
    assert refusal(services, SUPPORT)
    assert ben.get("/api/me")["licenses"] == []


def test_an_expired_one_is_none_and_says_since_when(ana: Someone, ben: Someone, look: Any, services: Services) -> None:
    until = iso(now() + timedelta(days=1))
    assign(ana, SUPPORT, expiresAt=until)
    shown = look(ben, SUPPORT)
    assert (shown["state"], shown["expiresAt"]) == ("licensed", until)
    in_a_moment(services, SUPPORT)
    assert look(ben, SUPPORT)["state"] == "expired"
    error = refusal(services, SUPPORT)
    assert error and error["state"] == "expired" and SUPPORT in error["message"]
    assert ben.get("/api/me")["licenses"][0]["state"] == "expired"


def test_ones_own_mailbox_and_that_of_another_person_need_one_too(ben: Someone, look: Any, services: Services) -> None:
    for mailbox in (BEN, CLEO):
        assert look(ben, mailbox)["state"] == "missing"
        assert refusal(services, mailbox)


@with_settings(**FREE)
def test_a_mailbox_of_which_nothing_is_known_needs_one_whatever_people_say(
    ben: Someone, control: Control, look: Any, services: Services
) -> None:
    """A missing permission, or a person's own word, is no way around a licence."""
    control("POST", "world", json={"consent": {"tenant": CONTOSO.id, "application": []}})
    item = item_of(control.deliver(SUPPORT, mime(to=SUPPORT)), SUPPORT)
    mailbox = context(ben, item)["mailbox"]
    assert mailbox["kind"] == "unknown"
    ben("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"kind": "shared"})
    assert look(ben, SUPPORT)["state"] == "missing"
    assert refusal(services, SUPPORT)


@with_settings(**FREE)
def test_where_shared_mailboxes_need_none_nobody_hears_of_licences(ben: Someone, look: Any, services: Services) -> None:
    """Guide 7.6."""
    assert look(ben, SUPPORT)["state"] == "notNeeded"
    assert refusal(services, SUPPORT) is None


@with_settings(**ONE_SEAT)
def test_a_seat_is_given_once_and_can_be_moved(ana: Someone, look: Any) -> None:
    found = assign(ana, SUPPORT)
    error = ana.post("/api/admin/licenses", {"mailbox": SALES}, expect=409)["error"]
    assert error["code"] == "no_seats"
    assert look(ana, SALES)["state"] == "missing"
    assert assign(ana, SUPPORT)["id"] == found["id"]  # who has a seat needs no other
    ana("DELETE", f"/api/admin/licenses/{found['id']}", expect=200)
    assign(ana, SALES)
    assert (look(ana, SALES)["state"], look(ana, SUPPORT)["state"]) == ("licensed", "missing")


@with_settings(**ONE_SEAT)
def test_an_expired_licence_takes_no_seat(ana: Someone, look: Any, services: Services) -> None:
    assign(ana, SUPPORT, expiresAt=iso(now() + timedelta(days=1)))
    in_a_moment(services, SUPPORT)
    assign(ana, SALES)
    assert ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=409)["error"]["code"] == "no_seats"
    assert look(ana, SUPPORT)["state"] == "expired"


def test_an_expired_licence_is_renewed_by_assigning_again(ana: Someone, look: Any, services: Services) -> None:
    old = assign(ana, SUPPORT, expiresAt=iso(now() + timedelta(days=1)))
    in_a_moment(services, SUPPORT)
    assert assign(ana, SUPPORT)["id"] != old["id"]
    assert look(ana, SUPPORT)["state"] == "licensed"
    assert len(ana.get("/api/admin/licenses")["licenses"]) == 1


@with_settings(license_seats=0)
def test_no_seats_are_no_seats(ana: Someone) -> None:
    assert ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=409)["error"]["code"] == "no_seats"


@with_settings(**ONE_SEAT)
def test_seats_of_one_tenant_are_not_those_of_another(ana: Someone, someone: Any) -> None:
    assign(ana, SUPPORT)
    assign(someone("eve", claims={"roles": ["Affix.Administrator"]}), "help@fabrikam.example")


@with_settings(license_seats=3)
def test_of_many_who_want_the_last_seat_exactly_one_gets_it(ana: Someone, services: Services) -> None:
    """A23: however they meet, since the database lets one after the other count."""
    assign(ana, SUPPORT)
    assign(ana, SALES)
    for turn in range(5):
        together = Barrier(6)

        def claim(number: int, turn: int = turn, together: Barrier = together) -> str | None:
            together.wait()
            try:
                with services.database.session.begin() as session:
                    address = f"box{turn}.{number}@contoso.example"
                    licensing.assign(services, session, CONTOSO.id, address, None, None)
                    return address
            except AffixError as error:
                assert error.code == "no_seats"
                return None

        with ThreadPoolExecutor(6) as threads:
            [winner] = [each for each in threads.map(claim, range(6)) if each]
        listed = ana.get("/api/admin/licenses")
        assert listed["seats"] == {"all": 3, "taken": 3}
        [last] = [each for each in listed["licenses"] if each["mailbox"] == winner]
        ana("DELETE", f"/api/admin/licenses/{last['id']}", expect=200)


def test_two_who_assign_to_the_same_mailbox_at_once_assign_one(ana: Someone, services: Services) -> None:
    together = Barrier(6)

    def claim(_: int) -> int:
        together.wait()
        return ana.raw("POST", "/api/admin/licenses", json={"mailbox": SUPPORT}).status_code

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(claim, range(6))) == [200] * 5 + [201]
    assert len(ana.get("/api/admin/licenses")["licenses"]) == 1


def test_autopilot_looks_at_once_when_a_licence_comes_or_goes(ana: Someone, look: Any, services: Services) -> None:
    look(ana, SUPPORT)
    later = now() + timedelta(hours=1)
    with services.database.session.begin() as session:
        row = session.scalars(select(Mailbox).where(Mailbox.address == SUPPORT)).one()
        session.add(Watch(mailbox_id=row.id, tenant_id=row.tenant_id, due_at=later))
    found = assign(ana, SUPPORT)
    for step in (lambda: None, lambda: ana("DELETE", f"/api/admin/licenses/{found['id']}")):
        step()
        with services.database.session.begin() as session:
            watch = session.scalars(select(Watch)).one()
            assert watch.due_at <= now()
            watch.due_at = later


# On the server's own command line


@pytest.fixture
def affix(monkeypatch: pytest.MonkeyPatch, postgres: str, services: Services) -> Any:
    for name, value in {
        "CLIENT_ID": AFFIX_APP,
        "CLIENT_SECRET": "secret",
        "TENANTS": f"{CONTOSO.id},{FABRIKAM.id}",
        "SECRET_KEYS": "A" * 43 + "=",
        "DATABASE_URL": postgres,
        "LICENSE_SEATS": "",
    }.items():
        monkeypatch.setenv(f"AFFIX_{name}", value)

    def run(*words: str, tenant: str = CONTOSO.id) -> Result:
        return CliRunner().invoke(cli, ["licenses", words[0], "--tenant", tenant, *words[1:]])

    return run


def test_the_operator_assigns_lists_and_removes_licences(affix: Any, ana: Someone) -> None:
    assert affix("add", SUPPORT).exit_code == 0
    assert affix("add", SALES, "--until", "2099-01-31").exit_code == 0
    lines = affix("list").output.splitlines()
    assert lines == [f"{SALES}  licensed  2099-01-31T00:00:00.000Z", f"{SUPPORT}  licensed  no end"]
    assert [each["assignedBy"] for each in ana.get("/api/admin/licenses")["licenses"]] == [None, None]
    assert "no licence any more" in affix("remove", SALES).output
    assert "had no licence" in affix("remove", SALES).output
    assert affix("list").output.splitlines() == lines[1:]
    assert affix("list", tenant=FABRIKAM.id).output == ""


def test_the_operator_is_told_what_is_wrong(affix: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "AFFIX_TENANTS" in affix("list", tenant="nobody").output
    assert affix("add", "no address").exception.code == "invalid_address"
    assert affix("add", SUPPORT, "--until", "2001-01-31").exception.code == "invalid_expiry"
    monkeypatch.setenv("AFFIX_LICENSE_SEATS", "0")
    assert affix("add", SUPPORT).exception.code == "no_seats"


def test_an_empty_number_of_seats_is_no_limit_and_a_negative_one_is_refused(
    affix: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load().license_seats is None
    monkeypatch.setenv("AFFIX_LICENSE_SEATS", "-1")
    with pytest.raises(AffixError, match="AFFIX_LICENSE_SEATS"):
        load()
