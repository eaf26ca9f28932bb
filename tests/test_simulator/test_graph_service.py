"""The service round the mail: throttling, faults, counting, request ids."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from email.utils import parsedate_to_datetime

import pytest
import requests
from openapi_core.validation.response.exceptions import InvalidData

from tests.simulator import seed
from tests.simulator.graph.call import Answer, Call, Spelled
from tests.simulator.world import World
from tests.test_simulator.cast import GRAPH, Caller, Control, at, check_answer, graph_description, refusal

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
LIST = at(BOX, "/messages")


@pytest.mark.parametrize("retry_after", [7, None])
def test_a_fifth_request_at_once_is_one_too_many(
    world: World, on_behalf_of: PERSON, control: Control, retry_after: int | None
) -> None:
    control.world(throttling={"retryAfter": retry_after})
    ben = on_behalf_of("ben")
    with ExitStack() as others:
        for number in range(4):
            assert ben.get(LIST).status_code == 200, f"{number} others are inside"
            others.enter_context(world.traffic.inside(seed.AFFIX_APP, BOX, True))
        refused = ben.get(LIST)
        assert ben.get(at("cleo@contoso.example", "/messages")).status_code == 200, "mailboxes are counted apart"
    assert refusal(refused) == (429, "ApplicationThrottled")
    assert refused.json()["error"]["message"] == "Application is over its MailboxConcurrency limit."
    assert refused.headers.get("Retry-After") == (str(retry_after) if retry_after else None)
    peaks = {peak["mailbox"]: peak["concurrent"] for peak in control.ask("GET", "requests")["peaks"]}
    assert peaks == {BOX: 5, "cleo@contoso.example": 1}
    assert ben.get(LIST).status_code == 200, "nobody is left inside"


def test_outlook_and_the_service_do_not_throttle_each_other(
    world: World, on_behalf_of: PERSON, person: PERSON, control: Control
) -> None:
    ben, outlook = on_behalf_of("ben"), person("ben")
    with ExitStack() as others:
        for _ in range(4):
            others.enter_context(world.traffic.inside(seed.AFFIX_APP, BOX, True))
        assert (outlook.get(LIST).status_code, ben.get(LIST).status_code) == (200, 429)


def test_too_many_requests_in_ten_minutes_are_throttled(on_behalf_of: PERSON, control: Control) -> None:
    control.world(throttling={"requests": 3})
    ben = on_behalf_of("ben")
    assert [ben.get(LIST).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert ben.get(at("cleo@contoso.example", "/messages")).status_code == 200, "mailboxes are counted apart"
    figures = {peak["mailbox"]: peak["throttled"] for peak in control.ask("GET", "requests")["peaks"]}
    assert figures == {BOX: 1, "cleo@contoso.example": 0}
    control.world(advance=601)
    assert ben.get(LIST).status_code == 200


def test_who_does_not_wait_stays_throttled(on_behalf_of: PERSON, control: Control) -> None:
    control.world(throttling={"requests": 2, "window": 60}, tokenLifetime=10**6)
    ben = on_behalf_of("ben")
    answers = []
    for _ in range(6):
        answers.append(ben.get(LIST).status_code)
        control.world(advance=20)
    assert answers == [200, 200, 429, 429, 429, 429], "those that are refused count as well"


def test_the_wait_may_be_told_as_a_date(world: World, on_behalf_of: PERSON, control: Control) -> None:
    control.world(throttling={"requests": 0, "retryAfter": 30, "retryAfterForm": "date"})
    told = parsedate_to_datetime(on_behalf_of("ben").get(LIST).headers["Retry-After"])
    assert 25 <= (told - world.now()).total_seconds() <= 30


def test_graph_takes_its_time_and_keeps_the_seat_meanwhile(on_behalf_of: PERSON, control: Control) -> None:
    ben = on_behalf_of("ben")
    control.world(latency_ms=[200, 250])
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(lambda _: ben.get(LIST).status_code, range(8)))
    assert time.monotonic() - started >= 0.2
    [peak] = control.ask("GET", "requests")["peaks"]
    assert answers[200] >= 4 and peak["throttled"] == answers[429] > 0
    with pytest.raises(requests.ReadTimeout):
        ben.get(LIST, timeout=(1, 0.01))


def test_faults_hit_what_they_name_as_often_as_they_say(on_behalf_of: PERSON, control: Control) -> None:
    control.fault(service="graph", method="GET", path="/v1.0/users/*/messages", status=503, times=2)
    ben = on_behalf_of("ben")
    assert ben.get("/me").status_code == 200
    assert [ben.get(LIST).status_code for _ in range(3)] == [503, 503, 200]
    control.fault(
        service="graph", status=429, headers={"Retry-After": "9"}, body={"error": {"code": "Odd", "message": "m"}}
    )
    answer = ben.get(LIST)
    assert refusal(answer) == (429, "Odd") and answer.headers["Retry-After"] == "9"
    control.ask("DELETE", "faults")
    assert control.ask("GET", "faults") == {"faults": []} and ben.get(LIST).status_code == 200
    control.fault(service="graph", status=500, probability=0.0)
    assert ben.get(LIST).status_code == 200


def test_an_act_can_lose_its_answer(on_behalf_of: PERSON, control: Control) -> None:
    path = at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    ben = on_behalf_of("ben")
    control.fault(service="graph", method="PATCH", cut=True, after=True, times=1)
    with pytest.raises(requests.ConnectionError):
        ben.patch(path, json={"categories": ["Saved"]})
    assert ben.get(path).json()["categories"] == ["Saved"]


def test_lines_are_cut_and_patience_ends(on_behalf_of: PERSON, http: requests.Session, control: Control) -> None:
    ben = on_behalf_of("ben")
    control.fault(service="graph", cut=True, times=1)
    with pytest.raises(requests.ConnectionError):
        ben.get(LIST)
    control.fault(service="graph", delay_ms=5000, times=1)
    started = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        ben.get(LIST, timeout=(1, 0.05))
    assert time.monotonic() - started < 2
    control.fault(service="entra", status=503, times=1)
    assert http.get("https://login.microsoftonline.com/common/discovery/keys").status_code == 503
    with pytest.raises(requests.ConnectionError):
        http.get("https://elsewhere.example/")


def test_a_line_can_be_cut_in_the_middle_of_the_mime(on_behalf_of: PERSON, control: Control) -> None:
    path = at(BOX, "/messages/{}/$value", control.deliver(BOX)["id"])
    control.fault(service="graph", path="*/$value", cut_after=20, times=1)
    answer = on_behalf_of("ben").get(path, stream=True)
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        answer.content  # noqa: B018  (reads it)


def test_requests_are_counted_by_route_and_mailbox_but_outlooks_are_not(
    on_behalf_of: PERSON, app_only: Callable[[], Caller], person: PERSON, control: Control
) -> None:
    sent = control.deliver(BOX)
    ben, affix = on_behalf_of("ben"), app_only()
    control.ask("DELETE", "requests")
    for _ in range(2):
        ben.get(at(BOX, "/mailFolders('inbox')/messages/{}", sent["id"]))
    person("ben").get(LIST)
    affix.get(at(BOX, "/mailboxSettings/userPurpose"))
    ben.post("/$batch", json={"requests": [{"id": "1", "method": "GET", "url": "/me/messages"}]})
    rows = {(row["route"], row["mailbox"], row["access"], row["batched"]): row["count"] for row in control.routes()}
    assert rows == {
        ("/users/{id}/mailFolders/{id}/messages/{id}", BOX, "delegated", False): 2,
        ("/users/{id}/mailboxSettings/userPurpose", BOX, "application", False): 1,
        ("/$batch", None, "delegated", False): 1,
        ("/me/messages", "ben@contoso.example", "delegated", True): 1,
    }


def test_errors_carry_the_ids_of_the_request(on_behalf_of: PERSON) -> None:
    answer = on_behalf_of("ben").get("/me/messages/AAMk", headers={"client-request-id": "mine"})
    inner = answer.json()["error"]["innerError"]
    assert inner["client-request-id"] == "mine" == answer.headers["client-request-id"]
    assert inner["request-id"] == answer.headers["request-id"] and inner["date"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/me/nothing", 400),
        ("PUT", "/me/messages", 405),
        ("GET", "/users/a%2Fb/messages", 404),
        ("GET", "/users/..%2F..%2Fusers%2Fcleo@contoso.example/messages", 404),
        ("GET", "/users/cleo%0AX:/messages", 404),
        ("GET", "/me//messages", 400),
    ],
)
def test_addresses_are_split_before_they_are_unquoted(
    on_behalf_of: PERSON, method: str, path: str, status: int
) -> None:
    assert on_behalf_of("ben").ask(method, path).status_code == status


def test_other_versions_of_graph_are_refused(on_behalf_of: PERSON) -> None:
    assert on_behalf_of("ben").get("https://graph.microsoft.com/v2.0/me").status_code == 400


@pytest.mark.skipif(graph_description() is None, reason="Graph's description is not beside the project")
def test_an_answer_that_graph_would_not_give_is_noticed(world: World) -> None:
    call = Call(world, "GET", "/v1.0/users/ben/messages/AAMk", "", Spelled({}), b"", GRAPH)
    check_answer(call, Answer(json={"id": "AAMk", "importance": "low"}))
    for wrong in ({"id": 5}, {"id": "AAMk", "importance": "urgent"}, {"id": "AAMk", "receivedDateTime": "today"}):
        with pytest.raises(InvalidData):
            check_answer(call, Answer(json=wrong))
