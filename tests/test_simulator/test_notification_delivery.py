"""How notifications are delivered, and everything that may go wrong on the way."""

import base64
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator import seed
from tests.simulator.app import serve
from tests.test_simulator.cast import MAIL, Caller, Control, at, refusal
from tests.test_simulator.receiving import HOOK, PLACE, Receiver, settle, subscribed

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
ALL, INBOX = f"users/{BOX}/messages", f"users/{BOX}/mailFolders('inbox')/messages"


@pytest.fixture
def watcher(app_only: Callable[[], Caller], receiver: Receiver) -> Caller:
    return app_only()


@pytest.fixture
def ben(on_behalf_of: PERSON) -> Caller:
    return on_behalf_of("ben")


def burst(control: Control, number: int) -> list[dict[str, str]]:
    one = {"mailbox": BOX, "mime": base64.b64encode(MAIL).decode()}
    found: list[dict[str, str]] = control.ask("POST", "messages", json={"messages": [one] * number})["messages"]
    return found


def figures(control: Control) -> dict[str, Any]:
    found: dict[str, Any] = control.ask("GET", "notifications")
    return found


def test_many_come_in_one_post_for_several_subscriptions(watcher: Caller, receiver: Receiver, control: Control) -> None:
    ids = {subscribed(watcher, resource)["id"] for resource in (ALL, INBOX)}
    control.world(notifications={"batch": 30, "hold": True})
    burst(control, 50)
    control.world(notifications={"release": True})
    settle(control)
    assert len(receiver.notifications) == 100 and max(len(post) for post in receiver.posts) == 30
    assert {one["subscriptionId"] for one in receiver.posts[0]} == ids
    told = figures(control)
    assert (told["sent"], told["delivered"], told["failed"], told["dropped"]) == (100, 100, 0, 0)
    assert told["posts"] == len(receiver.posts) == 4
    control.ask("DELETE", "notifications")
    assert figures(control)["sent"] == 0


def test_what_is_refused_is_tried_again_later_and_later(watcher: Caller, receiver: Receiver, control: Control) -> None:
    subscribed(watcher, ALL)
    control.world(notifications={"base": 0.05})
    answers = iter([500, 404, 302, 202])
    receiver.answer = lambda: next(answers)
    control.deliver(BOX)
    settle(control)
    assert len(receiver.posts) == 4 and len({one["id"] for one in receiver.notifications}) == 1
    told = figures(control)
    assert (told["sent"], told["failed"], told["delivered"], told["dropped"]) == (4, 3, 1, 0)


def test_retries_follow_the_clock_of_the_world_and_end_after_four_hours(
    watcher: Caller, receiver: Receiver, control: Control
) -> None:
    subscribed(watcher, ALL)
    receiver.answer = lambda: 503
    control.deliver(BOX)
    for attempt in range(1, 20):
        wait_until(lambda attempt=attempt: len(receiver.posts) == attempt and figures(control)["failed"] == attempt)
        if figures(control)["dropped"]:
            break
        control.world(advance=10 * 2 ** (attempt - 1))
    assert len(receiver.posts) == 11 and figures(control)["dropped"] == 1
    settle(control)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.002)


def test_an_answer_that_comes_too_late_counts_as_none(watcher: Caller, receiver: Receiver, control: Control) -> None:
    subscribed(watcher, ALL)
    control.world(notifications={"compress": 20, "base": 1})
    answers = iter([0.25, 0.25, 0])  # three seconds are allowed at first, and ten later: here a twentieth of it

    def answer() -> int:
        time.sleep(next(answers))
        return 202

    receiver.answer = answer
    control.deliver(BOX)
    settle(control)
    assert figures(control)["failed"] == 1 and figures(control)["delivered"] == 1 and len(receiver.posts) == 2


@pytest.mark.parametrize(("seconds", "state"), [(0.25, "slow"), (0.8, "drop")])
def test_a_host_that_is_often_late_becomes_slow_and_then_loses(
    watcher: Caller, receiver: Receiver, control: Control, seconds: float, state: str
) -> None:
    subscribed(watcher, ALL)
    control.world(notifications={"compress": 20, "judgedFrom": 2, "base": 1})

    def answer() -> int:
        time.sleep(seconds)
        return 202

    receiver.answer = answer
    control.deliver(BOX)
    wait_until(lambda: figures(control)["endpoints"] == [{"host": "affix.example", "state": state}])
    receiver.answer = lambda: 202
    before, lost = len(receiver.posts), figures(control)["dropped"]
    sent = control.deliver(BOX)["immutableId"]
    if state == "drop":
        settle(control)
        assert len(receiver.posts) == before and figures(control)["dropped"] > lost
        return
    assert control.ask("GET", "notifications?settled=true&wait=0.2") == {"settled": False}
    assert len(receiver.posts) == before
    control.world(advance=31)
    settle(control)
    assert ("created", sent) in receiver.told


def test_slow_hosts_can_be_forgiven(watcher: Caller, receiver: Receiver, control: Control) -> None:
    subscribed(watcher, ALL)
    control.world(notifications={"compress": 20, "judgedFrom": 1, "base": 1, "states": False})
    answers = iter([0.25, 0])
    receiver.answer = lambda: time.sleep(next(answers)) or 202  # type: ignore[func-returns-value]
    control.deliver(BOX)
    settle(control)
    assert figures(control)["endpoints"] == [{"host": "affix.example", "state": "ok"}]


def test_some_are_never_sent_and_chance_can_be_repeated(watcher: Caller, receiver: Receiver, control: Control) -> None:
    subscribed(watcher, ALL)
    runs = []
    for _ in range(2):
        control.world(notifications={"drop": 0.3, "seed": 7})
        numbers = {one["immutableId"]: number for number, one in enumerate(burst(control, 40))}
        settle(control)
        runs.append([numbers[id_] for _, id_ in receiver.told if id_ in numbers])
    assert sorted(runs[0]) == sorted(runs[1]) and 15 < len(runs[0]) < 40
    assert figures(control)["dropped"] == 2 * (40 - len(runs[0]))


def test_some_come_several_times_late_and_in_another_order(
    watcher: Caller, receiver: Receiver, control: Control
) -> None:
    subscribed(watcher, ALL)
    control.world(notifications={"duplicate": 3, "shuffle": True, "delay_ms": [0, 100]})
    sent = [one["immutableId"] for one in burst(control, 20)]
    settle(control)
    told = [id_ for _, id_ in receiver.told]
    assert Counter(told) == dict.fromkeys(sent, 3)
    assert list(dict.fromkeys(told)) != sent


def test_they_can_be_held_back_and_released(watcher: Caller, receiver: Receiver, control: Control) -> None:
    subscribed(watcher, ALL)
    control.world(notifications={"hold": True})
    burst(control, 5)
    settle(control)
    assert receiver.posts == [] and figures(control)["held"] == 5
    control.world(notifications={"release": True})
    settle(control)
    assert len(receiver.notifications) == 5


def test_a_notification_may_come_before_the_message_can_be_read(
    watcher: Caller, ben: Caller, receiver: Receiver, control: Control
) -> None:
    subscribed(watcher, ALL)
    control.world(notifications={"before_get": 10_000})
    path = at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    settle(control)
    assert len(receiver.posts) == 1
    assert refusal(ben.get(path)) == (404, "ErrorItemNotFound")
    assert ben.get(at(BOX, "/messages")).json()["value"] == []
    control.world(advance=11)
    assert ben.get(path).status_code == 200


def test_strangers_and_liars_may_be_in_the_same_post(watcher: Caller, receiver: Receiver, control: Control) -> None:
    subscription = subscribed(watcher, ALL)
    control.world(notifications={"mixed": True})
    control.deliver(BOX)
    settle(control)
    ours = [
        one
        for one in receiver.notifications
        if (one["subscriptionId"], one["clientState"], one["tenantId"])
        == (subscription["id"], "secret", seed.CONTOSO.id)
    ]
    assert len(ours) == 1 and len(receiver.notifications) == 5


def test_an_address_can_lead_to_a_port_of_this_machine(watcher: Caller, receiver: Receiver, control: Control) -> None:
    server = serve(receiver, 0)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        control.world(reach={"https://elsewhere.example": f"http://127.0.0.1:{server.server_port}/below"})
        hook = HOOK.replace(PLACE, "https://elsewhere.example")
        subscribed(watcher, ALL, notificationUrl=hook, lifecycleNotificationUrl=None)
        control.deliver(BOX)
        settle(control)
        assert len(receiver.told) == 1 and "/below/graph/notifications" in receiver.handshakes[0]
    finally:
        server.shutdown()
        server.server_close()


def test_a_reset_forgets_what_was_to_be_sent_but_not_where_addresses_lead(
    watcher: Caller, receiver: Receiver, control: Control, app_only: Callable[[], Caller]
) -> None:
    subscribed(watcher, ALL)
    control.world(notifications={"delay_ms": 5000})
    control.deliver(BOX)
    control.world(reset=True)
    settle(control)
    assert receiver.posts == [] and control.ask("GET", "subscriptions") == {"subscriptions": []}
    subscribed(app_only(), ALL)


@pytest.mark.parametrize(
    "wrong",
    [
        {"notifications": {"drop": "some"}},
        {"notifications": {"batch": 0}},
        {"notifications": {"delay_ms": [5, 1]}},
        {"notifications": {"before_get": "soon"}},
        {"notifications": {"weather": 1}},
        {"subscriptions": {"mostPerMailbox": "many"}},
        {"lifecycle": {BOX: "ended"}},
        {"lifecycle": {"nobody": "missed"}},
        {"reach": {"https://affix.example": 4101}},
        {"reach": "https://affix.example"},
    ],
)
def test_nonsense_is_refused(control: Control, wrong: dict[str, object]) -> None:
    answer = control.simulator.test_client().post("/control/world", json=wrong)
    assert answer.status_code in {400, 404}


def test_waiting_needs_a_number(control: Control) -> None:
    answer = control.simulator.test_client().get("/control/notifications?settled=true&wait=long")
    assert answer.status_code == 400
