"""Rules and mailboxes as administrators see them, and that none is out of their reach."""

from typing import Any

from tests.admin.conftest import Look
from tests.autopilot.asking import lose_right, refused
from tests.autopilot.stories import OTHER, SENDER, everywhere, license_for, opened, order, ruled
from tests.conftest import Control, Someone
from tests.steps import BEN, CLEO, SUPPORT, item_of, reference

PATH = "/api/admin/rules"


def titles(person: Someone, query: str = "") -> list[str]:
    return [each["title"] for each in person.get(f"{PATH}?{query}")["rules"]]


def rule_on(person: Someone, record: Any, mailbox: str = SUPPORT, value: str = SENDER, **more: Any) -> dict[str, Any]:
    body = {"kind": "address", "mailbox": mailbox, "value": value, "record": reference(record), **more}
    return ruled(person, body)


def mailbox(person: Someone, address: str) -> dict[str, Any]:
    [found] = person.get(f"/api/admin/mailboxes?q={address}")["mailboxes"]
    return found  # type: ignore[no-any-return]


def test_every_rule_is_shown_with_its_carrier_and_what_it_saved(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    license_for(ana, BEN)
    own = rule_on(ben, record, BEN, OTHER)
    shared = rule_on(ben, record)
    wide = ruled(ben, everywhere(record))
    look()
    control.deliver(SUPPORT, order(1))
    look()
    found = {each["id"]: each for each in ana.get(PATH)["rules"]}
    assert list(found) == [wide["id"], shared["id"], own["id"]]
    assert (found[own["id"]]["carriedBy"]["address"], found[own["id"]]["mailboxes"]) == (BEN, [{"address": BEN}])
    assert found[own["id"]]["saved"] == {"count": 0, "lastAt": None}
    saved = [found[each["id"]]["saved"] for each in (shared, wide)]
    assert sum(each["count"] for each in saved) == 1
    assert max(str(each["lastAt"]) for each in saved) > shared["createdAt"]
    assert {each["address"] for each in found[wide["id"]]["mailboxes"]} == {BEN, SUPPORT}
    assert found[shared["id"]]["record"]["name"] == record["name"]


def test_they_are_found_by_mailbox_state_and_words_page_by_page(
    ana: Someone, ben: Someone, record: Any, reached: None
) -> None:
    license_for(ana, BEN)
    rule_on(ben, record, BEN, OTHER)
    first, second = rule_on(ben, record), rule_on(ana, record, value="sales@adatum.example")
    ben("PATCH", f"/api/rules/{first['id']}", json={"state": "paused"})
    assert titles(ana, f"mailbox={SUPPORT}") == [second["title"], first["title"]]
    assert titles(ana, "mailbox=nowhere@contoso.example") == []
    assert titles(ana, "state=paused") == [first["title"]]
    assert titles(ana, "q=SALES@") == [second["title"]]
    assert titles(ana, f"q={BEN}&state=active") == [f"Everything from or to {OTHER}"]
    assert titles(ana, "q=%25") == []
    page = ana.get(f"{PATH}?limit=2")
    rest = ana.get(f"{PATH}?limit=2&cursor={page['next']}")
    assert (len(page["rules"]), len(rest["rules"]), rest["next"]) == (2, 1, None)
    ben("DELETE", f"/api/rules/{first['id']}")
    assert first["title"] not in titles(ana)
    assert titles(ana, "state=removed") == [first["title"]]


def test_the_subject_of_somebody_elses_conversation_is_not_told(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None
) -> None:
    item = item_of(control.deliver(SUPPORT, order(7)), SUPPORT)
    ruled(ben, {"kind": "conversation", "mailbox": SUPPORT, "item": item, "record": reference(record)})
    answer = ana.raw("GET", PATH).get_data(as_text=True)
    assert "A conversation" in answer
    assert "Order 7" not in answer
    assert "<7@adatum.example>" not in answer
    assert titles(ana, "q=Order") == []


def test_nor_when_they_change_a_rule_of_a_mailbox_that_they_may_not_read(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None
) -> None:
    license_for(ana, BEN)
    item = item_of(control.deliver(BEN, order(8)), BEN)
    rule = ruled(ben, {"kind": "conversation", "mailbox": BEN, "item": item, "record": reference(record)})
    paused = ana("PATCH", f"/api/rules/{rule['id']}", json={"state": "paused"})
    removed = ana("DELETE", f"/api/rules/{rule['id']}")
    assert (paused["title"], removed["title"]) == ("A conversation", "A conversation")
    assert "Order 8" not in ana.raw("GET", "/api/activity").get_data(as_text=True)


def test_a_rule_in_a_mailbox_that_they_may_not_read_is_removed_as_it_is(
    ana: Someone, ben: Someone, record: Any, reached: None
) -> None:
    license_for(ana, BEN)
    hidden, shared = rule_on(ben, record, BEN), rule_on(ben, record)
    path = f"/api/rules/{hidden['id']}"
    assert refused(ana, "PATCH", path, 403, {"owner": "me"}) == "mailbox_access_denied"
    assert refused(ana, "DELETE", f"/api/rules/{shared['id']}", 403) == "not_your_rule"
    assert ana("DELETE", path)["state"] == "removed"
    assert titles(ana) == [shared["title"]]
    [line] = [each for each in ana.get("/api/activity")["activity"] if each["what"] == "rule_removed"]
    assert (line["rule"]["id"], line["detail"]["before"]) == (hidden["id"], BEN)


def test_a_mailbox_says_who_carries_it_and_what_waits(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    rule = rule_on(ben, record)
    rule_on(ana, record, value=OTHER)
    look()
    control.deliver(SUPPORT, order(1))
    look()
    shown = mailbox(ana, SUPPORT)
    carriers = {each["address"]: each for each in shown["health"]["carriers"]}
    assert (carriers[BEN]["since"], carriers[BEN]["state"]) == (rule["createdAt"], "ok")
    assert carriers[BEN]["until"] > rule["createdAt"]
    assert (shown["rules"], shown["waitingSaves"]) == ({"all": 2, "active": 2}, 0)
    assert shown["lastSavedAt"] > rule["createdAt"]
    assert shown["health"]["action"] is None
    ben.save(item_of(control.deliver(SUPPORT, order(2)), SUPPORT), record)
    assert mailbox(ana, SUPPORT)["waitingSaves"] == 1


def test_mailboxes_in_trouble_are_found_by_their_state_with_what_to_do(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    opened(ben, control, CLEO)
    rule_on(ben, record)
    look()
    lose_right(control, BEN)
    look()
    page = ana.get("/api/admin/mailboxes?state=accessLost&limit=1")
    assert [each["address"] for each in page["mailboxes"]] == [SUPPORT]
    assert "access" in page["mailboxes"][0]["health"]["action"]
    assert ana.get("/api/admin/mailboxes?state=unlicensed")["mailboxes"] == []
    assert [each["address"] for each in ana.get("/api/admin/mailboxes?q=CLEO")["mailboxes"]] == [CLEO]


def test_another_tenants_rules_and_mailboxes_are_not_there(
    ana: Someone, ben: Someone, their_administrator: Someone, record: Any, reached: None
) -> None:
    rule_on(ben, record)
    for path in (PATH, f"{PATH}?mailbox={SUPPORT}", "/api/admin/mailboxes", f"/api/admin/mailboxes?q={SUPPORT}"):
        answer = their_administrator.get(path)
        assert (answer.get("rules"), answer.get("mailboxes")) in (([], None), (None, [])), path
