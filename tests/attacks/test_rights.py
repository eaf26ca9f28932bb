"""Rights (A18 to A24): each object is reached through tenant, person and right, and what is not yours is not there."""

from contextlib import ExitStack
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
import requests
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st

from server.destinations.netsuite import certificate
from server.mail.base import MailIdMalformed
from server.mail.graph.requests import relative
from server.mail.graph.seats import SEATS
from server.services import Services
from tests.accounts.conftest import program_of
from tests.api.bodies import GOOD
from tests.api.routes import NOTHING, filled, placeholders, routes, tokens_are_handed_out
from tests.attacks.everything import Named, for_people, for_programs, statements, strange
from tests.conftest import Control, Someone
from tests.simulator.seed import FABRIKAM
from tests.simulator.world import World
from tests.steps import CLEO, SUPPORT, app_only, contact, context, item_of, reference, with_files
from tests.test_netsuite_configured import PATH as DESTINATIONS
from tests.test_netsuite_configured import account_of, wanted

EVE = "eve@fabrikam.example"
SECRET = "Order 4711"


@pytest.fixture
def theirs(ana: Someone, services: Services, control: Control, work: Any) -> Named:
    return for_people(ana, services, control, work)


def asked_of_eve(body: Any, item: dict[str, Any]) -> Any:
    """A good body, about what is Eve's own where it names no id."""
    own = {"item": item, "mailbox": EVE}
    return {name: own[name] if name in own and value != NOTHING else value for name, value in body.items()}


def with_ids(body: Any, named: Named) -> Any:
    """The body with these ids instead of those of nothing."""
    if isinstance(body, dict):
        ids = {"record": named["id"], "mailbox": named["mailbox_id"]}
        return {
            name: ids.get("mailbox" if name == "mailbox" else "record") if value == NOTHING else with_ids(value, named)
            for name, value in body.items()
        }
    return [with_ids(each, named) for each in body] if isinstance(body, list) else body


def test_a22_ids_of_another_tenant_are_as_good_as_none_on_every_route(
    app: APIFlask, their_administrator: Someone, theirs: Named, services: Services, control: Control, ana: Someone
) -> None:
    """Answer and work are the same as for an id that is nobody's, also for an administrator."""
    eve, nobodys = their_administrator, strange(theirs)
    own = item_of(control.deliver(EVE, with_files()))
    context(eve, own)
    record = reference(contact(eve, "Own", "own@adatum.example"))
    tried = 0
    for method, rule in routes(app, "/api/"):
        names = placeholders(rule)
        if not names:
            continue
        assert set(names) <= theirs.keys(), f"{rule}: make one in tests/attacks/everything.py"
        body = GOOD.get((method, rule), {})
        body = {**body, "record": record} if "record" in body else body
        answers = []
        for named in (theirs, nobodys, strange(theirs)):
            control("DELETE", "requests")
            with statements(services) as sent:
                answer = eve.raw(method, filled(rule, named), json=body)
            answers.append((answer.status_code, answer.get_data(), sent.count, control.count("graph")))
        assert answers[0][0] == 404, (method, rule, answers[0])
        assert answers[0] == answers[1] == answers[2], (method, rule)
        tried += 1
    assert tried > 40
    assert ana.get(f"/api/saves/{theirs['save_id']}")["state"] == "saved"
    assert ana.get(f"/api/rules/{theirs['rule_id']}")["state"] == "active"


def test_a22_nor_are_they_good_for_anything_in_a_body(
    app: APIFlask, their_administrator: Someone, theirs: Named, control: Control
) -> None:
    eve, nobodys = their_administrator, strange(theirs)
    own = item_of(control.deliver(EVE, with_files()))
    eve.post("/api/admin/licenses", {"mailbox": EVE}, expect=201)
    tried = 0
    for (method, rule), good in GOOD.items():
        body = asked_of_eve(good, own)
        if not rule.startswith("/api/") or placeholders(rule) or with_ids(good, theirs) == with_ids(good, nobodys):
            continue
        found = eve.raw(method, rule, json=with_ids(body, theirs))
        random = eve.raw(method, rule, json=with_ids(body, nobodys))
        assert found.status_code == 404, (method, rule, found.get_data(as_text=True))
        assert (found.status_code, found.get_data()) == (random.status_code, random.get_data()), (method, rule)
        tried += 1
    assert tried >= 4


@tokens_are_handed_out
def test_a22_ids_of_another_tenant_are_none_for_programs_either(
    app: APIFlask, their_administrator: Someone, ana: Someone, services: Services, control: Control
) -> None:
    theirs = for_programs(program_of(app, ana), control)
    eve, nobodys = program_of(app, their_administrator), strange(theirs)
    control("DELETE", "requests")
    for method, rule in routes(app, "/v1/"):
        names = placeholders(rule)
        if not names:
            continue
        assert set(names) <= theirs.keys(), f"{rule}: make one in tests/attacks/everything.py"
        answers = []
        for named in (theirs, nobodys):
            with statements(services) as sent:
                query = {"path": "INBOX"}
                answer = eve.raw(method, filled(rule, named), json=GOOD.get((method, rule), {}), query_string=query)
            answers.append((answer.status_code, answer.get_data(), sent.count))
        assert answers[0][0] == 404, (method, rule, answers[0])
        assert answers[0] == answers[1], (method, rule)
    assert control.count("graph") == 0


def test_a18_no_request_of_the_pane_reads_a_mailbox_by_affixs_own_right(
    app: APIFlask, mallory: Someone, control: Control
) -> None:
    """Whatever names a mailbox: Graph is asked as the person who names it, and says no."""
    hidden = item_of(control.deliver(CLEO, with_files()), CLEO)
    record = reference(contact(mallory))
    control("DELETE", "requests")
    tried = 0
    for (method, rule), good in GOOD.items():
        if not rule.startswith("/api/") or rule.startswith("/api/admin/") or not {"item", "mailbox"} & good.keys():
            continue
        body = {
            **good,
            **({"item": hidden} if "item" in good else {}),
            **({"mailbox": CLEO} if "mailbox" in good else {}),
        }
        body = {**body, **({"record": record} if "record" in body else {})}
        body = {**body, **({"records": [record]} if "item" in good and "records" in body else {})}
        answer = mallory.raw(method, rule, json=body)
        assert answer.status_code in (400, 403, 404), (method, rule, answer.get_data(as_text=True))
        assert SECRET not in answer.get_data(as_text=True)
        tried += 1
    assert tried >= 5
    for path in ("/api/rules", "/api/saves", "/api/activity", "/api/backfills"):
        assert SECRET not in mallory.raw("GET", f"{path}?mailbox={CLEO}").get_data(as_text=True)
    assert app_only(control) == 0


HOSTILE = [
    "../users/cleo@contoso.example/messages",
    "..",
    "x/../../cleo@contoso.example",
    "%2e%2e%2fcleo@contoso.example",
    "x\nX-Odd: y",
    "x\x00y",
    "cleo@contoso.example?$search=x",
    "\u0441leo@contoso.example",
    "\U0001f600",
    "$batch",
]


@tokens_are_handed_out
def test_a19_what_is_no_name_in_an_address_is_refused_before_graph_is_asked(
    app: APIFlask, ana: Someone, control: Control
) -> None:
    """Every placeholder of every route for programs, with what means something to whoever puts addresses together. What
    people may name is tried in tests/test_hostile_hints.py.
    """
    program = program_of(app, ana)
    theirs, hostile = for_programs(program, control), cycle(HOSTILE)
    control("DELETE", "requests")
    for method, rule in routes(app, "/v1/"):
        for name in placeholders(rule):
            if name == "account" and (method, rule) == ("DELETE", "/v1/account/<account>"):
                continue
            for odd in islice(hostile, 3):
                path = filled(rule, {**theirs, name: quote(odd, safe="")})
                body = GOOD.get((method, rule), {})
                answer = program.raw(method, path, json=body, query_string={"path": "INBOX"})
                assert 400 <= answer.status_code < 500, (method, path, answer.get_data(as_text=True))
    assert control.count("graph") == 0


# What one tenant does slows no other


def test_a_pause_that_a_stranger_is_asked_for_is_none_of_the_owners(
    ben: Someone, eve: Someone, control: Control
) -> None:
    item = item_of(control.deliver(SUPPORT, with_files()), SUPPORT)
    context(ben, item)
    busy = {"service": "graph", "status": 429, "headers": {"Retry-After": "600"}}
    control("POST", "faults", json={**busy, "path": f"*/{quote(SUPPORT)}/*"})
    control("POST", "faults", json={**busy, "path": f"*/{SUPPORT}/*"})
    refused = eve.raw("POST", "/api/context", json={"item": item})
    assert refused.status_code == 503 and int(refused.headers["Retry-After"]) > 500
    control("DELETE", "faults")
    assert eve.raw("POST", "/api/context", json={"item": item}).status_code == 503, "it was a pause"
    assert context(ben, item)["mailbox"]["address"] == SUPPORT


def test_seats_that_a_stranger_takes_are_none_of_the_owners(services: Services, ben: Someone, control: Control) -> None:
    item = item_of(control.deliver(SUPPORT, with_files()), SUPPORT)
    with ExitStack() as taken:
        with services.counts.of(FABRIKAM.id):
            for _ in range(SEATS):
                taken.enter_context(services.mail.requests.seat_at(SUPPORT))
        assert context(ben, item)["mailbox"]["address"] == SUPPORT


def test_a_pause_at_an_account_that_a_stranger_names_too_is_none_of_the_owners(
    ana: Someone, their_administrator: Someone, world: World, control: Control
) -> None:
    made = certificate.make()
    for administrator in (ana, their_administrator):
        administrator.post(DESTINATIONS, wanted(account_of(world, "1234567"), made), expect=201)
    busy = {"service": "netsuite", "path": "*/suiteql*", "status": 429, "headers": {"Retry-After": "600"}}
    control("POST", "faults", json={**busy, "times": 1})
    path = "/api/records?q=adatum&destination=netsuite"
    for _ in range(2):
        assert their_administrator.raw("GET", path).status_code == 503, "the second time by its pause"
    assert ana.get(path)["records"]


parts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20) | st.sampled_from(HOSTILE)


@given(mailbox=parts, message=parts)
def test_a19_each_part_of_an_address_at_graph_stays_in_its_place(mailbox: str, message: str) -> None:
    """Whatever a name is made of, also after a client of HTTP has put the address in order."""
    path = ("users", mailbox, "messages", message)
    try:
        asked = requests.Request("GET", f"https://graph.microsoft.com/v1.0{relative(path)}").prepare().url
    except MailIdMalformed:
        assert {mailbox, message} & {".", ".."}
        return
    found = urlsplit(str(asked))
    assert (found.netloc, found.query, found.fragment) == ("graph.microsoft.com", "", "")
    assert tuple(unquote(each) for each in found.path.split("/")[2:]) == path
