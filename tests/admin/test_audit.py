"""Who did what and when: the list in words, and as a file that no spreadsheet takes for formulas."""

import csv
import io
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.administration.csv_text import csv_row
from server.clock import iso, now
from server.services import Services
from tests.admin.conftest import Look
from tests.autopilot.stories import SENDER, license_for, order, ruled
from tests.conftest import Control, Someone
from tests.steps import BEN, SUPPORT, contact, execute, item_of, reference, rewrite

PATH = "/api/admin/audit"
RISKY = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the full-width ones are meant


def lines(viewer: Someone, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = viewer.get(PATH, query_string={"limit": 100, **filters})["audit"]
    return found


def told(viewer: Someone, **filters: Any) -> list[str]:
    return [each["what"] for each in lines(viewer, **filters)]


def exported(person: Someone, **filters: Any) -> list[list[str]]:
    answer = person.raw("GET", f"{PATH}.csv", query_string=filters)
    assert answer.status_code == 200
    text = answer.get_data().decode("utf-8-sig")
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert text.count("\n") == text.count("\r\n") > 0
    return list(csv.reader(io.StringIO(text, newline="")))


def test_what_people_did_is_told_in_words_and_what_rules_did_is_not(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    rule = ruled(ben, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    look()
    control.deliver(SUPPORT, order(1))
    ben.save(item_of(control.deliver(SUPPORT, order(2, sender="sales@adatum.example")), SUPPORT), record)
    look()
    ana.post("/api/admin/exclusions", {"kind": "domain", "value": "tailspin.example"})
    ana("PATCH", f"/api/rules/{rule['id']}", json={"owner": "me"})
    found = lines(ana)
    assert [(each["what"], each["kind"], each["words"]) for each in found] == [
        ("rule_taken_over", "rule", f"Ana took the rule “{rule['title']}” over from {BEN}. Mailbox: {SUPPORT}."),
        ("exclusion_added", "exclusion", "Ana excluded tailspin.example from Autopilot."),
        ("saved", "manual", f"Ben saved an email to Purchasing. Mailbox: {SUPPORT}."),
        ("rule_made", "rule", f"Ben started the rule “{rule['title']}”. Mailbox: {SUPPORT}."),
        ("license_assigned", "license", f"Ana assigned a licence to {SUPPORT}."),
    ]
    by_hand = found[2]
    assert (by_hand["mailbox"], by_hand["record"]["name"], by_hand["person"]["address"]) == (SUPPORT, "Purchasing", BEN)
    everything = ana.raw("GET", PATH).get_data(as_text=True) + ana.raw("GET", f"{PATH}.csv").get_data(as_text=True)
    assert "Order" not in everything


def test_the_subject_of_a_conversation_is_neither_told_nor_found(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None
) -> None:
    item = item_of(control.deliver(SUPPORT, order(7)), SUPPORT)
    ruled(ben, {"kind": "conversation", "mailbox": SUPPORT, "item": item, "record": reference(record)})
    answer = ana.raw("GET", PATH).get_data(as_text=True) + ana.raw("GET", f"{PATH}.csv").get_data(as_text=True)
    assert "A conversation" in answer
    assert "Order 7" not in answer
    assert told(ana, q="Order 7") == []


def test_lines_are_found_by_kind_person_time_and_words_page_by_page(
    ana: Someone, ben: Someone, services: Services
) -> None:
    license_for(ana, SUPPORT, BEN)
    ana.post("/api/admin/exclusions", {"kind": "domain", "value": "tailspin.example"})
    me = ana.get("/api/me")["person"]["id"]
    assert told(ana, kind="exclusion", person=me) == ["exclusion_added"]
    assert told(ana, person=ben.get("/api/me")["person"]["id"]) == []
    assert [each["mailbox"] for each in lines(ana, q="SUPPORT@")] == [SUPPORT]
    assert told(ana, q="tailspin") == ["exclusion_added"]
    assert told(ana, q="%") == []
    rewrite(services, "UPDATE activities SET at = at - interval '2 days' WHERE what = 'exclusion_added'")
    yesterday = iso(now() - timedelta(days=1))
    assert told(ana, to=yesterday) == ["exclusion_added"]
    assert told(ana, **{"from": yesterday}) == ["license_assigned", "license_assigned"]
    first = ana.get(f"{PATH}?limit=2")
    rest = ana.get(PATH, query_string={"limit": 2, "cursor": first["next"]})
    found = [*first["audit"], *rest["audit"]]
    assert ([each["mailbox"] for each in found], rest["next"]) == ([BEN, SUPPORT, None], None)
    assert ana("GET", f"{PATH}?cursor=x", expect=400)["error"]["code"] == "invalid_cursor"


def test_the_file_has_every_line_in_order_and_its_export_is_one_of_them(
    ana: Someone, control: Control, services: Services, work: Any
) -> None:
    evil = contact(ana, '=HYPERLINK("http://adatum.example")', "jo@adatum.example")
    ana.save(item_of(control.deliver("ana@contoso.example", order(1))), evil)
    work()
    many = (
        "INSERT INTO activities (tenant_id, at, what, person_id, detail)"
        " SELECT tenant_id, at - n * interval '1 second', 'caught_up', person_id, '{\"mailbox\": \"-1@x.example\"}'"
        " FROM activities, generate_series(1, 1200) n WHERE what = 'saved'"
    )
    execute(services, many)
    header, *rows = exported(ana)
    assert header == ["Time (UTC)", "Person", "Address", "Kind", "What", "Mailbox", "Record", "Details"]
    assert [row[4] for row in rows[:2]] == ["audit_exported", "saved"]
    assert len(rows) == 1202
    assert rows[1][6].startswith("'=HYPERLINK")
    assert {row[5] for row in rows[2:]} == {"'-1@x.example"}
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    assert [row[4] for row in exported(ana, kind="manual")[1:]] == ["saved"]
    [line] = lines(ana, kind="audit")[:1]
    assert line["detail"] == {"filters": {"kind": "manual"}}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.text(alphabet=st.one_of(st.sampled_from([*RISKY, *" ,;\"'\ufeff"]), st.characters(codec="utf-8"))),
        min_size=1,
    )
)
def test_no_cell_begins_a_formula_and_nothing_of_it_is_lost(cells: list[str]) -> None:
    [row] = csv.reader(io.StringIO(csv_row(cells), newline=""))
    assert len(row) == len(cells)
    for cell, written in zip(cells, row, strict=True):
        assert written in (cell, f"'{cell}")
        assert not written.lstrip(" \ufeff").startswith(RISKY)


def test_others_see_nothing_of_it(ana: Someone, ben: Someone, their_administrator: Someone) -> None:
    license_for(ana, SUPPORT)
    for path in (PATH, f"{PATH}.csv"):
        assert ben("GET", path, expect=403)["error"]["code"] == "administrators_only"
    assert told(their_administrator) == []
    assert [row[4] for row in exported(their_administrator)[1:]] == ["audit_exported"]
    assert told(ana) == ["license_assigned"]
