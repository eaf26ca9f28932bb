"""The demo with NetSuite: the same story as with the built-in records, from the pane to what the account holds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests import demo
from tests.launching import until
from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.stage import Correspondent, Signed
from tests.pane.test_pane_saving import WAIT_MS, badge, choose, delivered, expect_saved, opened, press_save

CONTACT = "Wingtip Logistics"
NOTICED_SECONDS = 20.0


@pytest.fixture(scope="module")
def place(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with demo.running_demo(tmp_path_factory.mktemp("netsuite"), "--destination", "netsuite") as addresses:
        yield Place(**addresses)


def on_the_books(place: Place, subject: str) -> list[dict[str, Any]]:
    """The messages of that subject in any of the NetSuite accounts."""
    ledger = requests.get(f"{place.simulator}/control/ledger", timeout=10).json()
    return [each for each in ledger["emails"] if each["subject"] == subject]


def named(place: Place, record: dict[str, str]) -> str:
    """The name of a record that a message hangs on."""
    ledger = requests.get(f"{place.simulator}/control/ledger", timeout=10).json()
    key = ("type", "id")
    [found] = [each for each in ledger["records"] if [each[k] for k in key] == [record[k] for k in key]]
    return str(found["name"])


@pytest.mark.parametrize(("mailbox", "kind"), [("support", "Shared mailbox"), ("cleo", "Delegate mailbox")])
def test_a_message_is_saved_to_netsuite_from_the_pane(
    place: Place, new_outlook: Callable[[str], Outlook], mailbox: str, kind: str
) -> None:
    subject = delivered(place, mailbox, "For the books")
    pane = opened(new_outlook(place.outlook), "ben", mailbox, subject)
    expect(badge(pane)).to_contain_text(kind)
    choose(pane, "Wingtip Log", CONTACT)
    press_save(pane)
    expect_saved(pane, CONTACT)
    [email] = on_the_books(place, subject)
    assert (email["account"], email["author"]["email"]) == ("1234567", "purchasing@northwind.example")
    assert (email["recipient"]["email"], email["incoming"], email["emailed"]) == (
        f"{mailbox}@contoso.example",
        True,
        False,
    )
    assert named(place, email["record"]) == CONTACT


def test_who_writes_is_suggested(place: Place, new_outlook: Callable[[str], Outlook]) -> None:
    subject = "Who am I"
    mime = f"From: legal@adatum.example\r\nTo: support@contoso.example\r\nSubject: {subject}\r\n\r\nHello\r\n"
    asked = {"mailbox": "support@contoso.example", "folder": "inbox"}
    requests.post(f"{place.simulator}/control/messages", params=asked, data=mime, timeout=10).raise_for_status()
    pane = opened(new_outlook(place.outlook), "ben", "support", subject)
    expect(pane.get_by_role("checkbox", name="Adatum Legal")).to_be_visible(timeout=WAIT_MS)


def test_autopilot_saves_to_netsuite_what_comes_later(place: Place, new_outlook: Callable[[str], Outlook]) -> None:
    ana, ben, jo = Signed(place, "ana"), Signed(place, "ben"), Correspondent(place, "support")
    ana("POST", "/api/admin/licenses", {"mailbox": jo.mailbox}).raise_for_status()
    opened(new_outlook(place.outlook), "ben", "support", jo.writes("The first one"))
    wanted = {"kind": "address", "mailbox": jo.mailbox, "value": jo.address, "record": ben.record_named(CONTACT)}
    ben("POST", "/api/rules", wanted).raise_for_status()
    later = jo.writes("The next one")
    [email] = until(lambda: on_the_books(place, later), "it is on the books", NOTICED_SECONDS)
    assert email["author"]["email"] == jo.address


def test_the_other_organisation_sees_only_its_own_account(place: Place) -> None:
    def ids(person: str) -> set[str]:
        found = Signed(place, person)("GET", "/api/records?limit=100").json()["records"]
        return {each["link"].split("/")[2] for each in found if each["link"]}

    assert ids("ben") == {"1234567.app.netsuite.com"}
    assert ids("eve") <= {"7654321-sb1.app.netsuite.com"}
