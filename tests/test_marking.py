"""The mark in Outlook: merged with what others set, and never in the way of a save."""

from typing import Any

import pytest

from server.marking import REFUSED
from tests.conftest import Control, Someone, mime
from tests.steps import BEN, CLEO, SUPPORT, contact, item_of, save_of


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def in_support(control: Control) -> dict[str, Any]:
    return item_of(control.deliver(SUPPORT, mime()), SUPPORT)


def fault(control: Control, **order: Any) -> None:
    control("POST", "faults", json={"service": "graph", **order})


@pytest.mark.parametrize("settings", [{"max_attempts": 1}], indirect=True)
def test_a_failed_save_is_marked_too(ben: Someone, record: Any, in_support: Any, control: Control, work: Any) -> None:
    ben.save(in_support, record)
    fault(control, path="*/$value", status=503)
    work()
    assert control.messages(SUPPORT)[0]["categories"] == ["Affix: Failed"]


def colour(control: Control, delivered_id: str, categories: list[str], mailbox: str = SUPPORT) -> None:
    """Somebody sets categories in Outlook."""
    token = control.token("cleo" if mailbox == CLEO else "ben", "graph")
    answer = control.simulator.test_client().patch(
        f"/v1.0/users/{mailbox}/messages/{delivered_id}",
        json={"categories": categories},
        headers={"Authorization": f"Bearer {token}"},
        base_url="https://graph.microsoft.com",
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)


def rest(item: dict[str, Any]) -> str:
    return str(item["id"]).translate(str.maketrans("/+", "-_"))


def test_the_categories_of_others_stay(ben: Someone, record: Any, in_support: Any, control: Control, work: Any) -> None:
    colour(control, rest(in_support), ["Red", "Blue"])
    [save] = ben.save(in_support, record)
    work()
    assert sorted(control.messages(SUPPORT)[0]["categories"]) == ["Affix: Saved", "Blue", "Red"]
    ben("DELETE", f"/api/saves/{save['id']}")
    work()
    assert sorted(control.messages(SUPPORT)[0]["categories"]) == ["Blue", "Red"]


def test_a_category_that_was_set_meanwhile_stays_too(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    [save] = ben.save(in_support, record)
    colour(control, rest(in_support), ["Red"])
    work()
    assert sorted(control.messages(SUPPORT)[0]["categories"]) == ["Affix: Saved", "Red"]
    assert save_of(ben, save)["category"]["state"] == "set"


def test_a_delegate_marks_in_the_mailbox_of_the_other_person(
    ben: Someone, record: Any, control: Control, work: Any
) -> None:
    [save] = ben.save(item_of(control.deliver(CLEO, mime()), CLEO), record)
    work()
    assert control.messages(CLEO)[0]["categories"] == ["Affix: Saved"]
    assert save_of(ben, save)["category"] == {"state": "set", "message": None}


def test_a_refused_mark_leaves_the_save_as_it_is_and_says_so(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    fault(control, method="PATCH", status=403)
    [save] = ben.save(in_support, record)
    work()
    done = save_of(ben, save)
    assert done["state"] == "saved"
    assert done["category"] == {"state": "refused", "message": REFUSED}


def test_a_delegate_who_may_only_read_saves_all_the_same(
    ben: Someone, record: Any, control: Control, work: Any
) -> None:
    control("POST", "world", json={"rights": {"person": "ben", "mailbox": CLEO, "right": "delegate", "write": False}})
    [save] = ben.save(item_of(control.deliver(CLEO, mime()), CLEO), record)
    work()
    done = save_of(ben, save)
    assert (done["state"], done["category"]["state"]) == ("saved", "refused")


def test_a_busy_graph_delays_the_mark_alone(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    fault(control, method="PATCH", status=429, headers={"Retry-After": "1"})
    [save] = ben.save(in_support, record)
    work()
    done = save_of(ben, save)
    assert (done["state"], done["category"]["state"]) == ("saved", "pending")


@pytest.mark.parametrize("settings", [{"mark_messages": False}], indirect=True)
def test_without_marks_a_save_costs_two_requests(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    ben.post("/api/context", {"item": in_support})
    control("DELETE", "requests")
    [save] = ben.save(in_support, record)
    work()
    assert control.count("graph") == 2
    assert control.messages(SUPPORT)[0]["categories"] == []
    assert save_of(ben, save)["category"] == {"state": "off", "message": None}


def test_the_own_mailbox_is_marked_with_the_persons_own_right(
    ben: Someone, record: Any, control: Control, work: Any
) -> None:
    ben.save(item_of(control.deliver(BEN, mime())), record)
    work()
    assert control.messages(BEN)[0]["categories"] == ["Affix: Saved"]
    access = {each["access"] for each in control.requests("graph")}
    assert access == {"delegated"}
