"""The work list of a mailbox: mail from outside that is on no record yet, with what fits, for all of its members."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.activity.steps import matching
from tests.autopilot.past_mail import ago, arrive, letter
from tests.conftest import Control, Someone, mime
from tests.steps import BEN, SALES, SUPPORT, contact, context, execute, item_of, reference, with_files


def arrives(
    control: Control, subject: str, sender: str = "purchasing@adatum.example", mailbox: str = SUPPORT
) -> dict[str, str]:
    message_id = f"<{subject.lower().replace(' ', '-')}@adatum.example>"
    return control.deliver(mailbox, mime(subject=subject, message_id=message_id, sender=sender))


@pytest.fixture
def path(ana: Someone, ben: Someone, control: Control) -> str:
    """Of the list of a shared mailbox in which Ana and Ben once opened what their colleague wrote."""
    item = item_of(arrives(control, "In house", sender="cleo@contoso.example"), SUPPORT)
    ana_sees, ben_sees = context(ana, item)["mailbox"], context(ben, item)["mailbox"]
    assert ana_sees["id"] == ben_sees["id"]
    control("DELETE", "requests")
    return f"/api/mailboxes/{ben_sees['id']}/unfiled"


def listed(person: Someone, path: str, **wanted: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(f"{path}?{urlencode(wanted)}")["unfiled"]
    return found


def subjects(person: Someone, path: str, **wanted: Any) -> list[str]:
    return [each["subject"] for each in listed(person, path, **wanted)]


def from_the_list(row: dict[str, Any], mailbox: str = SUPPORT) -> dict[str, Any]:
    """The item as the pane names it that saves from the list."""
    return {"id": row["id"], "idFormat": "immutable", "owner": mailbox}


def test_it_shows_mail_from_outside_latest_first_for_one_request(ben: Someone, control: Control, path: str) -> None:
    arrives(control, "Older")
    raw = with_files(("offer.pdf", b"offer"), message_id="<newer@adatum.example>")
    delivered = control.deliver(SUPPORT, raw)
    first, second = listed(ben, path)
    assert (first["subject"], second["subject"]) == ("Files", "Older")
    assert first["id"] == delivered["immutableId"]
    assert (first["from"], first["hasAttachments"], second["hasAttachments"]) == (
        {"name": "Purchasing", "address": "purchasing@adatum.example"},
        True,
        False,
    )
    assert (first["state"], first["suggestion"], first["presence"], first["dismissed"]) == (None, None, [], None)
    assert (control.count("graph"), control.count("entra")) == (1, 0)


def test_the_first_look_into_a_mailbox_proves_the_right_to_it(ben: Someone, control: Control) -> None:
    own = ben.get("/api/me")["mailbox"]["id"]
    arrives(control, "To Ben", mailbox=BEN)
    control("DELETE", "requests")
    assert subjects(ben, f"/api/mailboxes/{own}/unfiled") == ["To Ben"]
    assert control.count("graph") == 1
    assert [each["id"] for each in ben.get("/api/mailboxes")["mailboxes"]] == [own]


def test_what_is_saved_leaves_it_for_everybody_and_comes_back_when_it_is_undone(
    ana: Someone, ben: Someone, control: Control, path: str, work: Any
) -> None:
    arrives(control, "Order")
    [row] = listed(ana, path)
    [save] = ben.save(from_the_list(row), contact(ben))
    assert listed(ana, path) == []
    work()
    assert listed(ana, path) == []
    ben("DELETE", f"/api/saves/{save['id']}")
    assert subjects(ana, path) == ["Order"]


def test_what_was_saved_from_another_mailbox_is_filed_here_too(
    ana: Someone, control: Control, path: str, work: Any
) -> None:
    arrives(control, "To both")
    copy = arrives(control, "To both", mailbox=SALES)
    ana.save(item_of(copy, SALES), contact(ana))
    assert listed(ana, path) == []


def test_another_email_with_the_same_message_id_is_not_taken_for_filed(
    ana: Someone, control: Control, path: str
) -> None:
    control.deliver(SUPPORT, mime(subject="The true one", message_id="<same@adatum.example>"))
    other = control.deliver(SALES, mime(subject="Another", message_id="<same@adatum.example>"))
    ana.save(item_of(other, SALES), contact(ana))
    assert subjects(ana, path) == ["The true one"]


def test_a_message_that_was_moved_since_it_was_listed_is_saved(
    ben: Someone, control: Control, path: str, work: Any
) -> None:
    delivered = arrives(control, "Moved")
    [row] = listed(ben, path)
    control("POST", "moves", json={"mailbox": SUPPORT, "id": delivered["id"], "folder": "archive"})
    record = contact(ben)
    ben.save(from_the_list(row), record)
    work()
    assert [each["subject"] for each in ben.emails(record)] == ["Moved"]
    assert listed(ben, path) == []


def test_what_could_not_be_saved_stays_on_it_with_the_reason(
    ben: Someone, control: Control, path: str, work: Any
) -> None:
    arrives(control, "Refused")
    [row] = listed(ben, path)
    control("POST", "faults", json={"service": "graph", "path": "*/$value", "status": 403})
    ben.save(from_the_list(row), contact(ben))
    work()
    [row] = listed(ben, path)
    assert row["state"] == "failed"
    assert row["reason"]


def test_each_comes_with_what_fits_best_and_why(ben: Someone, control: Control, path: str) -> None:
    arrives(control, "From somebody known")
    arrives(control, "From a colleague of theirs", sender="legal@adatum.example")
    arrives(control, "Re: your case C-4711", sender="legal@adatum.example")
    arrives(control, "From a stranger", sender="quality@tailspin.example")
    known = contact(ben)
    company = {"destination": "local", "type": "company", "name": "Adatum", "domain": "adatum.example"}
    case = {"destination": "local", "type": "case", "name": "Broken pump", "number": "C-4711"}
    ben.post("/api/records", company, expect=201)
    ben.post("/api/records", case, expect=201)
    found = {each["subject"]: each["suggestion"] for each in listed(ben, path)}
    assert {subject: each and each["name"] for subject, each in found.items()} == {
        "From somebody known": known["name"],
        "From a colleague of theirs": "Adatum",
        "Re: your case C-4711": "Broken pump",
        "From a stranger": None,
    }
    assert reference(found["From somebody known"]) == reference(known)
    assert found["From a colleague of theirs"]["because"] == "Somebody on this email writes from adatum.example."
    assert "C-4711" in found["Re: your case C-4711"]["because"]


def test_on_a_full_page_each_comes_with_what_fits_however_much_fits_the_others(
    ben: Someone, control: Control, path: str
) -> None:
    local = {"destination": "local"}
    for number in range(4000, 4024):
        case = {**local, "type": "case", "name": f"Case {number}", "number": f"C-{number}"}
        ben.post("/api/records", case, expect=201)
    for number in range(51):
        busy = {**local, "type": "deal", "name": f"Deal {number}", "address": "purchasing@adatum.example"}
        ben.post("/api/records", busy, expect=201)
    last = {**local, "type": "contact", "name": "Zoo", "address": "zoo@tailspin.example"}
    ben.post("/api/records", last, expect=201)
    numbered = (letter(n, ago(days=2), subject=f"Case {n}", sender="x@northwind.example") for n in range(4000, 4024))
    arrive(control, *numbered, letter(1, ago(days=1), sender="zoo@tailspin.example"), letter(2, ago(days=1)))
    rows = listed(ben, path, limit=100)
    found = {each["subject"]: (each["suggestion"] or {}).get("name") for each in rows}
    assert found.pop("Order 1") == "Zoo"
    assert str(found.pop("Order 2")).startswith("Deal ")
    assert found == {f"Case {number}": f"Case {number}" for number in range(4000, 4024)}


def test_mail_of_those_whom_an_administrator_excluded_is_not_on_it(
    ana: Someone, ben: Someone, control: Control, path: str
) -> None:
    arrives(control, "Newsletter", sender="news@tailspin.example")
    arrives(control, "Order")
    ana.post("/api/admin/exclusions", {"kind": "domain", "value": "tailspin.example"}, expect=201)
    assert subjects(ben, path) == ["Order"]


def test_what_somebody_took_off_it_is_off_it_for_all_who_see_who_that_was(
    ana: Someone, ben: Someone, control: Control, path: str
) -> None:
    arrives(control, "Advertisement")
    arrives(control, "Order")
    ids = {each["subject"]: each["id"] for each in listed(ben, path)}
    control("DELETE", "requests")
    assert ben.post(f"{path}/dismiss", {"messages": [ids["Advertisement"]]}) == {"dismissed": 1}
    assert ben.post(f"{path}/dismiss", {"messages": [ids["Advertisement"]]}) == {"dismissed": 0}
    assert control.count("graph") == 0
    assert subjects(ana, path) == ["Order"]
    [row] = listed(ana, path, dismissed="true")
    assert (row["subject"], row["dismissed"]["by"]["name"], row["dismissed"]["by"]["me"]) == (
        "Advertisement",
        "Ben",
        False,
    )
    assert ana.post(f"{path}/restore", {"messages": [row["id"]]}) == {"restored": 1}
    assert subjects(ben, path) == ["Order", "Advertisement"]
    assert listed(ben, path, dismissed="true") == []


def test_many_taken_off_at_once_are_one_line_of_activity(
    ana: Someone, ben: Someone, control: Control, path: str
) -> None:
    for number in range(3):
        arrives(control, f"Advertisement {number}")
    ben.post(f"{path}/dismiss", {"messages": [each["id"] for each in listed(ben, path)]})
    [line] = ana.get(f"/api/activity?mailbox={SUPPORT}")["activity"]
    assert (line["what"], line["kind"], line["detail"]["count"], line["by"]["name"]) == (
        "list_dismissed",
        "mailbox",
        3,
        "Ben",
    )


def test_it_goes_back_thirty_days(ben: Someone, control: Control, path: str) -> None:
    arrive(control, letter(1, ago(days=29)), letter(2, ago(days=31)))
    assert subjects(ben, path) == ["Order 1"]


def test_its_pages_are_read_one_by_one_and_nothing_is_left_out_or_shown_twice(
    ben: Someone, control: Control, path: str
) -> None:
    """Many arrive in the same second, which is all that Graph tells of when."""
    arrive(control, *(letter(number, ago(days=2)) for number in range(60)))
    found, cursor, asked = [], "", 0
    while cursor is not None:
        page = ben.get(f"{path}?limit=25&cursor={cursor}")
        found += [each["subject"] for each in page["unfiled"]]
        cursor, asked = page["next"], asked + 1
    assert sorted(found) == sorted(f"Order {number}" for number in range(60))
    assert (asked, control.count("graph")) == (3, 3)


def test_where_most_is_filed_a_few_requests_are_made_and_the_rest_is_told_by_next(
    ben: Someone, control: Control, path: str
) -> None:
    arrive(control, letter(0, ago(days=3), subject="The only one"))
    many = [each["immutableId"] for each in arrive(control, *(letter(n, ago(days=2)) for n in range(1, 221)))]
    for start in range(0, len(many), 100):
        ben.post(f"{path}/dismiss", {"messages": many[start : start + 100]})
    control("DELETE", "requests")
    first = ben.get(path)
    assert (first["unfiled"], control.count("graph")) == ([], 4)
    second = ben.get(f"{path}?cursor={first['next']}")
    assert ([each["subject"] for each in second["unfiled"]], second["next"]) == (["The only one"], None)


def test_who_may_not_read_the_mailbox_is_told_of_no_list(mallory: Someone, eve: Someone, path: str) -> None:
    for person in (mallory, eve):
        person("GET", path, expect=404)
        for what in ("dismiss", "restore"):
            person.post(f"{path}/{what}", {"messages": ["AAkALg"]}, expect=404)


def test_who_lost_the_right_is_refused_although_it_was_proven_a_moment_ago(
    ben: Someone, control: Control, path: str
) -> None:
    control("POST", "world", json={"rights": [{"person": BEN, "mailbox": SUPPORT, "right": "none"}]})
    ben("GET", path, expect=404)


def test_an_old_note_of_what_needs_no_filing_is_forgotten(
    ben: Someone, control: Control, path: str, services: Any
) -> None:
    arrives(control, "Advertisement")
    [row] = listed(ben, path)
    ben.post(f"{path}/dismiss", {"messages": [row["id"]]})
    execute(services, "UPDATE dismissals SET at = now() - interval '31 days'")
    arrives(control, "Another")
    [other] = [each for each in listed(ben, path) if each["subject"] == "Another"]
    ben.post(f"{path}/dismiss", {"messages": [other["id"]]})
    assert subjects(ben, path) == ["Advertisement"]


def test_the_overview_tells_how_a_mailbox_does(
    ana: Someone, ben: Someone, mallory: Someone, control: Control, path: str, work: Any
) -> None:
    overview = path.replace("unfiled", "overview")
    found = ben.get(overview)
    assert (found["rules"], found["savedThisWeek"]) == ({"active": 0, "paused": 0, "stopped": 0}, 0)
    assert (found["license"]["state"], found["health"]["state"]) == ("missing", "connected")
    assert control.count("graph") == 0
    mallory("GET", overview, expect=404)
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    rule = {"kind": "address", "mailbox": SUPPORT, "value": "purchasing@adatum.example"}
    ben.post("/api/rules", {**rule, "record": reference(contact(ben))}, expect=201)
    arrives(control, "Order")
    work()
    found = ana.get(overview)
    assert (found["rules"]["active"], found["savedThisWeek"], found["license"]["state"]) == (1, 1, "licensed")


def test_who_is_filing_one_of_them_is_seen_by_colleagues(
    ana: Someone, ben: Someone, control: Control, path: str
) -> None:
    arrives(control, "Order")
    [row] = listed(ana, path)
    ana("PUT", "/api/presence", json={"mailbox": path.split("/")[3], "message": row["id"], "records": ["Adatum"]})
    [row] = listed(ben, path)
    assert [(each["person"]["name"], each["records"]) for each in row["presence"]] == [("Ana", ["Adatum"])]
    [row] = listed(ana, path)
    assert row["presence"] == []


def test_mail_that_autopilot_kept_for_review_says_so_and_leaves_both_lists_at_once(
    ana: Someone, ben: Someone, control: Control, path: str, work: Any
) -> None:
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    matching(ana)
    arrives(control, "Inquiry")
    work()
    [row] = listed(ben, path)
    assert row["state"] == "review"
    ben.post(f"{path}/dismiss", {"messages": [row["id"]]})
    review = f"/api/activity?state=review&mailbox={SUPPORT}"
    assert (ana.get(review)["activity"], listed(ana, path)) == ([], [])
    [line] = [each for each in ana.get("/api/activity")["activity"] if each["subject"] == "Inquiry"]
    ana.post(f"{path}/restore", {"messages": [row["id"]]})
    assert [each["subject"] for each in ben.get(review)["activity"]] == subjects(ben, path) == ["Inquiry"]
    ana.post(f"/api/activity/{line['id']}/dismiss", {})
    [row] = listed(ben, path, dismissed="true")
    assert (listed(ben, path), row["dismissed"]["by"]["name"]) == ([], "Ana")
