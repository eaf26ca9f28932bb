"""What a program may not send: what it may not read, what leads elsewhere, and more than there is room for."""

from typing import Any

import pytest
from apiflask import APIFlask

from server.accounts.reading.ids import part_id
from server.mail.base import MailIdMalformed
from server.mail.graph.requests import relative
from tests.accounts.conftest import program_of
from tests.accounts.sending import SUPPORT, in_folder, submit
from tests.accounts.test_sending_more import QUESTION
from tests.conftest import Control, Someone


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
