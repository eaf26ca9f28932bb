"""Whose connection carries a mailbox: the next one takes over, people are told in time, and no mail is lost."""

from typing import Any

import pytest

from server.services import Services
from server.settings import Settings
from tests.autopilot.stories import (
    OTHER,
    SENDER,
    Look,
    license_for,
    lines,
    numbers,
    often,
    order,
    right,
    ruled,
)
from tests.autopilot.watched import row
from tests.conftest import Control, Someone
from tests.steps import BEN, SUPPORT, contact, context, item_of, reference


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings)


@pytest.fixture
def some_item(control: Control) -> dict[str, Any]:
    """A message that people have open to see how the mailbox is doing."""
    return item_of(control.deliver(SUPPORT, order(0, sender="hello@wingtip.example")), SUPPORT)


def for_support(record: dict[str, Any], value: str = SENDER) -> dict[str, Any]:
    return {"kind": "address", "mailbox": SUPPORT, "value": value, "record": reference(record)}


@pytest.fixture
def bens(ana: Someone, ben: Someone, record: Any, some_item: Any, look: Look) -> dict[str, Any]:
    """Ben's rule on the shared mailbox, which he carries."""
    for person in (ana, ben):
        context(person, some_item)
    license_for(ana, SUPPORT)
    made = ruled(ben, for_support(record))
    look()
    return made


@pytest.fixture
def quality(ana: Someone) -> dict[str, Any]:
    return contact(ana, "Quality", OTHER)


@pytest.fixture
def anas(ana: Someone, bens: Any, quality: Any, look: Look) -> dict[str, Any]:
    """Ana's rule for somebody else's mail in the same mailbox, which Ben goes on carrying."""
    made = ruled(ana, for_support(quality, OTHER))
    look()
    return made


def lose_connection(control: Control, person: str) -> None:
    """The person's sign-in is revoked, and the tokens in use are over."""
    control("POST", "world", json={"revoke": person, "expireTokens": person})


def states(shown: dict[str, Any]) -> dict[str, str]:
    return {each["address"].partition("@")[0]: each["state"] for each in shown["carriers"]}


def test_when_the_carriers_connection_ends_the_next_takes_over_in_the_same_look(
    ana: Someone, control: Control, record: Any, quality: Any, bens: Any, anas: Any, some_item: Any, look: Look
) -> None:
    before = context(ana, some_item)["health"]
    assert (before["state"], before["warning"], before["caughtUp"]) == ("degraded", None, None)
    lose_connection(control, "ben")
    control.deliver(SUPPORT, order(1))
    control.deliver(SUPPORT, order(2, sender=OTHER))
    control.deliver(SUPPORT, order(3, sender="nobody@wingtip.example"))
    look()
    assert (numbers(ana, record), numbers(ana, quality)) == (["1"], ["2"]), "Ben's rule goes on as well"
    assert [each["savedBy"] for each in ana.emails(record)] == [BEN]
    after = context(ana, some_item)["health"]
    assert (after["state"], states(after)) == ("degraded", {"ana": "ok", "ben": "lost"})
    assert (after["warning"]["code"], "Ben should open Affix" in after["warning"]["message"]) == (
        "connection_weakened",
        True,
    )
    assert (after["caughtUp"]["messages"], after["caughtUp"]["saves"]) == (3, 2)
    [line] = lines(ana, "caught_up", f"&mailbox={SUPPORT}")
    assert (line["kind"], line["detail"]["messages"], line["detail"]["saves"]) == ("mailbox", 3, 2)
    control.deliver(SUPPORT, order(4))
    look()
    assert numbers(ana, record) == ["1", "4"]
    assert len(lines(ana, "caught_up", f"&mailbox={SUPPORT}")) == 1


def test_when_nobody_is_left_it_says_what_to_do_and_saves_all_of_the_gap_afterwards(
    ana: Someone, someone: Any, control: Control, record: Any, bens: Any, some_item: Any, look: Look
) -> None:
    lose_connection(control, "ben")
    control.deliver(SUPPORT, order(1))
    look()
    during = context(ana, some_item)["health"]
    assert (during["state"], "open Affix" in during["message"]) == ("authenticationError", True)
    assert during["warning"]["code"] == "connection_lost"
    assert "Ben" in during["warning"]["message"]
    control.deliver(SUPPORT, order(2))
    look()
    assert numbers(ana, record) == []
    back = someone("ben")
    context(back, some_item)
    look()
    assert numbers(ana, record) == ["1", "2"]
    after = context(back, some_item)["health"]
    assert (after["state"], after["warning"], states(after)) == ("degraded", None, {"ben": "ok"})
    assert (after["caughtUp"]["messages"], after["caughtUp"]["saves"]) == (2, 2)
    [line] = lines(back, "caught_up")
    assert (line["mailbox"], line["detail"]["saves"]) == (SUPPORT, 2)


def test_a_save_that_was_queued_when_the_connection_ended_is_made_once_it_is_back(
    ana: Someone,
    someone: Any,
    control: Control,
    record: Any,
    bens: Any,
    some_item: Any,
    services: Services,
    look: Look,
) -> None:
    control("POST", "faults", json={"service": "graph", "path": "*/$value", "status": 503, "times": 1})
    control.deliver(SUPPORT, order(1))
    look()
    lose_connection(control, "ben")
    row(services, "UPDATE saves SET due_at = now() WHERE state = 'queued'")
    look()
    assert numbers(ana, record) == []
    context(someone("ben"), some_item)
    look()
    assert numbers(ana, record) == ["1"]


def test_with_the_account_the_rule_stops_and_goes_on_once_an_administrator_took_it_over(
    ana: Someone, control: Control, record: Any, bens: Any, some_item: Any, look: Look
) -> None:
    control("POST", "world", json={"enabled": {"ben": False}, "expireTokens": "ben"})
    control.deliver(SUPPORT, order(1))
    look()
    path = f"/api/rules/{bens['id']}"
    stopped = ana.get(path)
    assert (stopped["state"], stopped["reasonCode"]) == ("stopped", "access_lost")
    assert stopped["reason"] == "Ben is no longer there. An administrator can take it over."
    assert context(ana, some_item)["health"]["state"] == "accessLost"
    taken = ana("PATCH", path, json={"owner": "me"})
    assert (taken["state"], taken["carriedBy"]["me"], taken["madeBy"]["address"]) == ("active", True, BEN)
    look()
    control.deliver(SUPPORT, order(2))
    look()
    assert numbers(ana, record) == ["1", "2"], "what came meanwhile is saved too"
    assert context(ana, some_item)["health"]["state"] == "degraded"
    assert lines(ana, "rule_taken_over")[0]["rule"]["id"] == bens["id"]


def test_a_connection_that_nobody_used_for_long_is_warned_about_before_it_ends(
    ana: Someone, control: Control, bens: Any, anas: Any, some_item: Any, services: Services
) -> None:
    theirs = "FROM people p WHERE p.oid = g.oid AND p.address = :address"
    aged = "UPDATE grants g SET updated_at = now() - interval '80 days' "
    row(services, aged + theirs, address=BEN)
    one = context(ana, some_item)["health"]
    assert states(one) == {"ana": "ok", "ben": "endsSoon"}
    assert one["warning"]["code"] == "connection_weakened"
    row(services, aged)
    both = context(ana, some_item)["health"]
    assert both["warning"]["code"] == "connection_ends"
    assert "you" in both["warning"]["message"]


def test_a_member_whose_right_goes_while_another_carries_loses_only_the_own_rule(
    ana: Someone, ben: Someone, control: Control, record: Any, quality: Any, bens: Any, anas: Any, look: Look
) -> None:
    right(control, "ana", SUPPORT, "none")
    control.deliver(SUPPORT, order(1))
    control.deliver(SUPPORT, order(2, sender=OTHER))
    look()
    assert (numbers(ben, record), numbers(ben, quality)) == (["1"], [])
    shown = ben.get(f"/api/rules/{anas['id']}")
    assert (shown["state"], shown["reasonCode"]) == ("stopped", "access_lost")
    assert shown["reason"] == "Ana may no longer read this mailbox. An administrator can take it over."
    assert ben.get(f"/api/rules/{bens['id']}")["state"] == "active"
    [line] = lines(ben, "rule_stopped", f"&mailbox={SUPPORT}")
    assert (line["rule"]["id"], line["reason"] is not None) == (anas["id"], True)
    control.deliver(SUPPORT, order(3))
    look()
    assert numbers(ben, record) == ["1", "3"]


def test_a_carrier_whose_right_goes_is_followed_by_the_next_in_the_same_look(
    ana: Someone, control: Control, record: Any, quality: Any, bens: Any, anas: Any, look: Look
) -> None:
    right(control, "ben", SUPPORT, "none")
    control.deliver(SUPPORT, order(1))
    control.deliver(SUPPORT, order(2, sender=OTHER))
    look()
    assert (numbers(ana, record), numbers(ana, quality)) == ([], ["2"])
    assert ana.get(f"/api/rules/{bens['id']}")["state"] == "stopped"
    taken = ana("PATCH", f"/api/rules/{bens['id']}", json={"owner": "me"})
    assert taken["state"] == "active"
    control.deliver(SUPPORT, order(3))
    look()
    assert numbers(ana, record) == ["1", "3"]  # with what came while nobody carried it


def test_a_rule_that_goes_on_catches_up_with_what_others_looked_at_meanwhile(
    ana: Someone, ben: Someone, control: Control, bens: Any, record: Any, quality: Any, look: Look
) -> None:
    ruled(ana, for_support(quality))
    look()
    right(control, BEN, SUPPORT, "none")
    control.deliver(SUPPORT, order(1))
    look()
    assert (numbers(ben, record), numbers(ana, quality)) == ([], ["1"])
    right(control, BEN, SUPPORT, "full")
    ben("PATCH", f"/api/rules/{bens['id']}", json={"state": "active"})
    look()
    assert (numbers(ben, record), numbers(ana, quality)) == (["1"], ["1"])
