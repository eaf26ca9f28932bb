"""Writing and sending in the pretend Outlook, and what an add-in has to say before a message goes out."""

from uuid import uuid4

import pytest
import requests
from playwright.sync_api import expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook, address_of
from tests.pane.probe import ready


def write(outlook: Outlook, subject: str) -> str:
    subject = f"{subject} {uuid4().hex[:6]}"
    outlook.new_message(to=address_of("cleo"), subject=subject, body="Hello")
    return subject


def immutable_ids(place: Place, mailbox: str, subject: str) -> dict[str, str]:
    """By folder."""
    answer = requests.get(f"{place.simulator}/control/messages", params={"mailbox": mailbox}, timeout=10)
    found = [message for message in answer.json()["messages"] if message["subject"] == subject]
    return {message["folder"]: message["immutableId"] for message in found}


def test_a_message_that_the_add_in_lets_go_is_sent(outlook: Outlook, probe_place: Place) -> None:
    outlook.open("ana", pane="closed")
    subject = write(outlook, "free")
    outlook.save_draft()
    draft = immutable_ids(probe_place, "ana", subject)["drafts"]
    outlook.send()
    assert immutable_ids(probe_place, "ana", subject) == {"sentitems": draft}
    assert "inbox" in immutable_ids(probe_place, "cleo", subject)


def test_the_person_may_send_although_the_add_in_would_rather_not(outlook: Outlook, probe_place: Place) -> None:
    outlook.open("ana", pane="closed")
    subject = write(outlook, "hold")
    dialog = outlook.send_and_be_asked()
    expect(dialog).to_contain_text("The probe would rather not.")
    outlook.do_not_send()
    assert set(immutable_ids(probe_place, "ana", subject)) == {"drafts"}
    outlook.send_and_be_asked()
    outlook.send_anyway()
    assert set(immutable_ids(probe_place, "ana", subject)) == {"sentitems"}


def test_the_add_ins_own_button_opens_the_pane_and_tells_it_why(outlook: Outlook) -> None:
    outlook.open("ana", pane="closed")
    write(outlook, "pane")
    dialog = outlook.send_and_be_asked()
    assert dialog.get_by_role("button").all_inner_texts() == ["Send Anyway", "Open the pane"]
    outlook.do_not_send()
    why = "called(Office.context.mailbox.item, 'getInitializationContextAsync')"
    assert ready(outlook).evaluate(why)["value"] == "from the check"


@pytest.mark.parametrize(("version", "buttons"), [("1.15", ["Don't Send"]), ("1.13", ["Send Anyway", "Don't Send"])])
def test_an_add_in_may_be_stricter_than_its_manifest_from_1_14(
    outlook: Outlook, version: str, buttons: list[str]
) -> None:
    outlook.open("ana", pane="closed", mailboxSet=version)
    write(outlook, "block")
    assert outlook.send_and_be_asked().get_by_role("button").all_inner_texts() == buttons


def test_an_add_in_that_stays_silent_blocks_nothing(outlook: Outlook, probe_place: Place) -> None:
    outlook.open("ana", pane="closed", sendLimit="2")
    subject = write(outlook, "silent")
    expect(outlook.send_and_be_asked()).to_contain_text("Affix did not finish checking your message.")
    outlook.send_anyway()
    assert set(immutable_ids(probe_place, "ana", subject)) == {"sentitems"}


def test_an_outlook_without_the_event_asks_nobody(outlook: Outlook, probe_place: Place) -> None:
    outlook.open("ana", pane="closed", mailboxSet="1.8")
    subject = write(outlook, "hold")
    outlook.send()
    assert set(immutable_ids(probe_place, "ana", subject)) == {"sentitems"}
