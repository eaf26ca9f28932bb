"""Tenants never see each other, not even by an id: what is another's answers as what does not exist."""

import uuid
from typing import Any

import pytest
from apiflask import APIFlask

from tests.accounts.guide import connected
from tests.api.bodies import GOOD
from tests.api.routes import STREAMS, filled, placed, placeholders, routes, tokens_are_handed_out
from tests.conftest import Control, Someone
from tests.steps import SUPPORT, contact, item_of, reference, with_files


@pytest.fixture
def theirs(ben: Someone, control: Control, work: Any) -> dict[str, str]:
    """One of everything that Contoso has, by the names of the placeholders."""
    record = contact(ben)
    item = item_of(control.deliver(SUPPORT, with_files(("offer.pdf", b"offer"))), SUPPORT)
    [save] = ben.save(item, record)
    work()
    [email] = ben.emails(record)
    mailbox = ben.post("/api/context", {"item": item})["mailbox"]
    return {
        "destination": "local",
        "type": "contact",
        "id": record["id"],
        "reference": email["id"],
        "number": "0",
        "save_id": save["id"],
        "mailbox_id": mailbox["id"],
    }


def strange(theirs: dict[str, str]) -> dict[str, str]:
    """The same with ids that are nobody's."""
    kept = ("destination", "type", "number")
    return {name: value if name in kept else str(uuid.uuid4()) for name, value in theirs.items()}


def test_ids_of_another_tenant_answer_as_ids_that_do_not_exist(
    app: APIFlask, eve: Someone, ben: Someone, theirs: dict[str, str], control: Control
) -> None:
    eve.get("/api/me")
    own = contact(eve, "Own", "own@adatum.example")
    control("DELETE", "requests")
    tried = 0
    for method, rule in routes(app, "/api/"):
        if not placeholders(rule):
            continue
        body = GOOD.get((method, rule), {})
        if "record" in body:
            body = {**body, "record": reference(own)}
        found = eve.raw(method, filled(rule, theirs), json=body)
        random = eve.raw(method, filled(rule, strange(theirs)), json=body)
        refused = 403 if rule.startswith("/api/admin/") else 404  # she is no administrator
        assert found.status_code == random.status_code == refused, (method, rule, found.get_data(as_text=True))
        assert found.get_data() == random.get_data(), (method, rule)
        tried += 1
    assert tried >= 10
    assert control.count("graph") == 0
    assert ben.get(f"/api/saves/{theirs['save_id']}")["state"] == "saved"


def test_the_owner_of_the_ids_reaches_everything(app: APIFlask, ben: Someone, theirs: dict[str, str]) -> None:
    for method, rule in routes(app, "/api/"):
        if method == "GET" and placeholders(rule) and theirs.keys() >= set(placeholders(rule)):
            assert ben.raw(method, filled(rule, theirs)).status_code == 200, rule


def test_lists_of_another_tenant_show_nothing(app: APIFlask, eve: Someone, theirs: dict[str, str]) -> None:
    for method, rule in routes(app, "/api/"):
        if method == "GET" and not placeholders(rule):
            shown = eve.raw(method, rule).get_data(as_text=True)
            for name in ("id", "reference", "save_id", "mailbox_id"):
                assert theirs[name] not in shown, rule
            assert "contoso" not in shown
            assert "Purchasing" not in shown


@pytest.fixture
def their_account(program: Someone, control: Control) -> dict[str, str]:
    """What a program of Contoso has, by the names of the placeholders."""
    connected(program, control, "bens", "ben@contoso.example")
    app = program.post("/v1/oauth2", {"provider": "outlook", "name": "Ours"})["id"]
    return {"account": "bens", "app": app}


def needed(description: dict[str, Any], method: str, rule: str) -> dict[str, str]:
    """What a query there has to say."""
    parameters = description["paths"][placed(rule)][method.lower()]["parameters"]
    return {each["name"]: "INBOX" for each in parameters if each["in"] == "query" and each.get("required")}


@tokens_are_handed_out
def test_accounts_of_another_tenant_answer_as_accounts_that_do_not_exist(
    app: APIFlask,
    eve_program: Someone,
    program: Someone,
    their_account: dict[str, str],
    control: Control,
    description: dict[str, Any],
) -> None:
    control("DELETE", "requests")
    nobodys = dict.fromkeys(their_account, "nobodys")
    for method, rule in routes(app, "/v1/"):
        if not placeholders(rule):
            continue
        body = GOOD.get((method, rule), {})
        query = needed(description, method, rule)
        found = eve_program.raw(method, filled(rule, their_account), json=body, query_string=query)
        random = eve_program.raw(method, filled(rule, nobodys), json=body, query_string=query)
        assert found.status_code == random.status_code == 404, (method, rule, found.get_data(as_text=True))
        assert found.get_data() == random.get_data(), (method, rule)
    assert control.count("graph") == 0
    assert program.get("/v1/account/bens")["account"] == "bens"
    assert program.get(f"/v1/oauth2/{their_account['app']}")["name"] == "Ours"


def test_lists_of_another_tenants_program_show_nothing(
    app: APIFlask, eve_program: Someone, their_account: dict[str, str]
) -> None:
    for method, rule in routes(app, "/v1/"):
        if method == "GET" and not placeholders(rule) and rule not in STREAMS:
            shown = eve_program.raw(method, rule).get_data(as_text=True)
            assert not [each for each in ("bens", "Ours", "contoso", their_account["app"]) if each in shown], rule


def test_a_save_to_a_record_of_another_tenant_is_refused(
    eve: Someone, ben: Someone, theirs: dict[str, str], control: Control
) -> None:
    own = item_of(control.deliver("eve@fabrikam.example", with_files()))
    wanted = {"destination": "local", "type": "contact", "id": theirs["id"]}
    error = eve.post("/api/saves", {"item": own, "records": [wanted]}, expect=404)["error"]
    assert error["code"] == "record_not_found"
    wanted["id"] = str(uuid.uuid4())
    assert eve.post("/api/saves", {"item": own, "records": [wanted]}, expect=404)["error"] == error


def test_an_email_is_reached_through_its_own_record_only(ben: Someone, theirs: dict[str, str]) -> None:
    other = contact(ben, "Other", "other@adatum.example")
    for rest in ("", "/mime", "/attachments/0"):
        ben("GET", f"/api/records/local/contact/{other['id']}/emails/{theirs['reference']}{rest}", expect=404)


def test_within_a_tenant_saves_in_a_strange_mailbox_do_not_exist(mallory: Someone, theirs: dict[str, str]) -> None:
    path = f"/api/saves/{theirs['save_id']}"
    random = mallory.raw("GET", f"/api/saves/{uuid.uuid4()}").get_data()
    for method in ("GET", "DELETE"):
        answer = mallory.raw(method, path)
        assert (answer.status_code, answer.get_data()) == (404, random)


def test_suggestions_never_come_from_another_tenant(eve: Someone, theirs: dict[str, str], control: Control) -> None:
    own = item_of(control.deliver("eve@fabrikam.example", with_files()))
    assert eve.post("/api/context", {"item": own})["suggestions"] == []
