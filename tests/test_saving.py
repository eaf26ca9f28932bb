"""One-time saves, from the click to the record, through the true service, its worker and a simulated Microsoft 365."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server import create_app
from server.http import Session
from server.jobs import run_worker
from tests.conftest import Control, Someone, mime
from tests.simulator.adapter import mount
from tests.steps import BEN, CLEO, SUPPORT, contact, item_of, reference, save_of


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def in_support(control: Control) -> dict[str, Any]:
    return item_of(control.deliver("support@contoso.example", mime()), "support@contoso.example")


def test_it_saves_a_message_of_a_shared_mailbox(ben: Someone, record: Any, in_support: Any, work: Any) -> None:
    [save] = ben.save(in_support, record)
    assert save["state"] == "queued"
    work()
    assert ben.get(f"/api/saves/{save['id']}")["state"] == "saved"
    [email] = ben.emails(record)
    assert email["mailbox"] == "support@contoso.example"
    assert email["savedBy"] == "ben@contoso.example"
    assert email["sentBy"] == "purchasing@adatum.example"


def test_it_spends_three_graph_requests_on_a_save(
    ben: Someone, record: Any, in_support: Any, work: Any, control: Control
) -> None:
    ben.post("/api/context", {"item": in_support})
    control("DELETE", "requests")
    ben.save(in_support, record)
    work()
    assert control.count("graph") == 3
    [message] = control.messages("support@contoso.example")
    assert message["categories"] == ["Affix: Saved"]


def test_warm_context_costs_one_graph_request(ben: Someone, in_support: Any, control: Control) -> None:
    first = ben.post("/api/context", {"item": in_support})
    assert (first["mailbox"]["kind"], first["mailbox"]["because"]) == ("shared", "exchange_says_shared")
    control("DELETE", "requests")
    ben.post("/api/context", {"item": in_support})
    assert control.count("graph") == 1
    assert control.count("entra") == 0


def test_it_survives_a_move_between_the_click_and_the_save(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    [save] = ben.save(in_support, record)
    control("POST", "moves", json={"mailbox": "support@contoso.example", "id": in_support["id"], "folder": "archive"})
    work()
    assert ben.get(f"/api/saves/{save['id']}")["state"] == "saved"


def test_several_records_at_once_cost_one_download(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    records = [record, contact(ben, "Second", "second@adatum.example"), contact(ben, "Third", "third@adatum.example")]
    saves = ben.save(in_support, *records)
    control("DELETE", "requests")
    work()
    assert [save_of(ben, each)["state"] for each in saves] == ["saved"] * 3
    assert [len(ben.emails(each)) for each in records] == [1] * 3
    downloads = [each for each in control.requests("graph") if each["route"].endswith("$value")]
    assert sum(each["count"] for each in downloads) == 1


def test_naming_a_record_twice_saves_once(ben: Someone, record: Any, in_support: Any, work: Any) -> None:
    assert len(ben.save(in_support, record, record)) == 1
    work()
    assert len(ben.emails(record)) == 1


def test_a_second_click_gives_the_same_save(ben: Someone, record: Any, in_support: Any, work: Any) -> None:
    [first] = ben.save(in_support, record)
    [second] = ben.save(in_support, record)
    work()
    [third] = ben.save(in_support, record)
    assert first["id"] == second["id"] == third["id"]
    assert third["state"] == "saved"
    assert len(ben.emails(record)) == 1


def test_a_colleague_who_saves_the_same_gets_the_save_that_is_there(
    ana: Someone, ben: Someone, record: Any, in_support: Any, work: Any
) -> None:
    [of_ben] = ben.save(in_support, record)
    [of_ana] = ana.save(in_support, record)
    work()
    assert of_ana["id"] == of_ben["id"]
    assert (of_ben["savedBy"]["me"], of_ana["savedBy"]["me"]) == (True, False)
    [email] = ana.emails(record)
    assert email["savedBy"] == BEN


def test_what_is_saved_is_the_message_byte_for_byte(ben: Someone, record: Any, control: Control, work: Any) -> None:
    raw = mime(body="Zwölf Kisten, bitte.")
    ben.save(item_of(control.deliver(SUPPORT, raw), SUPPORT), record)
    work()
    [email] = ben.emails(record)
    path = f"/api/records/local/contact/{record['id']}/emails/{email['id']}/mime"
    assert ben.raw("GET", path).data == raw
    assert email["mimeSha256"] == hashlib.sha256(raw).hexdigest()
    assert email["mimeSize"] == len(raw)


def test_a_delegate_saves_from_the_mailbox_of_another_person(
    ben: Someone, record: Any, control: Control, work: Any
) -> None:
    [save] = ben.save(item_of(control.deliver(CLEO, mime()), CLEO), record)
    work()
    assert save_of(ben, save)["mailbox"]["kind"] == "delegate"
    [email] = ben.emails(record)
    assert (email["mailbox"], email["mailboxKind"], email["savedBy"]) == (CLEO, "delegate", BEN)


def test_an_email_written_for_somebody_else_is_credited_to_who_wrote_it(
    ben: Someone, record: Any, control: Control, work: Any
) -> None:
    raw = mime(headers="Sender: assistant@adatum.example")
    ben.save(item_of(control.deliver(SUPPORT, raw), SUPPORT), record)
    work()
    assert ben.emails(record)[0]["sentBy"] == "assistant@adatum.example"


def test_a_draft_is_not_saved_and_it_says_why(ben: Someone, record: Any, control: Control) -> None:
    draft = item_of(control.deliver(BEN, mime(), folder="drafts"))
    found = ben.post("/api/context", {"item": draft})["message"]
    assert (found["savable"], found["whyNot"]["code"]) == (False, "is_draft")
    body = {"item": draft, "records": [reference(record)], "attachments": "all"}
    error = ben.post("/api/saves", body, expect=409)["error"]
    assert error["code"] == "is_draft"
    assert "Send it" in error["message"]


@pytest.mark.parametrize(
    ("method", "kind"), [("REQUEST", "meetingRequest"), ("REPLY", "meetingResponse"), ("CANCEL", "meetingMessage")]
)
def test_meeting_mail_is_saved(ben: Someone, record: Any, control: Control, work: Any, method: str, kind: str) -> None:
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR"
    raw = mime(body=calendar).replace(b"text/plain; charset=utf-8", f"text/calendar; method={method}".encode())
    item = item_of(control.deliver(SUPPORT, raw), SUPPORT)
    assert ben.post("/api/context", {"item": item})["message"]["kind"] == kind
    [save] = ben.save(item, record)
    work()
    assert save_of(ben, save)["state"] == "saved"


@pytest.mark.parametrize(
    "content_type",
    [
        'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
        'application/x-microsoft-rpmsg-message; name="message.rpmsg"',
    ],
)
def test_encrypted_mail_is_saved_as_it_is_with_a_note(
    ben: Someone, record: Any, control: Control, work: Any, content_type: str
) -> None:
    sealed = base64.b64encode(b"sealed" * 50).decode()
    raw = mime(body=sealed).replace(b"text/plain; charset=utf-8", content_type.encode())
    raw = raw.replace(b"MIME-Version", b"Content-Transfer-Encoding: base64\r\nMIME-Version")
    [save] = ben.save(item_of(control.deliver(SUPPORT, raw), SUPPORT), record)
    work()
    assert save_of(ben, save)["state"] == "saved"
    [email] = ben.emails(record)
    assert email["mimeSha256"] == hashlib.sha256(raw).hexdigest()
    assert "encrypted" in email["note"]


# What is not there


def test_a_record_that_is_not_there_is_refused(ben: Someone, in_support: Any, control: Control) -> None:
    wanted = {"destination": "local", "type": "contact", "id": "00000000-0000-4000-8000-000000000000"}
    error = ben.post("/api/saves", {"item": in_support, "records": [wanted]}, expect=404)["error"]
    assert error["code"] == "record_not_found"
    assert control.count("graph") == 0


def test_a_destination_that_is_not_there_is_refused(ben: Someone, in_support: Any) -> None:
    wanted = {"destination": "elsewhere", "type": "contact", "id": "1"}
    error = ben.post("/api/saves", {"item": in_support, "records": [wanted]}, expect=400)["error"]
    assert error["code"] == "unknown_destination"


def test_what_was_answered_is_there_after_the_service_is_gone(
    ben: Someone, record: Any, in_support: Any, services: Any, settings: Any, control: Control
) -> None:
    [save] = ben.save(in_support, record)
    services.close()
    session = Session()
    mount(session, control.simulator)
    again = create_app(settings, session)
    run_worker(again.extensions["affix"], concurrency=1, wait=False)
    later = Someone(again.test_client(), ben.token)
    assert save_of(later, save)["state"] == "saved"
    again.extensions["affix"].close()


# Many at once


def test_twenty_clicks_by_two_people_make_one_email(
    ana: Someone, ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    for person in (ana, ben):
        person.get("/api/me")
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda n: (ana, ben)[n % 2].save(in_support, record), range(20)))
    work()
    assert len({save["id"] for [save] in answers}) == 1
    assert max(each["concurrent"] for each in control("GET", "requests")["peaks"]) <= 4
    assert len(ben.emails(record)) == 1


def test_two_copies_saved_at_the_same_time_make_one_email(
    ana: Someone, ben: Someone, record: Any, control: Control, services: Any
) -> None:
    shared = item_of(control.deliver(SUPPORT, mime()), SUPPORT)
    own = item_of(control.deliver("ana@contoso.example", mime()))
    [one], [two] = ben.save(shared, record), ana.save(own, record)
    run_worker(services, concurrency=4, wait=False)
    assert (save_of(ben, one)["state"], save_of(ana, two)["state"]) == ("saved", "saved")
    assert len(ben.emails(record)) == 1


def test_two_messages_of_one_mailbox_that_travelled_differently_are_both_kept(
    ben: Someone, record: Any, control: Control, work: Any
) -> None:
    direct = item_of(control.deliver("support@contoso.example", mime()), "support@contoso.example")
    by_list = control.deliver("support@contoso.example", b"Received: from a mailing list\r\n" + mime())
    ben.save(direct, record)
    ben.save(item_of(by_list, "support@contoso.example"), record)
    work()
    assert len(ben.emails(record)) == 2
