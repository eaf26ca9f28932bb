"""What administrators see and do with webhooks, that nobody else does, and that no tenant reaches another's."""

import uuid
from typing import Any

from server.clock import iso, now
from server.services import Services
from server.webhooks import endpoints
from server.webhooks.events import EVENTS, tell
from tests.conftest import Control, Someone
from tests.steps import execute
from tests.webhooks.steps import PATH, added, deliveries, fault, heard, shown, types


def happens(services: Services, person: Someone, event: str = "messageSaved") -> None:
    with services.database.session.begin() as session:
        tell(session, person.get("/api/me")["tenant"]["id"], event, {})


def test_a_webhook_is_added_shown_changed_and_removed(ana: Someone) -> None:
    me = ana.get("/api/me")["person"]
    hook = added(ana, events=["ruleStopped", "messageSaved"])
    assert hook["events"] == ["messageSaved", "ruleStopped"]
    assert (hook["state"], hook["waiting"], hook["lastDeliveredAt"]) == ("active", 0, None)
    assert hook["createdBy"] == {name: me[name] for name in ("id", "name", "address")}
    without_secret = {name: value for name, value in hook.items() if name != "secret"}
    assert ana.get(PATH) == {"webhooks": [without_secret], "next": None}
    assert shown(ana, hook) == without_secret
    changed = ana("PATCH", f"{PATH}/{hook['id']}", json={"title": "Ours", "events": ["messageSaveFailed"]})
    assert (changed["title"], changed["events"], changed["url"]) == ("Ours", ["messageSaveFailed"], hook["url"])
    assert "secret" not in changed
    assert ana("DELETE", f"{PATH}/{hook['id']}") == {"id": hook["id"]}
    ana("GET", f"{PATH}/{hook['id']}", expect=404)
    assert ana.get(PATH)["webhooks"] == []


def test_what_cannot_be_a_webhook_is_refused(ana: Someone) -> None:
    good = {"url": "https://hooks.adatum.example/", "events": ["messageSaved"]}
    for wrong, code in (
        ({"events": ["messageEaten"]}, "unknown_event"),
        ({"events": []}, "invalid_request"),
        ({"events": None}, "invalid_request"),
        ({"url": None}, "invalid_request"),
        ({"title": "x" * 101}, "invalid_request"),
    ):
        assert ana.post(PATH, {**good, **wrong}, expect=400)["error"]["code"] == code, wrong
    hook = ana.post(PATH, good, expect=201)
    assert ana("PATCH", f"{PATH}/{hook['id']}", json={}, expect=400)["error"]["code"] == "invalid_request"
    for _ in range(endpoints.MOST - 1):
        ana.post(PATH, good, expect=201)
    assert ana.post(PATH, good, expect=409)["error"]["code"] == "too_many"


def test_nobody_but_administrators_reaches_any_of_it(ben: Someone, hook: dict[str, Any]) -> None:
    one = f"{PATH}/{hook['id']}"
    for method, path in (
        ("GET", PATH),
        ("POST", PATH),
        ("GET", "/api/admin/webhook-events"),
        ("GET", one),
        ("PATCH", one),
        ("DELETE", one),
        ("POST", f"{one}/test"),
        ("GET", f"{one}/deliveries"),
        ("POST", f"{one}/replay"),
        ("POST", f"{one}/deliveries/{uuid.uuid4()}/replay"),
    ):
        assert ben(method, path, json={}, expect=403)["error"]["code"] == "administrators_only", path


def test_tenants_never_see_each_others_and_are_told_of_their_own_alone(
    ana: Someone, their_administrator: Someone, services: Services, control: Control, work: Any
) -> None:
    ours, theirs = added(ana, "/ours"), added(their_administrator, "/theirs")
    happens(services, ana)
    work()
    assert (types(control, "/ours"), types(control, "/theirs")) == (["messageSaved"], [])
    [delivery] = deliveries(ana, ours)
    tries: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PATCH", "", {"title": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/test", None),
        ("GET", "/deliveries", None),
        ("GET", f"/deliveries/{delivery['id']}", None),
        ("POST", f"/deliveries/{delivery['id']}/replay", None),
        ("POST", "/replay", {"from": "2020-01-01T00:00:00Z"}),
    ]
    for method, rest, body in tries:
        found = their_administrator.raw(method, f"{PATH}/{ours['id']}{rest}", json=body)
        random = their_administrator.raw(method, f"{PATH}/{uuid.uuid4()}{rest}", json=body)
        assert (found.status_code, found.get_data()) == (404, random.get_data()), (method, rest)
    through = f"{PATH}/{theirs['id']}/deliveries/{delivery['id']}"
    their_administrator("GET", through, expect=404)
    assert [each["id"] for each in their_administrator.get(PATH)["webhooks"]] == [theirs["id"]]
    assert shown(ana, ours)["title"] == "Files"


def test_an_address_is_told_what_it_asked_for(ana: Someone, services: Services, control: Control, work: Any) -> None:
    added(ana, "/failures", ["messageSaveFailed"])
    added(ana, "/all")
    for event in EVENTS:
        happens(services, ana, event)
    work()
    assert types(control, "/failures") == ["messageSaveFailed"]
    assert sorted(types(control, "/all")) == sorted(EVENTS)
    names = {each["name"]: each["title"] for each in ana.get("/api/admin/webhook-events")["events"]}
    assert names == EVENTS


def test_while_it_is_paused_all_is_kept_and_a_test_is_sent_all_the_same(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control, work: Any
) -> None:
    ana("PATCH", f"{PATH}/{hook['id']}", json={"state": "paused"})
    happens(services, ana)
    ana.post(f"{PATH}/{hook['id']}/test", None, expect=202)
    work()
    assert types(control) == ["webhookTest"]
    assert (shown(ana, hook)["waiting"], shown(ana, hook)["state"]) == (1, "paused")
    ana("PATCH", f"{PATH}/{hook['id']}", json={"state": "active"})
    work()
    assert types(control) == ["webhookTest", "messageSaved"]
    assert shown(ana, hook)["lastDeliveredAt"] is not None


def test_a_test_that_fails_is_not_repeated_and_says_why(
    ana: Someone, hook: dict[str, Any], control: Control, work: Any
) -> None:
    fault(control, status=403, body="Who are you?", times=1)
    ana.post(f"{PATH}/{hook['id']}/test", None, expect=202)
    work()
    [delivery] = deliveries(ana, hook)
    assert (delivery["state"], delivery["status"], delivery["problem"]) == ("failed", 403, "It answered 403.")
    whole = ana.get(f"{PATH}/{hook['id']}/deliveries/{delivery['id']}")
    assert whole["answer"]["body"] == "Who are you?"
    assert whole["headers"]["webhook-id"] == delivery["number"]
    assert delivery["number"] in whole["body"]
    assert shown(ana, hook)["failingSince"] is None


def test_what_failed_between_two_moments_is_sent_again(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control, work: Any
) -> None:
    for _ in range(3):
        happens(services, ana)
    work()
    numbers = [each["number"] for each in deliveries(ana, hook)]
    execute(services, "UPDATE deliveries SET state = 'failed' WHERE number <> :one", one=numbers[0])
    path = f"{PATH}/{hook['id']}/replay"
    before = {"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}
    assert ana.post(path, before, expect=202) == {"replayed": 0}
    assert ana.post(path, {"from": before["from"]}, expect=202) == {"replayed": 2}
    work()
    assert sorted(each["headers"]["webhook-id"] for each in heard(control)[3:]) == sorted(numbers[1:])
    since_now = {"from": iso(now()), "state": "delivered"}
    assert ana.post(path, since_now, expect=202) == {"replayed": 0}
    assert ana.post(path, {**since_now, "from": before["from"]}, expect=202) == {"replayed": 3}


def test_many_deliveries_come_in_pages(ana: Someone, hook: dict[str, Any], services: Services) -> None:
    for _ in range(5):
        happens(services, ana)
    found, cursor = [], ""
    while cursor is not None:
        page = ana.get(f"{PATH}/{hook['id']}/deliveries?limit=2&cursor={cursor}")
        found += [each["id"] for each in page["deliveries"]]
        cursor = page["next"]
    assert found == [each["id"] for each in deliveries(ana, hook)]
    assert len(set(found)) == 5
    assert deliveries(ana, hook, "?state=delivered") == []


def test_who_changed_what_is_written_down_without_secrets(ana: Someone, ben: Someone, services: Services) -> None:
    hook = added(ana, "/path-with-token-4711")
    for change in ({"state": "paused"}, {"state": "active"}, {"newSecret": True}, {"title": "Ours"}):
        ana("PATCH", f"{PATH}/{hook['id']}", json=change)
    ana("DELETE", f"{PATH}/{hook['id']}")
    answer = ana.raw("GET", "/api/activity?kind=webhook")
    told = [(each["what"], each["detail"]["host"], each["kind"]) for each in answer.get_json()["activity"]]
    whats = ("removed", "changed", "secret_renewed", "resumed", "paused", "added")
    assert told == [(f"webhook_{what}", "hooks.adatum.example", "webhook") for what in whats]
    assert "4711" not in answer.get_data(as_text=True)
    assert ben.get("/api/activity")["activity"] == []
