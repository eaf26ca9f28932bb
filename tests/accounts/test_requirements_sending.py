"""The account API does better than what others were seen to do: sending."""

from typing import Any

import pytest
from sqlalchemy import update

from server.autopilot import elsewhere
from server.clock import now
from server.models import SentPlace
from server.services import Services
from server.settings import Settings
from tests.accounts.sending import SUPPORT, got, in_folder, queued, submit
from tests.autopilot.stories import SENDER, Look, license_for, looking, often, order
from tests.conftest import Control, Someone
from tests.simulator.world import World
from tests.steps import contact, item_of, reference

ANA = "ana@contoso.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings)


@pytest.fixture
def look(services: Services, work: Any) -> Look:
    usual = looking(services, work)

    def run() -> None:
        with services.database.session.begin() as session:
            session.execute(update(SentPlace).values(due_at=now()))  # the minutes between two looks are over
        elsewhere.ring_for_overdue(services)
        usual()

    return run


@pytest.fixture
def saved(ana: Someone, control: Control) -> Any:
    """A conversation in support@ that ana has saved; the Message-IDs that are on the record."""
    first = control.deliver(SUPPORT, order(1))
    license_for(ana, SUPPORT)
    record = contact(ana)
    wanted = {"kind": "conversation", "item": item_of(first, SUPPORT), "record": reference(record)}
    ana.post("/api/rules", wanted, expect=201)
    return lambda: sorted(each["internetMessageId"] for each in ana.emails(record))


def answer_by_hand(control: Control, number: int, author: str) -> None:
    """As ana's Outlook sends from her own mailbox, in that name."""
    message = {
        "subject": "Re: Order 1",
        "body": {"contentType": "text", "content": "It is on its way."},
        "from": {"emailAddress": {"address": author}},
        "toRecipients": [{"emailAddress": {"address": SENDER}}],
        "internetMessageId": f"<{number}@adatum.example>",
        "In-Reply-To": "<1@adatum.example>",
        "References": "<1@adatum.example>",
    }
    headers = {"Authorization": f"Bearer {control.token('ana', 'graph')}"}
    path = "/graph.microsoft.com/v1.0/me/sendMail"
    answer = control.simulator.test_client().post(path, json={"message": message}, headers=headers)
    assert answer.status_code == 202, answer.get_data(as_text=True)


def test_requirement_11_what_a_program_asks_for_reaches_graph_through_the_queue(
    program: Someone, shared: str, world: World, again: Any
) -> None:
    wishes = {"importance": "low", "deliveryReceipt": True, "from": {"name": "Help Desk", "address": SUPPORT}}
    submit(program, shared, useStructuredFormat=True, headers={"X-Ticket": "7"}, **wishes)
    again()
    [item] = got(world)
    author = item.mail.author
    assert author is not None and (author.name, author.address) == ("Help Desk", SUPPORT)
    assert (item.importance, item.mail.header("X-Ticket")) == ("low", "7")
    assert item.mail.header("Return-Receipt-To") == SUPPORT


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_requirement_18_what_a_program_answers_is_saved_by_the_autopilot_of_the_conversation(
    program: Someone, shared: str, control: Control, saved: Any, look: Look, is_elsewhere: bool
) -> None:
    control("POST", "world", json={"sentElsewhere": {SUPPORT: is_elsewhere}})
    [first] = in_folder(control, SUPPORT)
    look()
    reference = {"message": first["immutableId"], "action": "reply"}
    answer = submit(program, shared, to=None, subject=None, text="Tomorrow.", reference=reference)
    look()
    look()
    assert queued(program, answer)["state"] == "sent"
    assert len(in_folder(control, ANA, "sentitems")) == is_elsewhere
    assert saved().count(answer["messageId"]) == 1


@pytest.mark.parametrize("has_copy", [False, True])
def test_requirement_18_an_answer_from_a_personal_mailbox_in_the_shared_name_is_found_and_saved_once(
    program: Someone, shared: str, control: Control, saved: Any, look: Look, has_copy: bool
) -> None:
    control("POST", "world", json={"messageCopies": {SUPPORT: has_copy}})
    look()
    answer_by_hand(control, 2, SUPPORT)
    answer_by_hand(control, 3, ANA)  # her own affair
    look()
    look()
    assert (len(in_folder(control, ANA, "sentitems")), len(in_folder(control, SUPPORT, "sentitems"))) == (2, has_copy)
    assert [each for each in saved() if each != "<1@adatum.example>"] == ["<2@adatum.example>"]
