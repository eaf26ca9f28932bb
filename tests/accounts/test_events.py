"""Programs are told what happens to the messages of their accounts: as it happens, and once."""

from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import event

from server.services import Services
from tests.accounts.listening import *  # noqa: F403
from tests.accounts.listening import connect, summary
from tests.autopilot.stories import everywhere, opened, ruled, unlicense
from tests.autopilot.watched import become_due, row, rule_on, settled
from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, contact, with_files
from tests.webhooks.steps import added, heard


def order(number: int) -> bytes:
    return mime(f"Order {number}", f"<{number}@adatum.example>")


def test_a_new_message_is_told_with_what_a_list_shows_of_it(support: str, control: Control, hear: Any) -> None:
    raw = mime(headers="In-Reply-To: <0@contoso.example>\r\nCc: sales@contoso.example")
    message = control.deliver(SUPPORT, raw)
    [told] = hear()
    assert {name: told[name] for name in ("type", "event", "account", "path", "specialUse", "serviceUrl")} == {
        "type": "messageNew",
        "event": "messageNew",
        "account": "support",
        "path": "INBOX",
        "specialUse": "\\Inbox",
        "serviceUrl": "https://affix.example",
    }
    assert told["date"] == told["at"]
    data = told["data"]
    assert data["id"] == data["emailId"] == message["immutableId"]
    assert (data["subject"], data["messageId"]) == ("Order 4711", "<1@adatum.example>")
    assert (data["flags"], data["unseen"], data["flagged"], data["draft"], data["labels"]) == (
        [],
        True,
        False,
        False,
        [],
    )
    assert data["from"] == data["sender"] == {"name": "Purchasing", "address": "purchasing@adatum.example"}
    assert [each["address"] for each in (*data["to"], *data["cc"])] == [SUPPORT, "sales@contoso.example"]
    assert (data["inReplyTo"], data["messageSpecialUse"], data["seemsLikeNew"]) == (
        "<0@contoso.example>",
        "\\Inbox",
        True,
    )
    assert data["preview"] == "Please send us an offer." and data["text"]["id"] and data["threadId"]


def test_what_is_attached_to_a_new_message_is_there_under_the_id_that_is_told(
    support: str, program: Someone, control: Control, hear: Any
) -> None:
    control.deliver(SUPPORT, with_files(("offer.pdf", b"An offer")))
    [told] = hear()
    [attached] = told["data"]["attachments"]
    given = program.raw("GET", f"/v1/account/{support}/attachment/{attached['id']}")
    assert (attached["filename"], given.status_code, given.data) == ("offer.pdf", 200, b"An offer")


def test_what_is_in_the_mailbox_already_is_not_told_but_each_change_of_it_is(
    program: Someone, ana: Someone, services: Services, control: Control, announced: None, hear: Any
) -> None:
    added(ana, events=["messageNew", "messageUpdated", "messageDeleted"])
    message = control.deliver(SUPPORT, mime())["immutableId"]
    connect(program, control, "support")
    row(services, "UPDATE accounts SET notify_from = notify_from + interval '1 second'")
    assert hear() == []
    program("PUT", f"/v1/account/support/message/{message}", {"flags": {"add": ["\\Seen"]}})
    [told] = hear()
    assert (told["event"], told["path"], told["data"]["id"]) == ("messageUpdated", "INBOX", message)
    assert told["data"]["changes"] == {"flags": {"added": ["\\Seen"], "deleted": [], "value": ["\\Seen"]}}


def test_flags_labels_moves_and_deletions_are_told_once_each(
    support: str, program: Someone, control: Control, hear: Any
) -> None:
    message = control.deliver(SUPPORT, mime())["immutableId"]
    assert summary(hear()) == [("messageNew", "INBOX", "Order 4711")]
    path = f"/v1/account/{support}/message/{message}"

    program("PUT", path, {"flags": {"add": ["\\Flagged"]}, "labels": {"add": ["Blue category"]}})
    [told] = hear()
    assert told["data"]["changes"] == {
        "flags": {"added": ["\\Flagged"], "deleted": [], "value": ["\\Flagged"]},
        "labels": {"added": ["Blue category"], "deleted": [], "value": ["Blue category"]},
    }
    program("PUT", f"{path}/move", {"path": "\\Archive"})
    [told] = hear()
    assert (told["event"], told["path"], told["specialUse"]) == ("messageUpdated", "Archive", "\\Archive")
    assert told["data"]["changes"] == {"path": {"old": "INBOX", "new": "Archive"}}

    control("DELETE", "messages", json={"mailbox": SUPPORT, "id": message})
    [told] = hear()
    assert (told["event"], told["path"], told["data"]["id"]) == ("messageDeleted", "Archive", message)
    assert hear() == []


def test_repeated_notifications_in_any_order_are_told_once(support: str, control: Control, hear: Any) -> None:
    wanted = {"duplicate": 3, "shuffle": True, "mixed": True, "updatedAfterCreated": True}
    control("POST", "world", json={"notifications": wanted})
    for number in range(8):
        control.deliver(SUPPORT, order(number))
    assert sorted(summary(hear())) == [("messageNew", "INBOX", f"Order {number}") for number in range(8)]


def test_a_single_message_that_is_announced_costs_one_request_to_graph(
    support: str, control: Control, work: Any
) -> None:
    control("DELETE", "requests")
    control.deliver(SUPPORT, mime())
    settled(control)
    work()
    assert [each["told"]["event"] for each in heard(control)] == ["messageNew"]
    assert [(each["route"], each["count"]) for each in control.requests("graph")] == [("/users/{id}/messages/{id}", 1)]


def test_what_nobody_announced_is_found_by_looking(
    support: str, program: Someone, services: Services, control: Control, hear: Any
) -> None:
    control("POST", "world", json={"notifications": {"drop": 1}})
    first, second = (control.deliver(SUPPORT, order(number))["immutableId"] for number in (1, 2))
    assert hear() == []
    become_due(services)
    assert sorted(summary(hear())) == [("messageNew", "INBOX", "Order 1"), ("messageNew", "INBOX", "Order 2")]
    program("PUT", f"/v1/account/{support}/message/{first}/move", {"path": "\\Trash"})
    program("PUT", f"/v1/account/{support}/message/{second}", {"flags": {"add": ["\\Seen"]}})
    control.deliver(SUPPORT, order(3), "junkemail")
    become_due(services)
    assert sorted(summary(hear())) == [
        ("messageNew", "Junk Email", "Order 3"),
        ("messageUpdated", "Deleted Items", ""),
        ("messageUpdated", "INBOX", ""),
    ]
    control("DELETE", "messages", json={"mailbox": SUPPORT, "id": first})
    become_due(services)
    assert summary(hear()) == [("messageDeleted", "Deleted Items", "")]


def test_each_account_of_a_mailbox_is_told_and_another_tenant_is_not(
    support: str, program: Someone, someone: Any, eve_program: Someone, control: Control, hear: Any
) -> None:
    eve_hook = added(someone("eve"), "/eve", events=["messageNew"])
    connect(program, control, "second")
    assert hear() == []
    control.deliver(SUPPORT, mime())
    assert sorted(each["account"] for each in hear()) == ["second", "support"]
    assert eve_hook and heard(control, "/eve") == []


def test_a_paused_account_is_told_nothing_until_it_is_resumed(
    support: str, program: Someone, services: Services, control: Control, hear: Any
) -> None:
    program("PUT", f"/v1/account/{support}/pause")
    hear()
    control.deliver(SUPPORT, mime())
    assert hear() == []
    program("PUT", f"/v1/account/{support}/resume")
    assert summary(hear()) == [("messageNew", "INBOX", "Order 4711")]


def test_accounts_go_on_without_a_licence_and_rules_catch_up_once_there_is_one(
    support: str, ana: Someone, ben: Someone, services: Services, control: Control, hear: Any
) -> None:
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    record = contact(ana)
    rule_on(ben, control, record)
    hear()
    [license] = ana.get("/api/admin/licenses")["licenses"]
    ana("DELETE", f"/api/admin/licenses/{license['id']}")
    hear()
    control.deliver(SUPPORT, order(1))
    assert summary(hear()) == [("messageNew", "INBOX", "Order 1")]
    assert ben.emails(record) == []
    mailbox_id = row(services, "SELECT mailbox_id FROM watches")["mailbox_id"]
    assert ben.get(f"/api/mailboxes/{mailbox_id}/overview")["health"]["state"] == "unlicensed"
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    assert [each["event"] for each in hear()] == ["messageUpdated"]  # that it is marked as saved
    assert [each["internetMessageId"] for each in ben.emails(record)] == ["<1@adatum.example>"]


def test_an_account_is_served_by_a_colleagues_connection_while_its_own_is_lost(
    support: str, ana: Someone, program: Someone, control: Control, services: Services, hear: Any
) -> None:
    connect(program, control, "bens", person="ben@contoso.example")
    hear()
    control("POST", "world", json={"revoke": "ana"})
    row(services, "UPDATE watches SET carrier_id = NULL")
    control.deliver(SUPPORT, order(1))
    assert "bens" in {each["account"] for each in hear()}
    states = {each["account"]: each["state"] for each in program.get("/v1/accounts")["accounts"]}
    assert states["bens"] == "connected"


def test_a_mailbox_that_autopilot_reads_already_brings_nothing_old_to_an_account(
    program: Someone, ana: Someone, ben: Someone, services: Services, control: Control, announced: None, hear: Any
) -> None:
    added(ana, events=["messageNew"])
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    record = contact(ana)
    rule_on(ben, control, record)
    row(services, "UPDATE rules SET since = since - interval '3 days'")
    hear()
    control.deliver(SUPPORT, order(1))
    hear()
    connect(program, control, "support")
    row(services, "UPDATE accounts SET notify_from = notify_from + interval '1 second'")
    assert hear() == []
    become_due(services)
    assert hear() == []
    program("PUT", "/v1/account/support/flush", {"flush": True})
    assert hear() == []
    row(services, "UPDATE accounts SET notify_from = created_at")
    control.deliver(SUPPORT, order(2))
    assert summary(hear()) == [("messageNew", "INBOX", "Order 2")]


def test_what_is_announced_while_a_single_message_is_asked_for_waits_for_no_sweep(
    support: str, services: Services, control: Control, work: Any
) -> None:
    """Whoever was called for it finds the mailbox in another worker's hands."""
    later: list[str] = []

    @event.listens_for(services.database.engine, "before_cursor_execute")
    def in_between(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("INSERT INTO known_messages") and not later:
            later.append(control.deliver(SUPPORT, order(2))["immutableId"])
            settled(control)
            row(services, "DELETE FROM procrastinate_jobs WHERE queueing_lock LIKE 'mailbox:%' AND status <> 'doing'")

    control.deliver(SUPPORT, order(1))
    settled(control)
    work()
    event.remove(services.database.engine, "before_cursor_execute", in_between)
    assert later and [each["told"]["data"]["subject"] for each in heard(control)] == ["Order 1", "Order 2"]


@pytest.mark.parametrize("code", ["ErrorItemNotFound", "ErrorNonExistentMailbox", "ErrorInvalidUser"])
def test_a_message_that_is_not_found_just_now_is_neither_gone_nor_new_again(
    support: str, program: Someone, services: Services, control: Control, hear: Any, code: str
) -> None:
    message = control.deliver(SUPPORT, mime())["immutableId"]
    assert [each["event"] for each in hear()] == ["messageNew"]
    program("PUT", f"/v1/account/{support}/message/{message}", {"flags": {"add": ["\\Seen"]}})
    refusal = {"status": 404, "body": {"error": {"code": code, "message": "Not now."}}, "times": 1}
    where = {"service": "graph", "method": "GET", "path": f"*/messages/{quote(message)}"}
    control("POST", "faults", json={**where, **refusal})
    told = hear()
    become_due(services)
    assert [each["event"] for each in (*told, *hear())] == ["messageUpdated"]
    assert row(services, "SELECT state FROM accounts")["state"] == "connected"


@pytest.mark.parametrize(("status", "code"), [(400, "ErrorInvalidRequest"), (403, "ErrorAccessDenied")])
def test_a_message_for_which_graph_does_not_answer_stops_no_other(
    support: str, services: Services, control: Control, hear: Any, status: int, code: str
) -> None:
    refused = control.deliver(SUPPORT, order(1))["immutableId"]
    assert [each["event"] for each in hear()] == ["messageNew"]
    refusal = {"status": status, "body": {"error": {"code": code, "message": "Not this one."}}}
    where = {"service": "graph", "method": "GET", "path": f"*/messages/{quote(refused)}"}
    control("POST", "faults", json={**where, **refusal})
    control("DELETE", "messages", json={"mailbox": SUPPORT, "id": refused})
    control.deliver(SUPPORT, order(2))
    become_due(services)
    assert summary(hear()) == [("messageNew", "INBOX", "Order 2")]
    become_due(services)
    assert hear() == [] and row(services, "SELECT 1 FROM known_messages WHERE gone_at IS NOT NULL") is None
    assert row(services, "SELECT failures FROM watches")["failures"] == 0
    assert row(services, "SELECT state FROM accounts")["state"] == "connected"


def test_what_came_while_a_rule_for_everywhere_was_stopped_is_saved_once_it_is_taken_over(
    support: str, ana: Someone, ben: Someone, control: Control, hear: Any
) -> None:
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    record = contact(ana)
    for person in (ana, ben):
        opened(person, control, SUPPORT)
    path = f"/api/rules/{ruled(ben, everywhere(record))['id']}"
    hear()
    control("POST", "world", json={"enabled": {"ben": False}, "expireTokens": "ben"})
    for number in (1, 2):
        control.deliver(SUPPORT, order(number))
        assert summary(hear()) == [("messageNew", "INBOX", f"Order {number}")]
    ana("PATCH", path, json={"owner": "me"})
    hear()
    assert sorted(each["internetMessageId"] for each in ana.emails(record)) == [
        "<1@adatum.example>",
        "<2@adatum.example>",
    ]


def test_rules_that_rest_catch_up_even_if_looks_before_and_afterwards_break_off(
    support: str, ana: Someone, ben: Someone, services: Services, control: Control, hear: Any
) -> None:
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    record = contact(ana)
    rule_on(ben, control, record)
    hear()
    folder = row(services, "SELECT folder_id FROM watched_folders WHERE special_use = 'archive'")["folder_id"]
    of_archive = {"service": "graph", "path": f"*{folder.rstrip('=')}*/messages/delta", "status": 503}
    control("POST", "faults", json=of_archive)
    unlicense(ana, SUPPORT)
    control.deliver(SUPPORT, order(1))
    for number in (2, 3):  # what grows most is read last
        control.deliver(SUPPORT, order(number), "archive")
    assert summary(hear()) == [("messageNew", "INBOX", "Order 1")]
    assert row(services, "SELECT rules_rest_since FROM watches")["rules_rest_since"] is not None
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    inbox = "SELECT link FROM watched_folders WHERE special_use = 'inbox'"
    for path in (of_archive["path"], "*/messages/delta"):
        control("POST", "faults", json={**of_archive, "path": path})
        become_due(services)
        hear()
        assert row(services, inbox)["link"] is not None  # it is read from its beginning once only
    control("DELETE", "faults")
    become_due(services)
    hear()
    saved = sorted(str(each["internetMessageId"])[1] for each in ben.emails(record))
    assert saved == ["1", "2", "3"]


def test_what_went_with_its_folder_is_told_as_deleted(
    support: str, program: Someone, services: Services, control: Control, hear: Any
) -> None:
    control("POST", "world", json={"notifications": {"drop": 1}})
    row(services, "UPDATE accounts SET notify_from = notify_from - interval '1 second'")  # the mailbox counts in those
    program("POST", f"/v1/account/{support}/mailbox", {"path": ["Projects"]})
    message = control.deliver(SUPPORT, mime(), "Projects")["immutableId"]
    become_due(services)
    assert summary(hear()) == [("messageNew", "Projects", "Order 4711")]
    for path in ("Projects", "Deleted Items/Projects"):  # the second time for good
        program("DELETE", f"/v1/account/{support}/mailbox?path={quote(path)}")
    become_due(services)
    assert [(each["event"], each["data"]["id"]) for each in hear()] == [("messageDeleted", message)]
    become_due(services)
    assert hear() == [] and row(services, "SELECT 1 FROM watched_folders WHERE name = 'Projects'") is None
