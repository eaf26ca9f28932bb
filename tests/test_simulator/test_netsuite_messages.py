"""Messages: emails on records, which NetSuite takes once, checks closely and never changes."""

import hashlib
from typing import Any

import pytest

from tests.test_simulator.cast import Control
from tests.test_simulator.netsuite_asking import RECORD, Integration, about, refusal

ANA, CONTACT, CUSTOMER = "101", "108", "104"


def message(**changes: Any) -> dict[str, Any]:
    """An email that was received, on a customer; None leaves a field out."""
    usual = {
        "subject": "Request for quotation",
        "message": "<p>Please quote.</p>",
        "entity": {"id": CUSTOMER},
        "author": {"id": CONTACT},
        "authorEmail": "purchasing@adatum.example",
        "recipient": {"id": ANA},
        "recipientEmail": "sales@contoso.example",
        "messageDate": "2026-11-20T08:30:00Z",
        "incoming": True,
        "emailed": False,
        "externalId": "mb-1",
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def test_a_message_is_stored_as_it_was_sent(netsuite: Integration) -> None:
    cc, bcc = "legal@adatum.example, ben@contoso.example", "cleo@contoso.example"
    id_ = netsuite.made("/message", message(cc=cc, bcc=bcc, htmlMessage=True))
    found = netsuite.get(f"/message/{id_}").json()
    for name, value in message(cc=cc, bcc=bcc, htmlMessage=True).items():
        shown = found[name]["id"] if isinstance(value, dict) else found[name]
        assert shown == (value["id"] if isinstance(value, dict) else value)
    assert found["entity"]["links"][0]["href"] == f"{RECORD}/customer/{CUSTOMER}"
    assert found["author"]["links"][0]["href"] == f"{RECORD}/contact/{CONTACT}"


def test_a_message_is_found_by_its_external_id_and_is_there_once(netsuite: Integration) -> None:
    path = "/message/eid:mb-1"
    assert refusal(netsuite.get(f"{path}?fields=id")) == (404, "NONEXISTENT_ID")
    id_ = netsuite.made("/message", message())
    assert netsuite.get(f"{path}?fields=id").json()["id"] == id_
    assert refusal(netsuite.post("/message", message(subject="Another"))) == (400, "USER_ERROR")
    assert list(netsuite.account.records["message"]) == [id_]


def test_the_same_external_id_may_be_given_again_after_it_was_deleted(netsuite: Integration) -> None:
    netsuite.made("/message", message())
    assert netsuite.ask("DELETE", "/message/eid:mb-1").status_code == 204
    netsuite.made("/message", message())


@pytest.mark.parametrize("external", ["mb 1", "<a@b.example>", "mb/1", "mb:1", "mb-ü"])
def test_an_external_id_has_letters_digits_underscores_and_hyphens(netsuite: Integration, external: str) -> None:
    answer = netsuite.post("/message", message(externalId=external))
    assert (*refusal(answer), about(answer)) == (400, "INVALID_CONTENT", "externalId")


@pytest.mark.parametrize("target", [{"transaction": {"id": "117"}}, {"activity": {"id": "119"}}, {"entity": "110"}])
def test_a_message_is_on_an_entity_a_transaction_or_a_case(netsuite: Integration, target: dict[str, Any]) -> None:
    netsuite.made("/message", message(entity=None) | target)


@pytest.mark.parametrize(
    "changes",
    [
        {"transaction": {"id": "119"}},
        {"activity": {"id": "117"}},
        {"entity": {"id": "117"}},
        {"author": {"id": "999"}},
        {"recipient": {"id": "117"}},
        {"entity": {"id": "eid:adatum"}},
        {"author": {"externalId": "ana"}},
        {"recipient": {"id": "ana"}},
    ],
)
def test_references_are_internal_ids_of_records_of_the_right_kind(
    netsuite: Integration, changes: dict[str, Any]
) -> None:
    netsuite.account.records["customer"][CUSTOMER]["externalId"] = "adatum"
    netsuite.account.records["employee"][ANA]["externalId"] = "ana"
    answer = netsuite.post("/message", message(**changes))
    assert (*refusal(answer), about(answer)) == (400, "INVALID_CONTENT", next(iter(changes)))


@pytest.mark.parametrize("party", ["author", "recipient"])
def test_both_parties_are_required(netsuite: Integration, party: str) -> None:
    assert refusal(netsuite.post("/message", message(**{party: None}))) == (400, "USER_ERROR")


@pytest.mark.parametrize("party", ["author", "recipient"])
def test_a_party_without_an_address_of_its_own_needs_one(netsuite: Integration, party: str) -> None:
    without = {party: {"id": CUSTOMER}, f"{party}Email": None}
    assert refusal(netsuite.post("/message", message(**without))) == (400, "USER_ERROR")
    netsuite.account.records["customer"][CUSTOMER]["email"] = "info@adatum.example"
    netsuite.made("/message", message(**without))


def test_oracles_sample_of_an_author_is_taken(netsuite: Integration) -> None:
    """It has "-5", as a bare id (article_161038358813)."""
    netsuite.made("/message", message(author="-5", authorEmail="sender@your.example.com"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"message": "x" * 1_000_001}, "message"),
        ({"subject": "x" * 301}, "subject"),
        ({"authorEmail": "Purchasing <purchasing@adatum.example>"}, "authorEmail"),
        ({"recipientEmail": "nobody"}, "recipientEmail"),
        ({"cc": "legal@adatum.example, nobody"}, "cc"),
        ({"bcc": "Ben <ben@contoso.example>"}, "bcc"),
        ({"messageDate": "yesterday"}, "messageDate"),
        ({"time": "half past eight"}, "time"),
        ({"incoming": "T"}, "incoming"),
        ({"emailed": None, "htmlMessage": 1}, "htmlMessage"),
        ({"files": ["512"]}, "files"),
        ({"attachments": []}, "attachments"),
    ],
)
def test_what_a_message_cannot_hold_is_refused(netsuite: Integration, changes: dict[str, Any], field: str) -> None:
    answer = netsuite.post("/message", message(**changes))
    assert (refusal(answer)[0], about(answer)) == (400, field)
    assert not netsuite.account.records["message"]


def test_a_body_of_a_million_characters_fits(netsuite: Integration) -> None:
    netsuite.made("/message", message(message="ü" * 1_000_000, cc="", subject="x" * 300))


def test_half_a_character_harms_nobody(netsuite: Integration) -> None:
    id_ = netsuite.made("/message", message(subject="Offer \ud83d"))
    assert netsuite.get(f"/message/{id_}").json()["subject"].startswith("Offer ")


@pytest.mark.parametrize("text", ["a@x.example b@x.example", "a@x.example,b@x.example", "a@x.example; b@x.example"])
def test_copies_may_be_separated_in_any_way_that_is_in_use(netsuite: Integration, text: str) -> None:
    netsuite.made("/message", message(cc=text))


@pytest.mark.parametrize("date", [{"messageDate": "2026-11-20", "time": "08:30"}, {"messageDate": None}])
def test_the_date_may_be_a_day_or_be_missing(netsuite: Integration, date: dict[str, Any]) -> None:
    id_ = netsuite.made("/message", message(**date))
    assert netsuite.get(f"/message/{id_}").json()["messageDate"]


def test_a_message_is_never_edited(netsuite: Integration) -> None:
    netsuite.made("/message", message())
    for method in ("PATCH", "PUT"):
        answer = netsuite.ask(method, "/message/eid:mb-1", json={"subject": "Another"})
        assert refusal(answer) == (400, "USER_ERROR")
    assert netsuite.get("/message/eid:mb-1").json()["subject"] == "Request for quotation"


def test_an_upsert_creates_a_message_that_is_not_there(netsuite: Integration) -> None:
    assert netsuite.ask("PUT", "/message/eid:mb-2", json=message(externalId=None)).status_code == 204
    assert netsuite.get("/message/eid:mb-2").status_code == 200


def test_a_message_is_deleted_where_that_is_allowed(netsuite: Integration, control: Control) -> None:
    netsuite.made("/message", message())
    control.world(netsuite={"messagesRemovable": False})
    assert refusal(netsuite.ask("DELETE", "/message/eid:mb-1")) == (403, "INSUFFICIENT_PERMISSION")
    control.world(netsuite={"messagesRemovable": True})
    assert netsuite.ask("DELETE", "/message/eid:mb-1").status_code == 204


def test_only_a_message_that_says_so_is_not_sent(netsuite: Integration) -> None:
    said, unsaid = (
        netsuite.made("/message", message(externalId=name, emailed=emailed))
        for name, emailed in (("a", False), ("b", None))
    )
    assert netsuite.get(f"/message/{said}").json()["emailed"] is False
    assert netsuite.get(f"/message/{unsaid}").json()["emailed"] is True


def test_the_ledger_shows_the_email_and_whether_it_was_sent(netsuite: Integration, control: Control) -> None:
    """NetSuite would send an email that is `emailed`: a test that finds one in the ledger must fail."""
    id_ = netsuite.made("/message", message(emailed=True, cc="legal@adatum.example"))
    file = netsuite.account.store_file("offer.pdf", "512", b"%PDF")
    netsuite.account.message_files[id_] = [file.id]
    [shown] = control.ask("GET", "ledger")["emails"]
    digest = {"id": file.id, "name": "offer.pdf", "size": 4, "sha256": hashlib.sha256(b"%PDF").hexdigest()}
    assert shown == {
        "service": "netsuite",
        "account": "1234567",
        "id": id_,
        "externalId": "mb-1",
        "record": {"type": "customer", "id": CUSTOMER},
        "subject": "Request for quotation",
        "author": {"id": CONTACT, "email": "purchasing@adatum.example"},
        "recipient": {"id": ANA, "email": "sales@contoso.example"},
        "cc": "legal@adatum.example",
        "bcc": None,
        "date": "2026-11-20T08:30:00Z",
        "incoming": True,
        "emailed": True,
        "body": "<p>Please quote.</p>",
        "files": [digest],
    }


def test_the_user_interface_shows_a_message_and_its_record(netsuite: Integration) -> None:
    id_ = netsuite.made("/message", message(subject="<b>Offer</b>"))
    host = "https://1234567.app.netsuite.com"
    page = netsuite.http.get(f"{host}/app/crm/common/crmmessage.nl?id={id_}")
    assert page.status_code == 200 and "&lt;b&gt;Offer&lt;/b&gt;" in page.text and "<b>Offer" not in page.text
    assert "Offer" in netsuite.http.get(f"{host}/app/common/entity/custjob.nl?id={CUSTOMER}").text
    assert netsuite.http.get(f"{host}/app/common/entity/custjob.nl?id={ANA}").status_code == 404
