"""Many requests in one: POST /$batch."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from tests.simulator.seed import AFFIX_APP
from tests.simulator.world import World
from tests.test_simulator.cast import Caller, Control, at, refusal

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
LIST = at(BOX, "/messages")


def batch(caller: Caller, *parts: dict[str, object]) -> dict[str, dict[str, Any]]:
    answer = caller.post("/$batch", json={"requests": list(parts)})
    assert answer.status_code == 200, answer.text
    return {part["id"]: part for part in answer.json()["responses"]}


def get(id_: str, url: str, **more: object) -> dict[str, object]:
    return {"id": id_, "method": "GET", "url": url, **more}


def test_a_batch_answers_every_part_in_any_order(on_behalf_of: PERSON, control: Control) -> None:
    sent = control.deliver(BOX)
    patch = {"id": "p", "method": "PATCH", "url": at(BOX, "/messages/{}", sent["id"]), "body": {"isRead": True}}
    patch["headers"] = {"Content-Type": "application/json"}
    found = batch(on_behalf_of("ben"), get("1", "/me"), get("2", at(BOX, "/messages/AAMk")), patch)
    assert {id_: part["status"] for id_, part in found.items()} == {"1": 200, "2": 400, "p": 200}
    assert found["1"]["body"]["mail"] == "ben@contoso.example" and found["p"]["body"]["isRead"] is True


def test_a_batch_serialises_what_depends_and_fails_what_follows_a_failure(on_behalf_of: PERSON) -> None:
    found = batch(
        on_behalf_of("ben"),
        get("1", "/me"),
        get("2", at("sales@contoso.example", "/messages"), dependsOn=["1"]),
        get("3", "/me", dependsOn=["2"]),
    )
    assert {id_: part["status"] for id_, part in found.items()} == {"1": 200, "2": 403, "3": 424}


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [get(str(number), "/me") for number in range(21)],
        [get("1", "/me"), get("1", "/me")],
        [get("1", "https://graph.microsoft.com/v1.0/me")],
        [get("1", "/me"), get("2", "/me"), get("3", "/me", dependsOn=["1", "2"])],
        [get("1", "/me", dependsOn=["2"]), get("2", "/me")],
        [{"id": "1", "method": "PATCH", "url": "/me", "body": {}}],
        [{"id": "1", "url": "/me"}],
    ],
)
def test_a_malformed_batch_is_refused_whole(on_behalf_of: PERSON, parts: list[dict[str, object]]) -> None:
    assert refusal(on_behalf_of("ben").post("/$batch", json={"requests": parts})) == (400, "BadRequest")


def test_mime_in_a_batch_is_base64(on_behalf_of: PERSON, control: Control) -> None:
    found = batch(on_behalf_of("ben"), get("1", at(BOX, "/messages/{}/$value", control.deliver(BOX)["id"])))
    assert str(found["1"]["body"]).startswith("RnJvbTog")


def test_parts_of_a_batch_can_be_throttled_alone(on_behalf_of: PERSON, control: Control) -> None:
    path, headers = f"/v1.0{at('cleo@contoso.example', '/*')}", {"Retry-After": "7"}
    control.fault(service="graph", path=path, status=429, headers=headers, times=1)
    found = batch(on_behalf_of("ben"), get("1", LIST), get("2", at("cleo@contoso.example", "/messages")))
    assert (found["1"]["status"], found["2"]["status"]) == (200, 429)
    assert found["2"]["headers"]["Retry-After"] == "7"


@pytest.mark.parametrize("retry_after", [7, None])
def test_a_batch_does_not_lift_the_limits(
    world: World, on_behalf_of: PERSON, control: Control, retry_after: int | None
) -> None:
    control.world(throttling={"requests": 3, "retryAfter": retry_after})
    found = batch(on_behalf_of("ben"), *(get(str(number), LIST) for number in range(5)))
    assert sorted(part["status"] for part in found.values()) == [200, 200, 200, 429, 429]
    refused = [part for part in found.values() if part["status"] == 429]
    assert {part["headers"].get("Retry-After") for part in refused} == {str(retry_after) if retry_after else None}
    assert {part["body"]["error"]["code"] for part in refused} == {"ApplicationThrottled"}


def test_parts_of_a_batch_take_seats(world: World, on_behalf_of: PERSON, control: Control) -> None:
    ben = on_behalf_of("ben")
    with ExitStack() as others:
        for _ in range(4):
            others.enter_context(world.traffic.inside(AFFIX_APP, BOX, True))
        found = batch(ben, get("1", LIST), get("2", "/me"), get("3", LIST, dependsOn=["2"]))
    assert {id_: part["status"] for id_, part in found.items()} == {"1": 429, "2": 200, "3": 429}
