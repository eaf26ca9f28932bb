"""What a program may not send: what it may not read, what leads elsewhere, and more than there is room for."""

import threading
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import delete, text

from server.accounts.reading.ids import part_id
from server.mail.base import MailIdMalformed
from server.mail.graph.requests import relative
from server.models import Account
from server.services import Services
from tests.accounts.conftest import program_of
from tests.accounts.sending import HELLO, SUPPORT, file, in_folder, submit
from tests.accounts.test_sending_more import QUESTION
from tests.conftest import Control, Someone
from tests.launching import until

BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def refused(program: Someone, account: str, expect: int, **message: Any) -> str:
    return str(submit(program, account, expect=expect, **message)["error"]["code"])


def waiting(program: Someone) -> int:
    return int(program("GET", "/v1/outbox", expect=200)["total"])


def test_who_may_only_send_answers_a_message_but_passes_nothing_of_it_on(
    app: APIFlask, ana: Someone, program: Someone, shared: str, control: Control, again: Any
) -> None:
    sender = program_of(app, ana, ["send"])
    question = control.deliver(SUPPORT, QUESTION)["immutableId"]
    stranger = [{"address": "mallory@contoso.example"}]
    for passed_on in (
        {"reference": {"message": question, "action": "forward"}},
        {"reference": {"message": question, "action": "forward", "inline": False}},
        {"reference": {"message": question, "inline": True}},
        {"reference": {"message": question, "forwardAttachments": True}},
        {"attachments": [{"reference": part_id(question, question)}]},
    ):
        error = submit(sender, shared, to=stranger, expect=403, **passed_on)["error"]
        assert (error["code"], error["scope"]) == ("missing_scope", "read"), passed_on
    assert waiting(program) == 0
    submit(sender, shared, to=None, subject=None, reference={"message": question})
    submit(program_of(app, ana, ["send", "read"]), shared, reference={"message": question, "action": "forward"})
    again()
    subjects = {each["subject"] for each in in_folder(control, SUPPORT, "sentitems")}
    assert subjects == {"RE: Order 4711", "Offer"}


def test_a_reference_that_is_no_id_leads_nowhere_else(program: Someone, shared: str, control: Control) -> None:
    control("DELETE", "requests")
    for message in (".", "..", "a/b", "%2e%2e", "a b"):
        for missing in (True, False):
            reference = {"message": message, "ignoreMissing": missing}
            assert refused(program, shared, 400, reference=reference) == "InvalidId", message
        if set(message) == {"."}:
            with pytest.raises(MailIdMalformed):
                relative(("users", SUPPORT, "messages", message))
    assert control.requests("graph") == [] and waiting(program) == 0


@pytest.mark.parametrize("settings", [{"outbox_messages": 3, "outbox_bytes": 20_000}], indirect=True)
def test_only_so_much_of_a_tenant_waits_to_be_sent(
    program: Someone, eve_program: Someone, shared: str, control: Control, again: Any
) -> None:
    kilobytes = [file("a.bin", bytes(8_000))]
    for _ in range(2):
        submit(program, shared, attachments=kilobytes)
    assert refused(program, shared, 409, attachments=kilobytes) == "too_many"  # bytes
    answers: list[int] = []

    def ask() -> None:
        answers.append(program.raw("POST", f"/v1/account/{shared}/submit", json=HELLO).status_code)

    at_once = [threading.Thread(target=ask) for _ in range(4)]
    for each in at_once:
        each.start()
    for each in at_once:
        each.join()
    assert (sorted(answers), waiting(program)) == ([200, 409, 409, 409], 3)
    error = submit(program, shared, expect=409)["error"]
    assert (error["code"], "3 messages" in error["message"]) == ("too_many", True)
    again()
    assert (len(in_folder(control)), waiting(program)) == (3, 0)
    submit(program, shared)


def test_an_account_that_goes_while_a_message_is_handed_in_is_not_there(
    program: Someone, shared: str, services: Services
) -> None:
    codes: list[str] = []
    late = threading.Thread(target=lambda: codes.append(refused(program, shared, 404)))
    with services.database.session.begin() as session:
        session.execute(delete(Account).where(Account.account == shared))
        late.start()
        with services.database.session() as other:
            until(lambda: other.scalar(text(BLOCKED)), "the message waits for the account")
    late.join()
    assert (codes, waiting(program)) == (["AccountNotFound"], 0)
