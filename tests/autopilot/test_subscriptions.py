"""Graph is asked to announce the mail of watched mailboxes, and asked again before it stops doing so."""

from typing import Any

import pytest

from server.autopilot import sync
from server.services import Services
from server.settings import Settings
from tests.autopilot.watched import BASE, become_due, row, rule_on, settled, subscribed, subscription, watch
from tests.conftest import Control, Someone, mime
from tests.simulator.world import World
from tests.steps import BEN, SUPPORT

WEEK = 7 * 86_400


@pytest.fixture
def settings(far_off: Settings) -> Settings:
    return far_off


def asked(control: Control, method: str) -> list[dict[str, Any]]:
    return [
        each for each in control.requests("graph") if each["method"] == method and "/subscriptions" in each["route"]
    ]


def refuse(control: Control) -> None:
    control("POST", "world", json={"consent": {"application": ["MailboxSettings.Read"]}})


def due(services: Services) -> None:
    """As if the time to renew had come."""
    row(services, "UPDATE subscriptions SET due_at = now() - interval '1 second'")
    become_due(services)


def test_a_watched_mailbox_is_announced_by_the_application(services: Services, control: Control, on_watch: Any) -> None:
    [one] = subscribed(control)
    assert (one["mailbox"], one["immutableIds"]) == (SUPPORT, True)
    assert one["notificationUrl"] == one["lifecycleNotificationUrl"] == f"{BASE}/graph/notifications"
    assert sorted(one["changeType"].split(",")) == ["created", "updated"]
    [post] = asked(control, "POST")
    assert (post["access"], post["count"]) == ("application", 1)
    kept = subscription(services)
    assert WEEK - 1200 < (kept["expires_at"] - kept["created_at"]).total_seconds() < WEEK
    assert kept["created_at"] < kept["due_at"] < kept["expires_at"]
    assert watch(services)["health"] == "connected"


@pytest.mark.parametrize("more", [{"base_url": "http://affix.example"}, {"notifications": False}])
def test_nothing_is_announced_where_that_is_off(settings: Settings, more: dict[str, Any]) -> None:
    assert Settings(**{**settings.model_dump(), **more}).notification_url is None


def test_a_proven_subscription_makes_looks_rare(
    services: Services, control: Control, on_watch: Any, sweep: Any
) -> None:
    control.deliver(SUPPORT, mime())
    settled(control)
    sweep()
    settled(control)
    sweep()
    become_due(services)
    sweep()
    assert 43_000 < watch(services)["due_in"] <= 43_200


def test_it_is_renewed_before_its_end(services: Services, control: Control, on_watch: Any, sweep: Any) -> None:
    before = subscription(services)
    due(services)
    sweep()
    after = subscription(services)
    assert len(asked(control, "PATCH")) == 1
    assert (after["graph_id"], after["expires_at"] >= before["expires_at"]) == (before["graph_id"], True)
    assert after["due_at"] > after["created_at"]


def test_an_end_that_graph_chose_itself_is_the_one_that_counts(
    ana: Someone, ben: Someone, services: Services, control: Control, record: Any, announced: None, sweep: Any
) -> None:
    control("POST", "world", json={"subscriptions": {"longestGranted": 60}})
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    rule_on(ben, control, record)
    sweep()
    kept = subscription(services)
    assert 3_500 < (kept["expires_at"] - kept["created_at"]).total_seconds() <= 3_601
    assert watch(services)["due_in"] < 3_600


def test_one_that_graph_has_forgotten_is_made_anew(
    ben: Someone, services: Services, control: Control, world: World, on_watch: Any, sweep: Any
) -> None:
    """As after eight days of standstill: what came meanwhile is found in the same look."""
    [one] = world.subscriptions.running(world.now())
    world.subscriptions.remove(one)
    control.deliver(SUPPORT, mime())
    row(services, "UPDATE subscriptions SET expires_at = now() - interval '1 day'")
    become_due(services)
    sweep()
    assert len(ben.emails(on_watch)) == 1
    [new] = subscribed(control)
    assert new["id"] == subscription(services)["graph_id"] != one.id


def test_one_that_is_gone_when_it_is_to_be_renewed_is_made_anew(
    services: Services, control: Control, world: World, on_watch: Any, sweep: Any
) -> None:
    [one] = world.subscriptions.running(world.now())
    world.subscriptions.remove(one)
    due(services)
    sweep()
    assert [each["id"] for each in subscribed(control)] == [subscription(services)["graph_id"]] != [one.id]


def test_one_of_which_only_graph_knows_is_replaced(
    services: Services, control: Control, on_watch: Any, sweep: Any
) -> None:
    """A worker died after Graph had said yes."""
    [before] = subscribed(control)
    row(services, "UPDATE subscriptions SET graph_id = null, client_state = null, due_at = now()")
    become_due(services)
    sweep()
    [after] = subscribed(control)
    assert after["id"] == subscription(services)["graph_id"] != before["id"]


def test_two_workers_make_one(services: Services, control: Control, on_watch: Any) -> None:
    mailbox_id = watch(services)["mailbox_id"]
    for _ in range(5):
        row(services, "UPDATE subscriptions SET graph_id = null, due_at = now()")
        become_due(services)
        both = [services.threads.submit(sync.sync, services, mailbox_id) for _ in range(2)]
        for each in both:
            each.result(20)
    assert [each["id"] for each in subscribed(control)] == [subscription(services)["graph_id"]]


# What Graph says of the subscription itself


def say(control: Control, what: str) -> None:
    control("POST", "world", json={"lifecycle": {SUPPORT: what}})
    settled(control)


def test_a_removed_one_is_made_anew_and_nothing_is_lost(
    ben: Someone, services: Services, control: Control, on_watch: Any, work: Any
) -> None:
    [before] = subscribed(control)
    say(control, "subscriptionRemoved")
    control.deliver(SUPPORT, mime())
    work()
    [after] = subscribed(control)
    assert after["id"] == subscription(services)["graph_id"] != before["id"]
    assert len(ben.emails(on_watch)) == 1


def test_missed_notifications_are_made_up_for_by_looking(
    ben: Someone, control: Control, on_watch: Any, work: Any
) -> None:
    control("POST", "world", json={"notifications": {"drop": 1}})
    control.deliver(SUPPORT, mime())
    work()
    assert ben.emails(on_watch) == []
    say(control, "missed")
    work()
    assert len(ben.emails(on_watch)) == 1


def test_it_is_authorised_anew_when_graph_asks_for_that(
    services: Services, control: Control, on_watch: Any, work: Any
) -> None:
    say(control, "reauthorizationRequired")
    work()
    assert len(asked(control, "PATCH")) == 1
    [one] = subscribed(control)
    assert one["authorised"]


def test_a_refused_renewal_is_not_asked_for_again_and_again(
    services: Services, control: Control, on_watch: Any, work: Any
) -> None:
    control("POST", "faults", json={"service": "graph", "method": "PATCH", "path": "*/subscriptions/*", "status": 403})
    for _ in range(3):
        say(control, "reauthorizationRequired")
        work()
    assert sum(each["count"] for each in asked(control, "PATCH")) == 1


# Where Graph does not let us


def test_a_refusal_leaves_the_mailbox_to_be_looked_at(
    ana: Someone, ben: Someone, services: Services, control: Control, record: Any, announced: None, sweep: Any
) -> None:
    refuse(control)
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    rule_on(ben, control, record)
    sweep()
    assert watch(services)["health"] == "degraded"
    assert "does not announce" in watch(services)["reason"]
    control.deliver(SUPPORT, mime())
    become_due(services)
    sweep()
    assert len(ben.emails(record)) == 1
    assert sum(each["count"] for each in asked(control, "POST")) == 1  # and not again for an hour
    control("POST", "world", json={"consent": {"application": ["MailboxSettings.Read", "Mail.Read"]}})
    due(services)
    sweep()
    assert watch(services)["health"] == "connected"


def test_an_address_that_microsoft_cannot_reach_stops_nothing(
    ana: Someone, ben: Someone, services: Services, control: Control, record: Any, sweep: Any
) -> None:
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    rule_on(ben, control, record)
    sweep()
    control.deliver(SUPPORT, mime())
    become_due(services)
    sweep()
    assert (watch(services)["health"], len(ben.emails(record))) == ("degraded", 1)


def test_a_person_may_have_their_own_mailbox_announced(
    ana: Someone, ben: Someone, services: Services, control: Control, record: Any, announced: None, sweep: Any
) -> None:
    scopes = [
        "User.Read",
        "Mail.Read",
        "Mail.ReadWrite",
        "Mail.ReadWrite.Shared",
        "offline_access",
        "openid",
        "profile",
    ]
    control("POST", "world", json={"consent": {"application": ["MailboxSettings.Read"], "delegated": scopes}})
    ana.post("/api/admin/licenses", {"mailbox": BEN}, expect=201)
    rule_on(ben, control, record, BEN)
    sweep()
    [one] = subscribed(control)
    assert one["mailbox"] == BEN
    control.deliver(BEN, mime())
    settled(control)
    sweep()
    assert len(ben.emails(record)) == 1


# What a subscription is worth


def test_mail_that_nothing_announced_makes_the_mailbox_degraded_until_something_is(
    ben: Someone, services: Services, control: Control, on_watch: Any, sweep: Any
) -> None:
    row(services, "UPDATE subscriptions SET created_at = now() - interval '1 hour'")
    row(services, "UPDATE rules SET since = now() - interval '1 hour'")
    row(services, "UPDATE watched_folders SET link = null")
    control("POST", "world", json={"notifications": {"drop": 1}})
    received = row(
        services,
        "SELECT to_char(now() at time zone 'utc' - interval '2 minutes', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS t",
    )["t"]
    control("POST", f"messages?mailbox={SUPPORT}&folder=inbox&received={received}", data=mime())
    become_due(services)
    sweep()
    assert (watch(services)["health"], "had not announced" in watch(services)["reason"]) == ("degraded", True)
    control("POST", "world", json={"notifications": {"drop": 0}})
    control.deliver(SUPPORT, mime(message_id="<2@adatum.example>"))
    settled(control)
    sweep()
    assert watch(services)["health"] == "connected"


def test_a_mailbox_without_rules_is_announced_no_more(
    ben: Someone, services: Services, control: Control, on_watch: Any, sweep: Any
) -> None:
    [rule] = ben.get("/api/rules")["rules"]
    ben("DELETE", f"/api/rules/{rule['id']}")
    become_due(services)
    sweep()
    assert (subscribed(control), subscription(services)) == ([], None)
