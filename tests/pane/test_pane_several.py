"""Several selected messages: saved to one record at once, with a result for each, whatever is opened meanwhile."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Frame, expect

from tests.launching import until
from tests.pane.conftest import Place
from tests.pane.outlook import WAIT_MS, Outlook
from tests.pane.stage import Signed

RECORD = "Adatum"
SUPPORT = "support@contoso.example"


@pytest.fixture
def ben(running_demo: Place) -> Signed:
    return Signed(running_demo, "ben")


@pytest.fixture
def right_to_support(running_demo: Place) -> Iterator[Callable[[str], None]]:
    """Gives Ben another right to the shared mailbox; he has his own again when the test is over."""

    def change(right: str) -> None:
        wanted = {"rights": {"person": "ben", "mailbox": SUPPORT, "right": right}}
        requests.post(f"{running_demo.simulator}/control/world", json=wanted, timeout=10).raise_for_status()

    yield change
    for right in ("full", "sendAs"):
        change(right)


def select(outlook: Outlook, place: Place, count: int) -> tuple[Frame, list[str]]:
    """So many new messages in support@, selected, with the pane beside them."""
    mark = uuid4().hex[:8]
    subjects = [f"Several {mark} {number}" for number in range(count)]
    for subject in subjects:
        place.deliver("support", subject)
    outlook.open("ben").open_mailbox("support")
    outlook.open_message(subjects[0])
    pane = outlook.pane
    expect(pane.locator("affix-message")).to_contain_text(subjects[0], timeout=WAIT_MS)
    outlook.select_messages(*subjects)
    expect(pane.get_by_role("heading", name=f"{count} messages selected")).to_be_visible(timeout=WAIT_MS)
    return pane, subjects


def pick(pane: Frame) -> None:
    pane.locator("#find").fill(RECORD)
    pane.get_by_role("option", name=RECORD).first.click(timeout=WAIT_MS)


def on_record(person: Signed) -> set[str]:
    return set(person.subjects_on(RECORD))


def test_all_of_them_are_saved_while_another_message_is_opened(
    running_demo: Place, affix_outlook: Outlook, ben: Signed
) -> None:
    pane, subjects = select(affix_outlook, running_demo, 5)
    pick(pane)
    pane.get_by_role("button", name="Save all (5)").click()
    affix_outlook.open_message(subjects[1])
    expect(pane.locator("affix-message")).to_contain_text(subjects[1], timeout=WAIT_MS)
    expect(pane.get_by_role("note").first).to_contain_text("5 of 5 saved", timeout=WAIT_MS)
    pane.get_by_role("button", name="Show").click()
    expect(pane.locator("[data-state=saved]")).to_have_count(5)
    until(lambda: set(subjects) <= on_record(ben), "all are on the record")
    pane.get_by_role("button", name="Done").click()
    affix_outlook.select_messages(*subjects[:2])
    expect(pane.locator("affix-several li").filter(has_text=f"Saved to {RECORD}")).to_have_count(2, timeout=WAIT_MS)


def test_each_that_failed_says_why_and_is_tried_again(
    running_demo: Place, affix_outlook: Outlook, ben: Signed, right_to_support: Callable[[str], None]
) -> None:
    pane, subjects = select(affix_outlook, running_demo, 3)
    pick(pane)
    # Else the window, which is refused as well when it looks after its mail, lets go of what is selected.
    affix_outlook.page.route("**/simulator/control/messages*", lambda route: route.abort())
    right_to_support("none")
    pane.get_by_role("button", name="Save all (3)").click()
    failed = pane.locator("[data-state=failed]")
    expect(failed).to_have_count(3, timeout=WAIT_MS)
    expect(failed.first).to_contain_text("Not saved · You have no access to this mailbox")
    right_to_support("full")
    pane.get_by_role("button", name="Retry (3)").click()
    expect(pane.locator("[data-state=saved]")).to_have_count(3, timeout=WAIT_MS)
    until(lambda: set(subjects) <= on_record(ben), "all are on the record")


def test_a_meeting_request_is_named_and_saved_as_the_message_that_it_is(
    running_demo: Place, affix_outlook: Outlook, ben: Signed
) -> None:
    subject, name = f"Review {uuid4().hex[:8]}", f"Reviews {uuid4().hex[:8]}"
    sender = f"{subject.split()[1]}@reviews.example"  # known to nobody else's rules
    wanted = {"destination": "local", "type": "contact", "name": name, "address": sender}
    ben("POST", "/api/records", wanted).raise_for_status()
    running_demo.invite("support", subject, sender)
    affix_outlook.open("ben").open_mailbox("support")
    affix_outlook.open_message(subject)
    pane = affix_outlook.pane
    expect(pane.locator("affix-message")).to_contain_text("Meeting request", timeout=WAIT_MS)
    pane.get_by_role("tab", name="Save once").click(timeout=WAIT_MS)  # whichever tab was chosen last
    pane.get_by_role("button", name=f"Save to {name}").click()
    expect(pane.locator("affix-saves")).to_contain_text("Saved", timeout=WAIT_MS)
    until(lambda: subject in ben.subjects_on(name), "the meeting request is on the record")
