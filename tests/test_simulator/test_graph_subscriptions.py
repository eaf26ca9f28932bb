"""Who may subscribe to what, the handshake, the limits, and the life of a subscription."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug import Response

from tests.simulator import seed
from tests.simulator.world import World
from tests.test_simulator.cast import Caller, Control, at, refusal
from tests.test_simulator.receiving import HOOK, Receiver, subscribed, wish

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
INBOX = f"users/{BOX}/mailFolders('inbox')/messages"
ALL = f"/users/{BOX}/messages"
DENIED = (403, "ErrorAccessDenied")


@pytest.fixture
def affix_itself(app_only: Callable[[], Caller]) -> Caller:
    return app_only()


def within(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


def test_a_subscription_is_made_as_it_was_asked_for(affix_itself: Caller, receiver: Receiver) -> None:
    asked = wish(INBOX, latestSupportedTlsVersion="v1_2")
    made = affix_itself.post("/subscriptions", json=asked).json()
    assert {name: made[name] for name in asked if name != "expirationDateTime"} == {
        name: asked[name] for name in asked if name != "expirationDateTime"
    }
    assert datetime.fromisoformat(made["expirationDateTime"]) == datetime.fromisoformat(asked["expirationDateTime"])
    assert made["applicationId"] == seed.AFFIX_APP
    assert affix_itself.get(f"/subscriptions/{made['id']}").json()["resource"] == INBOX


def test_both_addresses_are_asked_with_their_own_parameters_kept(affix_itself: Caller, receiver: Receiver) -> None:
    subscribed(affix_itself, INBOX, notificationUrl=f"{HOOK}?key=1", lifecycleNotificationUrl=f"{HOOK}/life")
    first, second = receiver.handshakes
    assert first.startswith(f"{HOOK}?key=1&validationToken=") and second.startswith(f"{HOOK}/life?validationToken=")


@pytest.mark.parametrize(
    ("echo", "code", "words"),
    [
        (lambda token: Response(token, 202, mimetype="text/plain"), "ValidationError", "200 OK"),
        (lambda token: Response(token, mimetype="text/html"), "ValidationError", "text/plain"),
        (lambda token: Response(token + "\n", mimetype="text/plain"), "ValidationError", "exactly match"),
        (lambda token: Response(token.replace(" ", "+"), mimetype="text/plain"), "ValidationError", "exactly match"),
        (lambda token: 1 / 0, "ValidationError", "200 OK"),
        (lambda token: time.sleep(0.8) or Response(token, mimetype="text/plain"), "InvalidRequest", "timed out"),
    ],
)
def test_a_failed_handshake_makes_no_subscription(
    affix_itself: Caller, receiver: Receiver, control: Control, echo: Any, code: str, words: str
) -> None:
    control.world(notifications={"compress": 20})
    receiver.echo = echo
    answer = affix_itself.post("/subscriptions", json=wish(INBOX))
    assert refusal(answer) == (400, code) and words in answer.json()["error"]["message"]
    assert affix_itself.get("/subscriptions").json()["value"] == []


def test_graph_answers_others_while_it_waits_for_the_echo(
    affix_itself: Caller, receiver: Receiver, on_behalf_of: PERSON
) -> None:
    seen = []

    def echo(token: str) -> Response:
        seen.append(on_behalf_of("ben").get("/me").status_code)
        return Response(token, mimetype="text/plain")

    receiver.echo = echo
    subscribed(affix_itself, INBOX)
    assert seen == [200]


@pytest.mark.parametrize(
    ("who", "scopes", "resource", "allowed"),
    [
        ("ben", ["Mail.Read"], "me/messages", True),
        ("ben", ["Mail.ReadBasic"], "me/mailFolders/inbox/messages", True),
        ("ben", ["Mail.Read"], "users/ben@contoso.example/messages", True),
        ("ben", ["Mail.Read", "Mail.Read.Shared"], ALL, False),
        ("ben", ["Mail.Read.Shared", "Mail.ReadWrite.Shared"], "me/messages", False),
        ("ben", ["Mail.ReadWrite"], "me/messages", False),
    ],
)
def test_a_person_may_watch_the_own_mailbox_only_and_needs_to_read(
    person: PERSON, receiver: Receiver, who: str, scopes: list[str], resource: str, allowed: bool
) -> None:
    answer = person(who, *scopes, app=seed.AFFIX_APP).post("/subscriptions", json=wish(resource))
    assert answer.status_code == 201 if allowed else refusal(answer) == DENIED


@pytest.mark.parametrize(
    ("consent", "resource", "allowed"),
    [
        ({}, ALL, True),
        ({"application": ["Mail.ReadBasic"]}, ALL, True),
        ({"application": ["Mail.ReadWrite"]}, ALL, False),
        ({"application": [], "fence": {"roles": ["Mail.Read"], "mailboxes": [BOX]}}, ALL, True),
        ({"application": [], "fence": {"roles": ["Mail.Read"], "mailboxes": ["sales"]}}, ALL, False),
        ({"accessPolicy": ["sales"]}, ALL, False),
    ],
)
def test_an_application_may_watch_what_the_fence_allows(
    app_only: Callable[[], Caller],
    receiver: Receiver,
    control: Control,
    consent: dict[str, Any],
    resource: str,
    allowed: bool,
) -> None:
    control.world(consent=consent)
    answer = app_only().post("/subscriptions", json=wish(resource))
    assert answer.status_code == 201 if allowed else refusal(answer) == DENIED


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"changeType": "moved"}, (400, "InvalidRequest")),
        ({"changeType": None}, (400, "InvalidRequest")),
        ({"resource": None}, (400, "InvalidRequest")),
        ({"resource": "users"}, (400, "InvalidRequest")),
        ({"resource": f"users/{BOX}/events"}, (400, "InvalidRequest")),
        ({"resource": "https://graph.microsoft.com/v1.0/me/messages"}, (400, "InvalidRequest")),
        ({"resource": f"{ALL}?$select=subject"}, (400, "InvalidRequest")),
        ({"resource": f"{ALL}?$filter=nonsense eq 1"}, (400, "ErrorInvalidUrlQueryFilter")),
        ({"resource": "me/messages"}, (400, "BadRequest")),
        ({"resource": "users/nobody@contoso.example/messages"}, (404, "ErrorInvalidUser")),
        ({"resource": "users/eve@fabrikam.example/messages"}, (404, "ErrorInvalidUser")),
        ({"resource": f"users/{BOX}/mailFolders/nowhere/messages"}, (400, "ErrorInvalidIdMalformed")),
        ({"notificationUrl": "http://affix.example/graph"}, (400, "InvalidRequest")),
        ({"lifecycleNotificationUrl": "affix.example"}, (400, "InvalidRequest")),
        ({"notificationUrl": "https://elsewhere.invalid/"}, (400, "ValidationError")),
        ({"clientState": "x" * 129}, (400, "InvalidRequest")),
        ({"latestSupportedTlsVersion": "v9"}, (400, "InvalidRequest")),
        ({"expirationDateTime": "soon"}, (400, "BadRequest")),
        ({"expirationDateTime": "2099-01-01T00:00:00"}, (400, "BadRequest")),
        ({"expirationDateTime": within(minutes=-1)}, (400, "InvalidRequest")),
        ({"expirationDateTime": within(days=7, hours=3)}, (400, "InvalidRequest")),
        ({"expirationDateTime": within(days=2), "includeResourceData": True}, (400, "InvalidRequest")),
        ({"expirationDateTime": within(hours=2), "includeResourceData": True}, (400, "InvalidRequest")),
        ({"colour": "red"}, (400, "BadRequest")),
    ],
)
def test_what_makes_no_sense_is_refused(
    affix_itself: Caller, receiver: Receiver, world: World, change: dict[str, Any], expected: tuple[int, str]
) -> None:
    world.reach("https://elsewhere.invalid", lambda environ, start_response: 1 // 0)
    assert refusal(affix_itself.post("/subscriptions", json=wish(**{"resource": ALL, **change}))) == expected


def test_the_granted_time_may_be_another_than_the_one_asked_for(
    affix_itself: Caller, receiver: Receiver, control: Control
) -> None:
    def minutes(made: dict[str, Any]) -> int:
        left = datetime.fromisoformat(made["expirationDateTime"]) - datetime.now(UTC)
        return round(left.total_seconds() / 60)

    assert minutes(subscribed(affix_itself, ALL, expirationDateTime=within(minutes=5))) == 45
    assert minutes(subscribed(affix_itself, INBOX, expirationDateTime=within(minutes=10_080))) == 10_080
    control.world(subscriptions={"longestGranted": 4230})
    assert minutes(subscribed(affix_itself, ALL, changeType="created", expirationDateTime=within(days=7))) == 4230


def test_there_is_one_subscription_of_a_kind(
    affix_itself: Caller, person: PERSON, receiver: Receiver, control: Control
) -> None:
    first = subscribed(affix_itself, ALL)
    again = affix_itself.post("/subscriptions", json=wish(ALL.upper().replace("/USERS", "users")))
    assert refusal(again) == (409, "Conflict") and first["id"] in again.json()["error"]["message"]
    subscribed(affix_itself, ALL, changeType="created")
    subscribed(affix_itself, INBOX)
    subscribed(person("ben", "Mail.Read"), "me/messages")
    subscribed(person("ben", "Mail.Read", app=seed.AFFIX_APP), "me/messages")
    control.world(subscriptions={"mostPerMailbox": 3})
    full = affix_itself.post("/subscriptions", json=wish(f"users/{BOX}/mailFolders/archive/messages"))
    assert full.status_code == 403 and "3" in full.json()["error"]["message"]


def test_of_two_that_ask_at_once_one_is_too_late(affix_itself: Caller, receiver: Receiver) -> None:
    answers = []

    def echo(token: str) -> Response:
        if len(receiver.handshakes) == 1:
            answers.append(affix_itself.post("/subscriptions", json=wish(ALL)).status_code)
        return Response(token, mimetype="text/plain")

    receiver.echo = echo
    answers.append(affix_itself.post("/subscriptions", json=wish(ALL)).status_code)
    assert answers == [201, 409] and len(affix_itself.get("/subscriptions").json()["value"]) == 1


def test_a_subscription_is_renewed_and_ends(
    affix_itself: Caller, receiver: Receiver, control: Control, app_only: Callable[[], Caller]
) -> None:
    made = subscribed(affix_itself, ALL, expirationDateTime=within(hours=1))
    path = f"/subscriptions/{made['id']}"
    renewed = affix_itself.patch(path, json={"expirationDateTime": within(hours=3)}).json()
    assert renewed["expirationDateTime"] > made["expirationDateTime"]
    assert affix_itself.post(f"{path}/reauthorize").status_code == 204
    control.world(advance=2 * 3600)
    assert app_only().get(path).status_code == 200
    control.world(advance=2 * 3600)
    late = app_only()
    assert refusal(late.get(path)) == (404, "ResourceNotFound")
    assert refusal(late.patch(path, json={"expirationDateTime": within(days=1)})) == (404, "ResourceNotFound")
    assert late.get("/subscriptions").json()["value"] == control.ask("GET", "subscriptions")["subscriptions"] == []


def test_little_of_a_subscription_can_be_changed(affix_itself: Caller, receiver: Receiver) -> None:
    path = f"/subscriptions/{subscribed(affix_itself, ALL)['id']}"
    for body in ({"lifecycleNotificationUrl": HOOK}, {"clientState": "new"}, {"changeType": "created"}):
        assert refusal(affix_itself.patch(path, json=body)) == (400, "InvalidRequest")
    asked = len(receiver.handshakes)
    moved = affix_itself.patch(path, json={"notificationUrl": f"{HOOK}/new"})
    assert moved.json()["notificationUrl"] == f"{HOOK}/new" and len(receiver.handshakes) == asked + 1
    assert refusal(affix_itself.patch(path, json={"expirationDateTime": within(days=8)})) == (400, "InvalidRequest")


def test_everybody_sees_the_own_ones_only(affix_itself: Caller, person: PERSON, receiver: Receiver) -> None:
    ben, ana = (person(name, "Mail.Read", app=seed.AFFIX_APP) for name in ("ben", "ana"))
    his, its = subscribed(ben, "me/messages")["id"], subscribed(affix_itself, ALL)["id"]
    assert [one["id"] for one in ben.get("/subscriptions").json()["value"]] == [his]
    assert {one["id"] for one in affix_itself.get("/subscriptions").json()["value"]} == {his, its}
    for stranger in (ana, person("eve", "Mail.Read"), person("ben", "Mail.Read")):
        assert stranger.get("/subscriptions").json()["value"] == []
        assert refusal(stranger.ask("DELETE", f"/subscriptions/{his}")) == (404, "ResourceNotFound")
    assert ben.ask("DELETE", f"/subscriptions/{his}").status_code == 204
    assert refusal(ben.get(f"/subscriptions/{his}")) == (404, "ResourceNotFound")


def test_subscriptions_are_counted_and_can_be_made_to_fail(
    affix_itself: Caller, receiver: Receiver, control: Control
) -> None:
    control.fault(service="graph", path="/v1.0/subscriptions", method="POST", status=503, times=1)
    assert affix_itself.post("/subscriptions", json=wish(ALL)).status_code == 503
    subscribed(affix_itself, ALL)
    affix_itself.get(at(BOX, "/mailFolders/inbox/messages/delta"))
    counts = {one["route"]: one["count"] for one in control.routes() if one["service"] == "graph"}
    assert counts == {"/subscriptions": 2, "/users/{id}/mailFolders/{id}/messages/delta": 1}
