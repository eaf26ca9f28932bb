"""An email on a record of NetSuite: what is there afterwards, what it costs, and what is said where it cannot be."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from server.destinations.base import DestinationError, EmailToSave, Party
from server.destinations.netsuite.destination import NetSuiteDestination
from server.destinations.netsuite.saving import external_id
from tests.conftest import Control
from tests.destinations.contents import RAW, MemoryFile, email_to, mime_of
from tests.simulator.netsuite.accounts import Account
from tests.simulator.netsuite.ledger import ledger
from tests.simulator.world import World

Connect = Callable[..., NetSuiteDestination]

BY_REST: dict[str, Any] = {"restlet_script": None, "restlet_deployment": None}
both_ways = pytest.mark.parametrize("way", [{}, BY_REST], ids=["restlet", "rest"])
PDF = MemoryFile("Offer.pdf", b"%PDF offer", "application/pdf")
PNG = MemoryFile("image001.png", b"\x89PNG 1", "image/png", True, "logo")
PNG_TOO = MemoryFile("image001.png", b"\x89PNG 2", "image/png")


@pytest.fixture
def contact(account: Account) -> str:
    return one(account, "contact")


def one(account: Account, type: str) -> str:
    return next(id for id in account.records[type] if not id.startswith("-"))


def email(type: str, id: str, key: str = "key-1", **changes: Any) -> EmailToSave:
    return email_to(type, id, key, **changes)


def emails(world: World) -> list[dict[str, Any]]:
    return ledger(world.netsuite)["emails"]


def asked(control: Control) -> list[tuple[str, int]]:
    """Requests since the last look, without those for tokens."""
    found = [(each["route"], each["count"]) for each in control.requests("netsuite") if "oauth2" not in each["route"]]
    control("DELETE", "requests")
    return found


def total(control: Control) -> int:
    return sum(count for _, count in asked(control))


def refusal(destination: NetSuiteDestination, tenant: str, wanted: EmailToSave) -> DestinationError:
    with pytest.raises(DestinationError) as refused:
        destination.save_email(tenant, wanted)
    return refused.value


# What is there


@both_ways
@pytest.mark.parametrize("type", ["contact", "customer", "employee", "opportunity", "supportcase"])
def test_a_message_is_on_the_record_with_all_that_it_says(
    connected: Connect, account: Account, world: World, tenant: str, type: str, way: Any
) -> None:
    id = one(account, type)
    saved = connected(**way).save_email(
        tenant,
        email(
            type,
            id,
            subject="Offer 4711 für Köln",
            sent_by=Party("Purchasing", "Purchasing@adatum.example"),
            to=[Party("Support", "support@contoso.example"), Party("", "other@adatum.example")],
            cc=[Party("Sales", "sales@contoso.example")],
            bcc=[Party("", "hidden@adatum.example")],
            sent_at=datetime(2026, 11, 16, 9, 0, tzinfo=UTC),
        ),
    )
    [found] = emails(world)
    assert found["record"] == {"type": type, "id": id}
    assert found["externalId"] == external_id("key-1")
    assert (found["subject"], found["date"]) == ("Offer 4711 für Köln", "2026-11-16T09:00:00Z")
    assert found["author"]["email"] == "Purchasing@adatum.example"
    assert found["recipient"]["email"] == "support@contoso.example"
    assert (found["cc"], found["bcc"]) == ("other@adatum.example, sales@contoso.example", "hidden@adatum.example")
    assert (found["incoming"], found["emailed"]) == (True, False)
    assert found["body"].startswith("<p>Here it is.</p>")
    assert saved.reference == found["id"]
    assert saved.link == f"https://1234567.app.netsuite.com/app/crm/common/crmmessage.nl?id={found['id']}"


@both_ways
@pytest.mark.parametrize(
    "subject",
    [
        "",
        " ",
        "'; DROP TABLE message; --",
        '{"a": "b"}',
        "<b>&amp;",
        "\u202egnp.exe",
        "x" * 301,
        "😀" * 151,
        "a\ud800\0b",
        "%",
    ],
)
def test_any_subject_is_saved(
    connected: Connect, world: World, tenant: str, contact: str, way: Any, subject: str
) -> None:
    connected(**way).save_email(tenant, email("contact", contact, subject=subject))
    [found] = emails(world)
    whole = subject.strip().replace("\ud800\0", "")
    if len(whole.encode("utf-16-le")) <= 600:
        assert (found["subject"] or "") == whole
    else:
        assert found["subject"].endswith("…")
        assert whole.startswith(found["subject"][:-1])
        assert len(found["subject"].encode("utf-16-le")) <= 600
        assert whole in found["body"]


@both_ways
def test_what_colleagues_wrote_is_outgoing(
    connected: Connect, world: World, tenant: str, contact: str, way: Any
) -> None:
    connected(**way).save_email(tenant, email("contact", contact, is_incoming=False))
    assert emails(world)[0]["incoming"] is False


@pytest.mark.parametrize("sent_at", [None, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
def test_a_date_that_cannot_be_believed_is_replaced_by_the_day_it_came(
    connected: Connect, world: World, tenant: str, contact: str, sent_at: datetime | None
) -> None:
    received_at = datetime(2026, 11, 16, 9, 1, tzinfo=UTC)
    connected().save_email(tenant, email("contact", contact, sent_at=sent_at, received_at=received_at))
    assert emails(world)[0]["date"] == "2026-11-16T09:01:00Z"


def test_external_ids_are_letters_digits_and_hyphens_of_one_length() -> None:
    for key in ("key-1", "ü\0", "x" * 10_000):
        assert external_id(key).startswith("mb-")
        assert set(external_id(key)[3:]) <= set("0123456789abcdef")
        assert len(external_id(key)) == 43


def test_files_are_on_the_message_each_under_a_name_of_its_own(
    connected: Connect, world: World, tenant: str, contact: str
) -> None:
    connected().save_email(tenant, email("contact", contact, files=[PDF, PNG, PNG_TOO]))
    [found] = emails(world)
    ours = external_id("key-1")
    assert [each["name"] for each in found["files"]] == [
        f"{ours}_0_Offer.pdf", f"{ours}_1_image001.png", f"{ours}_2_image001.png",
    ]  # fmt: skip
    assert [each["sha256"] for each in found["files"]] == [each.sha256 for each in (PDF, PNG, PNG_TOO)]
    assert {each["folder"] for each in ledger(world.netsuite)["files"]} == {"512"}


@pytest.mark.parametrize("type", ["contact", "opportunity", "supportcase"])
def test_without_the_restlet_files_hang_on_the_record(
    connected: Connect, account: Account, world: World, tenant: str, type: str
) -> None:
    id = one(account, type)
    connected(**BY_REST).save_email(tenant, email(type, id, files=[PDF, PNG]))
    files = ledger(world.netsuite)["files"]
    assert [each["attachedTo"] for each in files] == [[{"type": type, "id": id}]] * 2
    assert [each["sha256"] for each in files] == [PDF.sha256, PNG.sha256]
    assert emails(world)[0]["files"] == []


def test_the_original_is_kept_where_that_is_wished(connected: Connect, world: World, tenant: str, contact: str) -> None:
    netsuite = connected(keep_original=True)
    saved = netsuite.save_email(tenant, email("contact", contact, files=[PDF]))
    assert netsuite.keeps_mime
    assert emails(world)[0]["files"][1]["sha256"] == hashlib.sha256(RAW).hexdigest()
    with netsuite.mime(tenant, saved.reference) as original:
        assert original.read() == RAW
    assert not connected().keeps_mime


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b\\c:d*e?f\"g<h>i|j.pdf", "a_b_c_d_e_f_g_h_i_j.pdf"),
        ("..", "file"),
        ("", "file"),
        ("\r\n\0.exe", "__.exe"),
        ("x" * 300 + ".docx", "x" * 148 + ".docx"),
        ("y" * 300, "y" * 153),
        ("📎 plan.xlsx", "📎 plan.xlsx"),
    ],
)  # fmt: skip
def test_names_of_files_are_made_fit_for_the_file_cabinet(
    connected: Connect, world: World, tenant: str, contact: str, name: str, expected: str
) -> None:
    netsuite = connected()
    saved = netsuite.save_email(tenant, email("contact", contact, files=[MemoryFile(name, b"1")]))
    [file] = emails(world)[0]["files"]
    assert file["name"] == f"{external_id('key-1')}_0_{expected}"
    assert len(file["name"]) <= 199
    with netsuite.attachment(tenant, saved.reference, 0)[1] as content:
        assert content.read() == b"1"


# What it costs


def test_an_email_without_files_costs_two_requests_and_each_file_one(
    connected: Connect, control: Control, tenant: str, contact: str
) -> None:
    connected().save_email(tenant, email("contact", contact))
    assert len(asked(control)) == 2
    connected().save_email(tenant, email("contact", contact, "key-2", files=[PDF, PNG, PNG_TOO]))
    assert total(control) == 5
    connected(**BY_REST).save_email(tenant, email("contact", contact, "key-3"))
    assert asked(control) == [("/services/rest/query/v1/suiteql", 1), ("/services/rest/record/v1/message", 1)]


def test_people_that_were_asked_for_a_moment_ago_cost_nothing(
    connected: Connect, control: Control, account: Account, tenant: str, contact: str
) -> None:
    netsuite = connected()
    netsuite.save_email(tenant, email("contact", contact))
    asked(control)
    netsuite.save_email(tenant, email("contact", contact, "key-2"))
    assert total(control) == 1
    netsuite.save_email(tenant, email("customer", one(account, "customer"), "key-3"))
    assert total(control) == 2


def test_what_is_known_to_be_there_costs_nothing(
    connected: Connect, control: Control, tenant: str, contact: str
) -> None:
    first = connected().save_email(tenant, email("contact", contact, files=[PDF]))
    asked(control)
    again = connected().save_email(tenant, email("contact", contact, files=[PDF]))
    assert (again.reference, again.is_repeat) == (first.reference, True)
    assert connected().find_saved(tenant, "key-1") == again
    assert asked(control) == []


# What does not fit


def sized(name: str, size: int) -> MemoryFile:
    return MemoryFile(name, b"x" * size)


MB = 1024 * 1024


@both_ways
def test_a_file_above_10_mb_is_left_out_and_that_is_said(
    connected: Connect, world: World, tenant: str, contact: str, way: Any
) -> None:
    files = [sized("big.iso", 10 * MB + 1), PDF]
    netsuite = connected(**way)
    saved = netsuite.save_email(tenant, email("contact", contact, files=files))
    assert [(each.name, each.code) for each in saved.missing] == [("big.iso", "file_too_large")]
    assert "big.iso was left out: NetSuite takes files of 10 MB at most." in emails(world)[0]["body"]
    [listed] = netsuite.emails(tenant, "contact", contact).items
    assert [(each.number, each.name) for each in listed.files] == [(1, "Offer.pdf")]


def test_a_file_of_10_mb_is_on_the_message_too(connected: Connect, world: World, tenant: str, contact: str) -> None:
    """It is too large for a RESTlet, so that it goes by the document service."""
    file = sized("large.zip", 10 * MB)
    assert connected().save_email(tenant, email("contact", contact, files=[file])).missing == ()
    assert [each["sha256"] for each in emails(world)[0]["files"]] == [file.sha256]


def test_without_a_document_service_the_restlet_sets_the_limit(
    connected: Connect, world: World, tenant: str, contact: str
) -> None:
    files = [sized("fits.zip", 7_400_000), sized("larger.zip", 7_400_001)]
    netsuite = connected(facts={"document_path": "/services/rest/nothing/v1/file"})
    saved = netsuite.save_email(tenant, email("contact", contact, files=files))
    assert [(each.name, each.code) for each in saved.missing] == [("larger.zip", "file_refused")]
    assert [each["size"] for each in emails(world)[0]["files"]] == [7_400_000]


def test_of_more_than_25_mb_the_first_files_are_taken(connected: Connect, tenant: str, contact: str) -> None:
    files = [sized("a", 10 * MB), sized("b", 10 * MB), sized("c", 6 * MB), sized("d", 5 * MB)]
    netsuite = connected()
    wanted = email("contact", contact, files=files)
    assert {number: each.code for number, each in netsuite.too_much(wanted).items()} == {2: "files_too_large"}
    many = email("contact", contact, files=[PDF] * 150)
    assert set(netsuite.too_much(many)) == set(range(99, 150))
    original = email("contact", contact, mime=mime_of(b"x" * (10 * MB + 1)))
    assert [each.name for each in connected(keep_original=True).too_much(original).values()] == ["message.eml"]
    assert netsuite.too_much(original) == {}


@both_ways
def test_without_a_folder_the_text_alone_is_saved(
    connected: Connect, world: World, tenant: str, contact: str, way: Any
) -> None:
    saved = connected(folder=None, **way).save_email(tenant, email("contact", contact, files=[PDF]))
    assert [each.code for each in saved.missing] == ["no_folder"]
    assert len(emails(world)) == 1


@both_ways
def test_a_file_that_netsuite_refuses_is_missing_with_its_reason(
    connected: Connect, world: World, tenant: str, contact: str, way: Any
) -> None:
    saved = connected(folder="999", **way).save_email(tenant, email("contact", contact, files=[PDF]))
    [missing] = saved.missing
    assert (missing.name, missing.code) == ("Offer.pdf", "file_refused")
    assert "999" in missing.message or "folder" in missing.message.lower()
    assert len(emails(world)) == 1


def test_a_text_that_was_cut_is_missing_something(connected: Connect, world: World, tenant: str, contact: str) -> None:
    saved = connected().save_email(tenant, email("contact", contact, text="x" * 1_000_001, html=None))
    assert [each.code for each in saved.missing] == ["text_cut"]
    assert len(emails(world)[0]["body"]) <= 1_000_000


# What is refused


@both_ways
@pytest.mark.parametrize(("type", "id"), [("contact", "99999"), ("contact", "x' OR 1=1"), ("nothing", "1")])
def test_a_record_that_is_not_there_is_said_before_anything_is_stored(
    connected: Connect, world: World, control: Control, tenant: str, type: str, id: str, way: Any
) -> None:
    error = refusal(connected(**way), tenant, email(type, id, files=[PDF]))
    assert (error.code, error.permanent) == ("record_gone", True)
    assert ledger(world.netsuite)["files"] == []
    assert total(control) <= 1


@both_ways
def test_a_record_that_vanished_since_it_was_last_seen_is_gone_and_leaves_no_files(
    connected: Connect, account: Account, world: World, tenant: str, contact: str, way: Any
) -> None:
    netsuite = connected(**way)
    netsuite.save_email(tenant, email("contact", contact))
    account.remove("contact", contact)
    error = refusal(netsuite, tenant, email("contact", contact, "key-2", files=[PDF]))
    assert error.code == "record_gone"
    assert len(emails(world)) == 1
    assert ledger(world.netsuite)["files"] == []
    assert netsuite.find_saved(tenant, "key-2") is None


@both_ways
def test_a_record_that_vanished_between_two_attempts_leaves_no_files_of_the_first(
    connected: Connect, account: Account, control: Control, world: World, tenant: str, contact: str, way: Any
) -> None:
    for path in (MESSAGES, "/app/site/*"):
        # The second request of a save by the RESTlet is for its file, the third for the message.
        skipped = [{"service": "netsuite", "path": path, "delay_ms": 0, "times": 1}] if "site" in path else []
        control("POST", "faults", json=[*skipped, {"service": "netsuite", "path": path, "status": 503}])
    assert not refusal(connected(**way), tenant, email("contact", contact, files=[PDF])).permanent
    assert len(ledger(world.netsuite)["files"]) == 1
    control("DELETE", "faults")
    account.remove("contact", contact)
    assert refusal(connected(**way), tenant, email("contact", contact, files=[PDF])).code == "record_gone"
    assert ledger(world.netsuite)["files"] == []


@both_ways
def test_somebody_who_vanished_since_he_was_last_seen_is_stood_for_by_the_record(
    connected: Connect, account: Account, world: World, tenant: str, contact: str, way: Any
) -> None:
    netsuite = connected(**way)
    ana = next(id for id, each in account.records["employee"].items() if each.get("email") == "ana@contoso.example")
    writes = {"sent_by": Party("Ana", "ana@contoso.example")}
    netsuite.save_email(tenant, email("contact", contact, **writes))
    account.remove("employee", ana)
    netsuite.save_email(tenant, email("contact", contact, "key-2", **writes))
    assert [each["author"]["id"] for each in emails(world)] == [ana, contact]
    assert {each["author"]["email"] for each in emails(world)} == {"ana@contoso.example"}


def refuse(control: Control, path: str, detail: str, times: int | None = None) -> None:
    rest = {"title": "Bad Request", "status": 400, "o:errorDetails": [{"detail": detail, "o:errorCode": "USER_ERROR"}]}
    body = {"error": {"code": "USER_ERROR", "message": detail}} if "restlet" in path else rest
    order = {"service": "netsuite", "method": "POST", "path": path, "status": 400, "body": body, "times": times}
    control("POST", "faults", json=[order])


MESSAGES = "/services/rest/record/v1/message"


def test_a_poisonous_message_is_refused_for_good_with_netsuites_own_reason(
    connected: Connect, control: Control, world: World, tenant: str, contact: str
) -> None:
    refuse(control, MESSAGES, "Error while accessing a resource. The moon is in the wrong phase.")
    netsuite = connected(**BY_REST)
    error = refusal(netsuite, tenant, email("contact", contact, files=[PDF]))
    assert error.permanent
    assert error.message == "NetSuite refused this: The moon is in the wrong phase."
    assert total(control) < 12
    control("DELETE", "faults")
    # Others are not concerned, and nothing of it is left.
    netsuite.save_email(tenant, email("contact", contact, "key-2"))
    assert len(emails(world)) == 1
    assert ledger(world.netsuite)["files"] == []
    assert netsuite.find_saved(tenant, "key-1") is None
    # When the reason is gone it is saved with all that belongs to it.
    netsuite.save_email(tenant, email("contact", contact, files=[PDF]))
    assert len(ledger(world.netsuite)["files"]) == 1


def test_parties_that_netsuite_does_not_take_are_replaced_by_the_record(
    connected: Connect, control: Control, world: World, tenant: str, contact: str
) -> None:
    refuse(control, MESSAGES, "Invalid author reference key 5 for entity 107.", times=1)
    connected(**BY_REST).save_email(tenant, email("contact", contact, sent_by=Party("Ana", "ana@contoso.example")))
    [found] = emails(world)
    assert found["author"] == {"id": contact, "email": "ana@contoso.example"}


@both_ways
@pytest.mark.parametrize("permission", ["Track Messages", "Documents and Files"])
def test_a_missing_permission_is_named_and_no_half_email_is_saved(
    connected: Connect, control: Control, world: World, tenant: str, contact: str, way: Any, permission: str
) -> None:
    world.netsuite.accounts[0].withheld.add(permission)
    error = refusal(connected(**way), tenant, email("contact", contact, files=[PDF]))
    assert (error.code, error.permanent) == ("permission", True)
    assert permission in error.message
    assert emails(world) == []


def test_a_restlet_that_is_gone_fails_no_email_but_waits_for_an_administrator(
    connected: Connect, account: Account, tenant: str, contact: str
) -> None:
    account.restlet_installed = False
    error = refusal(connected(), tenant, email("contact", contact))
    assert (error.code, error.permanent) == ("reconnect", False)
    assert "administrator" in error.message
    account.restlet_installed = True
    assert not connected().save_email(tenant, email("contact", contact)).is_repeat


# Undo


@both_ways
def test_undo_takes_the_message_and_its_files_away(
    connected: Connect, world: World, tenant: str, contact: str, way: Any
) -> None:
    netsuite = connected(keep_original=True, **way)
    saved = netsuite.save_email(tenant, email("contact", contact, files=[PDF, PNG]))
    netsuite.remove_email(tenant, saved.reference)
    assert (emails(world), ledger(world.netsuite)["files"]) == ([], [])
    assert netsuite.emails(tenant, "contact", contact).items == ()
    assert not netsuite.save_email(tenant, email("contact", contact, files=[PDF])).is_repeat


@both_ways
def test_a_message_that_somebody_deleted_in_netsuite_can_be_undone_and_is_not_shown(
    connected: Connect, account: Account, tenant: str, contact: str, way: Any
) -> None:
    netsuite = connected(**way)
    saved = netsuite.save_email(tenant, email("contact", contact, files=[PDF]))
    account.remove("message", saved.reference)
    account.remove_file(next(iter(account.files)))
    for call in (netsuite.email, lambda *args: netsuite.attachment(*args, 0)):
        with pytest.raises(DestinationError) as refused:
            call(tenant, saved.reference)
        assert refused.value.code == "not_found"
    netsuite.remove_email(tenant, saved.reference)
    assert netsuite.find_saved(tenant, "key-1") is None


@both_ways
def test_where_netsuite_lets_nobody_delete_messages_undo_says_what_to_do(
    connected: Connect, account: Account, world: World, tenant: str, contact: str, way: Any
) -> None:
    netsuite = connected(**way)
    saved = netsuite.save_email(tenant, email("contact", contact, files=[PDF]))
    account.messages_removable = False
    with pytest.raises(DestinationError) as refused:
        netsuite.remove_email(tenant, saved.reference)
    assert (refused.value.code, refused.value.permanent) == ("undo_refused", True)
    assert saved.link in refused.value.message
    # It is there as before, with its file.
    assert len(emails(world)) == len(ledger(world.netsuite)["files"]) == 1
    assert len(netsuite.emails(tenant, "contact", contact).items) == 1


# What may differ between accounts


def test_the_switches_of_an_account_change_what_is_sent(
    connected: Connect, account: Account, world: World, tenant: str
) -> None:
    case = one(account, "supportcase")
    switches = {"moment_format": "date", "case_field": "entity", "address_separator": " ", "looked_up_by": "suiteql"}
    netsuite = connected(facts=switches, **BY_REST)
    copies = [Party("", "a@adatum.example"), Party("", "b@adatum.example")]
    sent_at = datetime(2026, 11, 16, 9, 5, tzinfo=UTC)
    saved = netsuite.save_email(tenant, email("supportcase", case, cc=copies, sent_at=sent_at))
    message = account.records["message"][saved.reference]
    assert (message["messageDate"], message["time"]) == ("2026-11-16", "09:05")
    assert message["cc"] == "a@adatum.example b@adatum.example"
    assert "activity" not in message
    assert message["entity"]["id"] == account.records["supportcase"][case]["company"]["id"]
    assert netsuite.look_up("key-1") is not None
    assert netsuite.look_up("key-2") is None
    by_script = connected(facts=switches).save_email(tenant, email("supportcase", case, "key-2"))
    assert "activity" not in account.records["message"][by_script.reference]


def test_files_hang_on_the_record_even_where_messages_are_believed_to_take_them(
    connected: Connect, world: World, tenant: str, contact: str
) -> None:
    connected(facts={"attaches_to_messages": True}, **BY_REST).save_email(
        tenant, email("contact", contact, files=[PDF])
    )
    [file] = ledger(world.netsuite)["files"]
    assert {"type": "contact", "id": contact} in file["attachedTo"]
