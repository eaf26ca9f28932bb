"""What Graph announces is taken in at once, and what only pretends to come from Graph is not."""

import json
import threading
import time
import uuid
from concurrent.futures import wait
from typing import Any

import psutil
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from server.services import Services
from server.settings import Settings
from server.wiring import SIDE_THREADS
from tests.autopilot.watched import HOOK, become_due, row, rule_on, settled, subscribed, subscription, watch
from tests.conftest import Control, Someone, mime
from tests.launching import LIMIT
from tests.simulator.seed import CONTOSO, FABRIKAM
from tests.simulator.world import World
from tests.steps import CLEO, SUPPORT


@pytest.fixture
def settings(far_off: Settings) -> Settings:
    return far_off


@pytest.fixture
def anybody(app: Any) -> FlaskClient:
    found: FlaskClient = app.test_client()
    return found


@pytest.fixture
def genuine(on_watch: Any, world: World) -> dict[str, Any]:
    """A notification as Graph itself sends it."""
    [one] = world.subscriptions.running(world.now())
    return {
        "id": str(uuid.uuid4()),
        "subscriptionId": one.id,
        "subscriptionExpirationDateTime": "2026-12-01T09:00:00.0000000Z",
        "clientState": one.client_state,
        "tenantId": CONTOSO.id,
        "changeType": "created",
        "resource": "Users/someone/Messages/some-id",
        "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "id": "some-id"},
    }


def downloads(control: Control) -> int:
    return sum(each["count"] for each in control.requests("graph") if each["route"].endswith("$value"))


def processor_seconds(services: Services) -> float:
    """Of this process and of the database, so that others at the same machine do not count."""
    [backend] = row(services, "SELECT pg_backend_pid() AS pid").values()
    database = psutil.Process(backend).parent()
    assert database is not None
    times = [each.cpu_times() for each in (database, *database.children())]
    ended = times[0].children_user + times[0].children_system
    return time.process_time() + ended + sum(each.user + each.system for each in times)


# Mail that is announced


def test_mail_is_saved_once_it_was_announced(
    ben: Someone, services: Services, control: Control, on_watch: Any, work: Any
) -> None:
    control.deliver(SUPPORT, mime())
    settled(control)
    work()
    [email] = ben.emails(on_watch)
    assert email["internetMessageId"] == "<1@adatum.example>"
    assert (watch(services)["health"], watch(services)["reason"]) == ("connected", None)


def test_duplicates_out_of_order_cost_nothing_more(ben: Someone, control: Control, on_watch: Any, work: Any) -> None:
    wanted = {"duplicate": 3, "shuffle": True, "mixed": True, "updatedAfterCreated": True}
    control("POST", "world", json={"notifications": wanted})
    for number in range(5):
        control.deliver(SUPPORT, mime(message_id=f"<{number}@adatum.example>"))
    settled(control)
    work()
    settled(control)
    work()
    assert len(ben.emails(on_watch)) == 5
    assert downloads(control) == 5


def test_our_own_mark_is_announced_too_and_costs_no_download(
    services: Services, control: Control, on_watch: Any, work: Any
) -> None:
    control.deliver(SUPPORT, mime())
    settled(control)
    work()
    assert [each["categories"] for each in control.messages(SUPPORT) if each["subject"] == "Order 4711"] != [[]]
    settled(control)
    control("DELETE", "requests")
    work()
    settled(control)
    assert downloads(control) == 0
    assert not [each for each in control.requests("graph") if each["method"] == "PATCH"]
    assert row(services, "SELECT count(*) AS n FROM procrastinate_jobs")["n"] == 0


def test_what_is_announced_before_it_is_there_is_looked_for_again(
    ben: Someone, services: Services, control: Control, on_watch: Any, sweep: Any, work: Any
) -> None:
    control("POST", "world", json={"notifications": {"before_get": 60_000}})
    control.deliver(SUPPORT, mime())
    settled(control)
    work()
    assert ben.emails(on_watch) == []
    assert watch(services)["due_in"] <= 60
    control("POST", "world", json={"advance": 61})
    become_due(services)
    sweep()
    assert len(ben.emails(on_watch)) == 1


def test_announced_mail_is_found_although_the_counts_of_its_folder_stayed_the_same(
    ben: Someone, services: Services, control: Control, on_watch: Any, sweep: Any
) -> None:
    first = control.deliver(SUPPORT, mime())
    settled(control)
    sweep()
    control("DELETE", "messages", json={"mailbox": SUPPORT, "id": first["id"]})
    control.deliver(SUPPORT, mime(message_id="<2@adatum.example>"))
    settled(control)
    sweep()
    row(services, "UPDATE announcements SET at = at - interval '10 seconds'")
    become_due(services)
    sweep()
    assert len(ben.emails(on_watch)) == 2


def test_what_is_announced_while_the_mailbox_is_read_is_not_forgotten(
    services: Services, anybody: FlaskClient, genuine: Any, sweep: Any
) -> None:
    """It comes when the folders are being read: a second look has to follow."""
    answers: list[int] = []

    @event.listens_for(services.database.engine, "before_cursor_execute")
    def in_between(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "watched_folders" in statement and not answers:
            answers.append(0)
            answers[0] = anybody.post(HOOK, json={"value": [genuine]}).status_code

    become_due(services)
    before = watch(services)["fence"]
    sweep()
    event.remove(services.database.engine, "before_cursor_execute", in_between)
    assert answers == [202]
    sweep()
    assert watch(services)["fence"] >= before + 2


# The handshake


@pytest.mark.parametrize("token", ["<script>alert(1)</script>", "Validation: a+b /=%41&é", ""])
def test_a_handshake_is_answered_with_the_very_token(anybody: FlaskClient, token: str) -> None:
    answer = anybody.post(HOOK, query_string={"validationToken": token})
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, token)
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_token_without_end_is_not_echoed_and_nothing_is_there_to_be_read(anybody: FlaskClient) -> None:
    assert anybody.post(HOOK, query_string={"validationToken": "x" * 8193}).status_code == 400
    assert anybody.get(HOOK, query_string={"validationToken": "x"}).status_code == 405


# Forged ones (A26, A27, A28)


FORGED: list[dict[str, Any]] = [
    {"clientState": "wrong"},
    {"clientState": None},
    {"clientState": "ünsäglich"},
    {"clientState": "\ud800"},
    {"clientState": "\x00"},
    {"clientState": ["a"]},
    {"clientState": {}},
    {"clientState": 7},
    {"subscriptionId": str(uuid.uuid4())},
    {"subscriptionId": None},
    {"subscriptionId": "\x00"},
    {"subscriptionId": ["a"]},
    {"tenantId": FABRIKAM.id},
    {"tenantId": None},
    {"tenantId": 1},
]


def test_a_forged_notification_is_dropped_with_the_usual_answer(
    services: Services, control: Control, anybody: FlaskClient, genuine: Any
) -> None:
    noted = "SELECT (SELECT count(*) FROM announcements) AS n, (SELECT count(*) FROM procrastinate_jobs) AS bells"
    before = watch(services)["due_at"], subscription(services), row(services, noted)
    control("DELETE", "requests")
    for forged in FORGED:
        for lifecycle in ({}, {"lifecycleEvent": "subscriptionRemoved"}):
            answer = anybody.post(HOOK, json={"value": [{**genuine, **lifecycle, **forged}]})
            assert (answer.status_code, answer.get_data()) == (202, b""), forged
    assert (watch(services)["due_at"], subscription(services), row(services, noted)) == before
    assert control.requests() == []


def test_the_secret_of_one_subscription_is_no_good_for_another(
    ana: Someone,
    ben: Someone,
    services: Services,
    control: Control,
    world: World,
    anybody: FlaskClient,
    genuine: Any,
    record: Any,
    sweep: Any,
) -> None:
    ana.post("/api/admin/licenses", {"mailbox": CLEO}, expect=201)
    rule_on(ben, control, record, CLEO)
    sweep()
    [other] = [one for one in world.subscriptions.running(world.now()) if one.id != genuine["subscriptionId"]]
    both = "SELECT array_agg(due_at ORDER BY mailbox_id) AS them FROM watches"
    before = row(services, both)["them"]
    assert anybody.post(HOOK, json={"value": [{**genuine, "subscriptionId": other.id}]}).status_code == 202
    assert row(services, both)["them"] == before


def test_forged_ones_are_reported_once_for_each_request(
    anybody: FlaskClient, genuine: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = [{**genuine, "clientState": "wrong"}] * 3
    capsys.readouterr()
    anybody.post(HOOK, json={"value": [genuine, *forged]})
    told = [line for line in capsys.readouterr().out.splitlines() if "notifications_dropped" in line]
    assert len(told) == 1
    assert "3" in told[0] and genuine["clientState"] not in told[0]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1", b'{"value": [NaN]}', b'{"value": [1e999]}', b'{"value":[],"value":[]}']
)
def test_what_is_no_strict_json_is_refused(anybody: FlaskClient, body: bytes) -> None:
    assert anybody.post(HOOK, data=body, content_type="application/json").status_code == 400


def test_nesting_without_end_is_refused(anybody: FlaskClient) -> None:
    assert anybody.post(HOOK, data=b'{"value":' + b"[" * 100_000, content_type="application/json").status_code == 400


@pytest.mark.parametrize("body", [[], {}, {"value": None}, {"value": "x"}, {"value": [None, 1, "x", []]}], ids=str)
def test_json_of_another_shape_is_dropped(anybody: FlaskClient, body: Any) -> None:
    assert anybody.post(HOOK, json=body).status_code == 202


def test_a_body_without_end_is_refused(anybody: FlaskClient) -> None:
    assert anybody.post(HOOK, data=b"x" * (9 * 1024 * 1024), content_type="application/json").status_code == 413


def test_ten_thousand_in_one_post_are_answered_within_a_second(
    services: Services, anybody: FlaskClient, genuine: Any
) -> None:
    many = [{**genuine, "id": str(n), "subscriptionId": str(uuid.uuid4())} for n in range(9_999)]
    body = json.dumps({"value": [*many, genuine]})
    began = processor_seconds(services)
    answer = anybody.post(HOOK, data=body, content_type="application/json")
    assert (answer.status_code, processor_seconds(services) - began < 1) == (202, True)
    assert row(services, "SELECT count(*) AS n FROM announcements")["n"] == 1


# When the database is away


def test_it_is_never_acknowledged_while_the_database_does_not_answer(
    services: Services, anybody: FlaskClient, genuine: Any
) -> None:
    began = time.perf_counter()
    with services.database.session.begin() as session:
        session.connection().exec_driver_sql("LOCK TABLE subscriptions IN ACCESS EXCLUSIVE MODE")
        answer = anybody.post(HOOK, json={"value": [genuine]})
        assert answer.status_code == 503
    assert time.perf_counter() - began < 2.5
    assert anybody.post(HOOK, json={"value": [genuine]}).status_code == 202


def test_what_was_refused_for_want_of_a_thread_is_not_kept_for_later(
    services: Services, anybody: FlaskClient, genuine: Any
) -> None:
    """Else it would gather, as long as the database does not answer."""
    answers = threading.Event()
    stuck = [services.threads.submit(answers.wait, LIMIT) for _ in range(SIDE_THREADS)]
    assert anybody.post(HOOK, json={"value": [genuine]}).status_code == 503
    answers.set()
    wait(stuck)
    all_free = threading.Barrier(SIDE_THREADS)
    wait([services.threads.submit(all_free.wait, LIMIT) for _ in range(SIDE_THREADS)])
    assert row(services, "SELECT count(*) AS n FROM announcements")["n"] == 0


def test_a_mailbox_in_trouble_is_not_asked_sooner_because_of_notifications(
    services: Services, anybody: FlaskClient, genuine: Any
) -> None:
    row(services, "UPDATE watches SET health = 'connectError', due_at = now() + interval '10 minutes'")
    assert anybody.post(HOOK, json={"value": [genuine]}).status_code == 202
    assert watch(services)["due_in"] > 500


def test_only_its_digest_is_kept_of_the_secret(services: Services, control: Control, genuine: Any) -> None:
    assert len(genuine["clientState"]) >= 43
    assert genuine["clientState"] not in str(dict(subscription(services)))
    assert len(subscribed(control)) == 1
