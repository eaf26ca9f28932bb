"""Proving a connection: step by step, with the permission that is missing; and what only a real message can show."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine

from server.destinations import Parts
from server.destinations.base import Step
from server.destinations.netsuite import certificate, checking
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.confirming import live_steps
from server.destinations.netsuite.facts import ASSUMPTIONS
from server.destinations.netsuite.finding import Finder
from server.destinations.netsuite.parties import PartyFinder
from server.destinations.netsuite.saving import Saver
from server.http import Session
from server.mail.html import safe_html, text_of
from tests.conftest import Control
from tests.destinations.netsuite.conftest import FreeSeats
from tests.simulator.netsuite.accounts import Account

BY_REST = {"restlet_script": None, "restlet_deployment": None}
NOBODY = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")  # never asked

Live = Callable[[str, str], list[Step]]


@pytest.fixture
def live(client: Client, finder: Finder, http: Session) -> Live:
    saver = Saver(client, PartyFinder(client), Parts(http, NOBODY, safe_html, text_of))
    return lambda type_, id_: list(live_steps(client, finder, saver, type_, id_))


def failed(found: list[Step]) -> list[Step]:
    return [each for each in found if not each.ok]


def messages(found: list[Step]) -> str:
    return "\n".join(each.message for each in found)


# The connection


def test_a_connection_that_works_is_proved_step_by_step(client: Client) -> None:
    found = list(checking.steps(client))
    assert not failed(found)
    assert not [each for each in found if each.is_warning]
    for part in (
        "No certificate ends within 30 days.",
        "Affix signs in to account 1234567.",
        "The record service answers.",
        "Messages can be saved by REST.",
        *(f"The table {table} can be searched." for table in ("entity", "contact", "customer", "transaction")),
        "The RESTlet answers, in version 1.",
        "Files go to the folder Affix.",
        "NetSuite takes 1 of our requests at once.",
    ):
        assert part in messages(found)


@pytest.mark.parametrize(
    ("permission", "advice"),
    [
        ("Log in using OAuth 2.0 Access Tokens", "Setup > Log in using OAuth 2.0 Access Tokens"),
        ("REST Web Services", "Setup > REST Web Services"),
        ("SuiteAnalytics Workbook", "Reports > SuiteAnalytics Workbook"),
        ("Track Messages", "Lists > Track Messages (Full)"),
        ("Contacts", "Lists > Contacts"),
        ("Customers", "Lists > Customers"),
        ("Vendors", "Lists > Vendors"),
        ("Partners", "Lists > Partners"),
        ("Employees", "Lists > Employees"),
        ("Cases", "Lists > Cases"),
        ("Find Transaction", "Transactions > Find Transaction"),
        ("Documents and Files", "Lists > Documents and Files (Full)"),
    ],
)
def test_the_permission_that_is_missing_is_named(
    client: Client, account: Account, permission: str, advice: str
) -> None:
    account.withheld.add(permission)
    wrong = failed(list(checking.steps(client)))
    assert wrong
    assert any(f"permission {advice}" in (each.action or "") for each in wrong)
    assert all(each.action for each in wrong)


def test_after_a_refused_login_nothing_else_is_tried(client: Client, account: Account) -> None:
    account.certificates.clear()
    found = list(checking.steps(client))
    assert [each.ok for each in found] == [True, False]
    assert "cert-1" in str(found[-1].action)
    assert "OAuth 2.0 Client Credentials" in str(found[-1].action)


def test_an_outage_is_no_matter_of_permissions(client: Client, control: Control) -> None:
    control("POST", "faults", json=[{"service": "netsuite", "cut": True}])
    [wrong] = failed(list(checking.steps(client)))
    assert "reaches it" in str(wrong.action)


@pytest.mark.parametrize(
    ("config", "message"), [({"folder": "999"}, "There is no folder 999."), ({"folder": None}, "No folder is chosen")],
    indirect=["config"],
)  # fmt: skip
def test_the_folder_is_looked_at(client: Client, message: str) -> None:
    found = [each for each in checking.steps(client) if message in each.message]
    assert len(found) == 1
    assert found[0].action and (not found[0].ok or found[0].is_warning)


def test_a_restlet_that_is_missing_or_of_another_version_is_told(
    client: Client, account: Account, control: Control
) -> None:
    body = {"version": "0"}
    control("POST", "faults", json=[{"service": "netsuite", "path": "/app/*", "status": 200, "body": body, "times": 1}])
    [old] = failed(list(checking.steps(client)))
    assert "another version (0)" in old.message
    account.restlet_installed = False
    [gone] = failed(list(checking.steps(client)))
    assert "not found" in gone.message


@pytest.mark.parametrize("config", [BY_REST], indirect=True)
def test_without_a_restlet_it_is_said_where_files_go(client: Client) -> None:
    found = list(checking.steps(client))
    assert not failed(found)
    assert [each.message for each in found if each.is_warning] == ["No RESTlet is set: files are attached to records."]


@pytest.mark.parametrize("config", [{"types": ["contact", "invoice"]}], indirect=True)
def test_only_what_was_chosen_has_to_be_there(client: Client, account: Account) -> None:
    account.withheld |= {"Vendors", "Partners", "Employees", "Cases", "Customers"}
    assert not failed(list(checking.steps(client)))


@pytest.mark.parametrize("config", [{"at_once": 6}], indirect=True)
def test_more_requests_at_once_than_the_account_allows_are_told(client: Client, account: Account) -> None:
    account.latency = (0.2, 0.2)
    wrong = failed(list(checking.steps(client)))
    assert [each.message.partition(".")[0] for each in wrong] == ["NetSuite does not take 6 of our requests at once"]


def test_a_certificate_of_which_the_end_is_not_known_is_named(
    account: Account, settings_of_account: dict[str, Any], http: Session, seats: FreeSeats
) -> None:
    settings_of_account["certificates"][0]["certificate"] = None
    first = next(checking.steps(Client(Config.model_validate(settings_of_account), http, seats)))
    assert (first.message, first.is_warning) == ("When certificate cert-1 ends is not known.", True)


@pytest.mark.parametrize(
    ("days", "is_well", "message"),
    [(10, True, "Certificate cert-1 ends in 9 days."), (0, False, "Certificate cert-1 has ended.")],
)
def test_a_certificate_is_warned_about_before_it_ends(
    settings_of_account: dict[str, Any], days: int, is_well: bool, message: str
) -> None:
    made = certificate.make(days=days)
    settings_of_account["certificates"][0] |= {"private_key": made.private_key, "certificate": made.certificate}
    [step] = checking.warnings(Config.model_validate(settings_of_account))
    assert (step.ok, step.is_warning, step.message) == (is_well, is_well, message)
    assert "new certificate" in str(step.action)


# What only a message can show


@pytest.mark.parametrize("config", [{}, BY_REST], indirect=True)
@pytest.mark.parametrize(
    ("type_", "id_"), [("customer", "104"), ("contact", "108"), ("opportunity", "117"), ("supportcase", "119")]
)
def test_a_message_is_saved_looked_at_and_taken_away(live: Live, account: Account, type_: str, id_: str) -> None:
    found = live(type_, id_)
    assert not failed(found), messages(failed(found))
    for part in (
        "The record is ",
        "A message was saved.",
        "A second message with the same id is refused: 400 USER_ERROR",
        "A repeated save finds the first message.",
        "Messages are found by eid:.",
        "Messages are found by the column of the external id.",
        "one that it did not send",
        "A subject has 300 of 300 characters.",
        "Both addresses of the copy are there.",
        "A file of a kind without a name was saved.",
        "The same file again replaces the first.",
        "The column searchstage tells",
        "The message was taken away again.",
    ):
        assert part in messages(found)
    assert account.records["message"] == {}
    assert account.files == {}
    assert account.attached == []


def test_what_it_does_not_show_is_said(live: Live) -> None:
    said = messages(live("customer", "104"))
    for each in ASSUMPTIONS:
        assert (f"Not looked at here: {each.what}" in said) is not each.is_confirmed


def test_its_addresses_are_nobodys(live: Live, account: Account, control: Control) -> None:
    account.messages_removable = False
    live("customer", "104")
    [email] = control("GET", "ledger")["emails"]
    for party in ("author", "recipient"):
        assert email[party]["email"].endswith(".invalid")
    assert email["emailed"] is False


def test_a_message_that_cannot_be_deleted_is_told(live: Live, account: Account) -> None:
    account.messages_removable = False
    [left] = [each for each in live("customer", "104") if each.is_warning and each.action]
    assert "Delete message" in str(left.action)


def test_a_record_that_is_not_there_is_told(live: Live) -> None:
    [step] = live("customer", "999999")
    assert not step.ok
    assert "customer/107" in str(step.action)


def test_a_message_that_cannot_be_saved_leaves_nothing(live: Live, account: Account) -> None:
    account.withheld.add("Track Messages (Create)")
    found = live("customer", "104")
    assert len(failed(found)) == 1
    assert "could not be saved" in messages(failed(found))
    assert account.records["message"] == {}
    assert account.files == {}


@pytest.mark.parametrize("config", [{"facts": {"longest_subject": 4000}}], indirect=True)
def test_a_subject_that_is_too_long_for_the_account_is_told(live: Live) -> None:
    assert "maximum number ( 300 )" in messages(failed(live("customer", "104")))


def test_errors_that_pass_are_no_verdict(live: Live, account: Account, control: Control) -> None:
    fault = {"service": "netsuite", "method": "GET", "path": "*/record/v1/message/*", "status": 503}
    control("POST", "faults", json=[fault])
    wrong = failed(live("customer", "104"))
    assert wrong
    assert all("does not answer" in each.message for each in wrong)
    assert account.records["message"] == {}
