"""Programs send from shared mailboxes: each message leaves once, from there, with all that was asked for."""

import json
import threading
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select

from server.accounts.sending import claims, delivering
from server.clock import now
from server.mail.base import MailBusy
from server.mail.graph.sending import GraphSending
from server.models import Submission, SubmissionPiece
from server.services import Services
from tests.accounts.guide import connected
from tests.accounts.sending import SUPPORT, file, got, in_folder, queued, submit
from tests.conftest import Control, Someone
from tests.launching import until
from tests.simulator.hooks import HOST as HOOKS
from tests.simulator.world import World


def hearing(administrator: Someone, *events: str) -> Callable[[Control], list[dict[str, Any]]]:
    """What is told of these events from now on, in the order in which it happened."""
    administrator.post("/api/admin/webhooks", {"url": f"https://{HOOKS}/sent", "events": list(events)}, expect=201)

    def told(control: Control) -> list[dict[str, Any]]:
        found = [json.loads(each["body"]) for each in control("GET", "webhooks")["heard"]]
        return sorted(found, key=lambda each: (each["at"], events.index(each["event"])))

    return told


def test_a_message_leaves_from_the_shared_address_and_its_copy_is_in_the_shared_mailbox(
    program: Someone, shared: str, control: Control, world: World, work: Any
) -> None:
    answer = submit(program, shared)
    assert answer["response"] == "Queued for delivery" and answer["messageId"].endswith("@contoso.example>")
    work()
    [item] = got(world)
    assert (item.mail.author.address, item.mail.sender.address) == (SUPPORT, SUPPORT)
    assert (item.subject, item.mail.text_body.strip()) == ("Offer", "Here it is.")
    [copy] = in_folder(control, SUPPORT, "sentitems")
    assert copy["internetMessageId"] == item.internet_message_id == answer["messageId"]
    assert in_folder(control, "ana@contoso.example", "sentitems") == []
    shown = queued(program, answer)
    assert (shown["state"], shown["progress"]) == ("sent", {"status": "submitted", "error": None})
    assert program("GET", "/v1/outbox", expect=200)["messages"] == []


def test_the_same_request_with_one_idempotency_key_is_one_message(
    program: Someone, shared: str, control: Control, again: Any
) -> None:
    answers: list[Any] = []
    twins = [threading.Thread(target=lambda: answers.append(submit(program, shared, key="k1"))) for _ in range(4)]
    for each in twins:
        each.start()
    for each in twins:
        each.join()
    assert len(answers) == 4 and all(each == answers[0] for each in answers)
    refused = submit(program, shared, key="k1", subject="Another offer", expect=409)
    assert (refused["error"]["code"], refused["error"]["queueId"]) == ("IdempotencyKeyReused", answers[0]["queueId"])
    again()
    assert submit(program, shared, key="k1") == answers[0]
    assert len(in_folder(control)) == 1


def test_a_lost_answer_is_looked_up_so_that_nothing_is_sent_twice_or_left_behind(
    program: Someone, shared: str, control: Control, world: World, again: Any
) -> None:
    files = [file("a.txt", b"one"), file("b.txt", b"two")]
    for number, (step, after) in enumerate(product(("messages", "*/send", "*/attachments"), (False, True)), 1):
        fault = {"service": "graph", "method": "POST", "path": f"/v1.0/users/*{step}", "cut": True, "times": 1}
        control("POST", "faults", json=[{**fault, "after": after}])
        answer = submit(program, shared, attachments=files)
        again()
        shown = queued(program, answer)
        assert (shown["state"], shown["attemptsMade"], shown["progress"]["error"]["code"]) == ("queued", 1, "Busy")
        again()
        assert queued(program, answer)["state"] == "sent"
        assert (len(in_folder(control)), len(in_folder(control, SUPPORT, "sentitems"))) == (number, number), step
        assert [each.name for each in got(world)[-1].attachments] == ["a.txt", "b.txt"]
    assert in_folder(control, SUPPORT, "drafts") == []


def test_files_are_in_the_message_once_when_somebody_elses_pause_came_between_them(
    program: Someone, shared: str, control: Control, world: World, again: Any, monkeypatch: Any
) -> None:
    answer = submit(program, shared, attachments=[file("a.txt", b"one"), file("b.txt", b"two")])
    attach = GraphSending.attach

    def attach_and_pause(mail: GraphSending, token: str, mailbox: str, *rest: Any) -> None:
        attach(mail, token, mailbox, *rest)
        full = {"service": "graph", "method": "GET", "status": 429, "headers": {"Retry-After": "1"}, "times": 1}
        control("POST", "faults", json=[full])
        with pytest.raises(MailBusy):  # whoever else looks into the mailbox
            mail.sent(token, mailbox, now())

    with monkeypatch.context() as patched:
        patched.setattr(GraphSending, "attach", attach_and_pause)
        again()
    shown = queued(program, answer)
    assert (shown["state"], shown["attemptsMade"]) == ("queued", 0)  # nothing was asked of Exchange in vain

    def is_sent() -> bool:
        again()
        return bool(queued(program, answer)["state"] == "sent")

    until(is_sent, "the message is sent when the pause is over")
    [item] = got(world)
    assert [(each.name, each.content) for each in item.attachments] == [("a.txt", b"one"), ("b.txt", b"two")]


def test_what_exchange_was_asked_to_send_is_looked_up_although_the_attempts_are_used_up(
    program: Someone, shared: str, control: Control, again: Any
) -> None:
    lost = {"service": "graph", "method": "POST", "path": "*/send", "cut": True, "times": 1, "after": True}
    away = {"service": "graph", "method": "GET", "status": 503}
    control("POST", "faults", json=[lost])
    answer = submit(program, shared, deliveryAttempts=1)
    again()
    assert queued(program, answer)["state"] == "queued"
    late = program("DELETE", f"/v1/outbox/{answer['queueId']}", expect=200)
    assert (late["deleted"], "asked to send it already" in late["message"]) == (False, True)
    again()
    assert queued(program, answer)["state"] == "sent" and len(in_folder(control)) == 1
    unheard = submit(program, shared, deliveryAttempts=1)
    control("POST", "faults", json=[lost])
    again()
    control("POST", "faults", json=[away])
    for _ in range(5):
        again()
    shown = queued(program, unheard)
    assert (shown["state"], shown["progress"]["error"]["code"]) == ("failed", "SendUnconfirmed")
    assert len(in_folder(control)) == 2


def test_a_worker_that_dies_after_it_asked_exchange_to_send_leaves_one_message(
    program: Someone, shared: str, control: Control, services: Services, again: Any, monkeypatch: Any
) -> None:
    submit(program, shared)
    with monkeypatch.context() as patched:

        def die(*_: Any) -> None:
            raise SystemExit

        patched.setattr("server.accounts.sending.settling.sent", die)
        with services.database.session() as session:
            [submission] = session.scalars(select(Submission.id))
        with pytest.raises(SystemExit):
            delivering.deliver(services, submission)
    delivering.deliver(services, submission)  # another worker, while the lease lasts
    assert len(in_folder(control)) == 1
    again()
    assert len(in_folder(control)) == 1 and program("GET", "/v1/outbox", expect=200)["total"] == 0


def test_who_may_not_send_as_the_mailbox_is_told_so_with_what_an_administrator_has_to_do(
    program: Someone, shared: str, ana: Someone, control: Control, work: Any
) -> None:
    heard = hearing(ana, "messageDeliveryError", "messageFailed", "messageSent")
    control("POST", "world", json={"rights": [{"person": "ana", "mailbox": SUPPORT, "right": "none"}]})
    control("POST", "world", json={"rights": [{"person": "ana", "mailbox": SUPPORT, "right": "full"}]})
    answer = submit(program, shared)
    work()
    error = queued(program, answer)["progress"]["error"]
    command = f"Add-RecipientPermission -Identity '{SUPPORT}' -Trustee 'ana@contoso.example' -AccessRights SendAs"
    assert (error["code"], error["command"]) == ("SendAsDenied", command)
    assert command in error["message"] and "GrantSendOnBehalfTo" in error["message"]
    assert in_folder(control) == [] and in_folder(control, SUPPORT, "drafts") == []
    told = heard(control)
    assert [each["event"] for each in told] == ["messageDeliveryError", "messageFailed"]
    assert all(each["account"] == shared and each["data"]["queueId"] == answer["queueId"] for each in told)
    assert told[1]["data"]["errorCode"] == "SendAsDenied" and told[1]["data"]["command"] == command


def test_what_a_program_sets_reaches_the_receiver(
    program: Someone, shared: str, world: World, control: Control, ana: Someone, work: Any
) -> None:
    heard = hearing(ana, "messageSent")
    answer = submit(
        program,
        shared,
        html="<p>Here <img src='cid:logo'> it is.</p>",
        cc=[{"name": "Ben", "address": "ben@contoso.example"}],
        bcc=[{"address": "mallory@contoso.example"}],
        replyTo=[{"name": "Desk", "address": "desk@contoso.example"}],
        headers={"X-Order": "4711", "Importance": "high"},
        readReceipt=True,
        messageId="<offer-1@contoso.example>",
        attachments=[{**file("logo.png", b"\x89PNG"), "cid": "logo", "contentDisposition": "inline"}],
    )
    work()
    [item] = got(world)
    mail = item.mail
    assert (mail.importance, mail.header("X-Order"), mail.message_id) == ("high", "4711", "<offer-1@contoso.example>")
    assert ([each.address for each in mail.reply_to], mail.bcc) == (["desk@contoso.example"], [])
    assert mail.header("Disposition-Notification-To") and "cid:logo" in str(mail.html_body)
    assert [(each.name, each.content_id, each.is_inline) for each in item.attachments] == [("logo.png", "logo", True)]
    assert len(in_folder(control, "mallory@contoso.example")) == len(in_folder(control, "ben@contoso.example")) == 1
    [told] = heard(control)
    assert (told["event"], told["data"]["messageId"]) == ("messageSent", answer["messageId"])


def test_what_microsoft_365_would_not_take_is_refused_at_once(program: Someone, shared: str) -> None:
    for what, code in (
        ({"headers": {"Received": "x"}}, "header"),
        ({"headers": {f"X-{n}": "x" for n in range(6)}}, "header"),
        ({"to": []}, "recipients"),
        ({"text": None}, "body_needed"),
        ({"to": [{"address": "nobody at all"}]}, "invalid_address"),
        ({"attachments": [{"filename": "a", "content": "not base64!"}]}, "invalid_base64"),
        ({"sendAt": "2999-01-01T00:00:00Z"}, "send_at"),
        ({"reference": {"message": "AAkALg", "action": "reply"}}, "MessageNotFound"),
        ({"raw": "RnJvbTog"}, "not_supported"),
    ):
        assert (
            submit(program, shared, expect=404 if code == "MessageNotFound" else 400, **what)["error"]["code"] == code
        )
    assert submit(program, "nobody", expect=404)["error"]["code"] == "AccountNotFound"
    assert program("GET", "/v1/outbox", expect=200)["total"] == 0


def test_what_another_tenant_sends_is_not_there(program: Someone, eve_program: Someone, shared: str) -> None:
    answer = submit(program, shared)
    assert eve_program("GET", "/v1/outbox", expect=200)["total"] == 0
    for method in ("GET", "DELETE"):
        eve_program(method, f"/v1/outbox/{answer['queueId']}", expect=404)
    assert submit(eve_program, shared, expect=404)["error"]["code"] == "AccountNotFound"
    assert queued(program, answer)["state"] == "queued"


def test_a_message_for_later_waits_and_can_be_taken_back(
    program: Someone, shared: str, control: Control, services: Services, work: Any
) -> None:
    later = submit(program, shared, sendAt="2027-03-01T09:00:00+01:00")
    assert later["sendAt"] == "2027-03-01T08:00:00.000Z"
    claims.ring_for_overdue(services)
    work()
    [shown] = program("GET", f"/v1/outbox?account={shared}", expect=200)["messages"]
    assert (shown["queueId"], shown["scheduled"], shown["attemptsMade"]) == (later["queueId"], later["sendAt"], 0)
    assert program("DELETE", f"/v1/outbox/{later['queueId']}", expect=200)["deleted"] is True
    program("GET", f"/v1/outbox/{later['queueId']}", expect=404)
    now = submit(program, shared)
    work()
    late = program("DELETE", f"/v1/outbox/{now['queueId']}", expect=200)
    assert (late["deleted"], late["message"]) == (False, "It was sent already.")
    assert len(in_folder(control)) == 1


def test_a_message_taken_back_between_two_attempts_leaves_no_draft(
    program: Someone, shared: str, control: Control, again: Any
) -> None:
    answer = submit(program, shared, attachments=[file("a.txt", b"one")])
    fault = {"service": "graph", "method": "POST", "path": "/v1.0/users/*/attachments", "status": 503, "times": 1}
    control("POST", "faults", json=[fault])
    again()
    assert len(in_folder(control, SUPPORT, "drafts")) == 1
    assert program("DELETE", f"/v1/outbox/{answer['queueId']}", expect=200)["deleted"] is True
    again()
    assert in_folder(control) == [] and in_folder(control, SUPPORT, "drafts") == []


def test_where_nobody_consented_to_sending_it_is_refused_at_once(program: Someone, control: Control) -> None:
    reading = "User.Read Mail.ReadWrite Mail.ReadWrite.Shared offline_access openid profile".split()
    control("POST", "world", json={"consent": [{"delegated": reading}]})
    connected(program, control, "support", "ben@contoso.example", SUPPORT)
    error = submit(program, "support", expect=403)["error"]
    assert (error["code"], "Mail.Send.Shared" in error["message"]) == ("AccessDenied", True)
    assert error["consentUrl"] in error["message"] and program("GET", "/v1/outbox", expect=200)["total"] == 0


def test_an_account_of_the_application_sends_as_the_mailbox(
    program: Someone, control: Control, world: World, again: Any
) -> None:
    allowed = ["MailboxSettings.Read", "Mail.ReadWrite", "Mail.Send"]
    control("POST", "world", json={"consent": [{"application": allowed}]})
    body = {"account": "sales", "oauth2": {"provider": "affix-service", "auth": {"user": "sales@contoso.example"}}}
    program("POST", "/v1/account", body, expect=200)
    submit(program, "sales")
    again()
    [item] = got(world)
    author = item.mail.author
    assert author is not None and author.address == "sales@contoso.example"


def test_what_waits_for_an_account_goes_with_it(
    program: Someone, shared: str, control: Control, services: Services, again: Any
) -> None:
    answer = submit(program, shared, attachments=[file("a.txt", b"one")])
    program("DELETE", f"/v1/account/{shared}", expect=200)
    again()
    program("GET", f"/v1/outbox/{answer['queueId']}", expect=404)
    with services.database.session() as session:
        assert session.scalar(select(func.count()).select_from(SubmissionPiece)) == 0
    assert in_folder(control) == []
