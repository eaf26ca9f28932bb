"""/v1/oauth2: the names that accounts may have as their provider, and what the registration behind them lacks."""

from typing import Any

from tests.conftest import Control, Someone
from tests.simulator.seed import AFFIX_APP, CONTOSO
from tests.simulator.world import World

PATH = "/v1/oauth2"


def test_the_two_kinds_of_one_registration_are_always_there_and_can_have_more_names(program: Someone) -> None:
    found = program.get(PATH)
    assert [(each["id"], each["provider"]) for each in found["apps"]] == [
        ("affix", "outlook"),
        ("affix-service", "outlookService"),
    ]
    assert (found["total"], found["page"], found["pages"]) == (2, 0, 1)
    made = program.post(PATH, {"provider": "outlookService", "name": "All mailboxes"})
    assert made["created"]
    path = f"{PATH}/{made['id']}"
    shown = program.get(path)
    assert (shown["name"], shown["provider"], shown["accounts"]) == ("All mailboxes", "outlookService", 0)
    assert shown["clientId"] == AFFIX_APP and "clientSecret" not in shown
    assert program("PUT", path, {"description": "Help desk"}) == {"id": made["id"], "updated": True}
    assert (program.get(path)["name"], program.get(path)["description"]) == ("All mailboxes", "Help desk")
    assert [each["id"] for each in program.get(f"{PATH}?page=1&pageSize=2")["apps"]] == [made["id"]]
    assert program("DELETE", path) == {"id": made["id"], "deleted": True}
    assert program("GET", path, expect=404)["error"]["code"] == "AppNotFound"


def test_what_is_always_there_stays_as_it_is(program: Someone) -> None:
    assert program("DELETE", f"{PATH}/affix", expect=409)["error"]["code"] == "built_in"
    assert program("PUT", f"{PATH}/affix-service", {"name": "X"}, expect=409)["error"]["code"] == "built_in"
    assert program("PUT", f"{PATH}/affix", {}, expect=400)["error"]["code"] == "invalid_request"


def test_a_name_of_one_tenant_is_nothing_to_another(program: Someone, eve_program: Someone) -> None:
    made = program.post(PATH, {"provider": "outlookService", "name": "Ours"})["id"]
    assert eve_program.get(PATH)["total"] == 2
    for method, body in (("GET", None), ("PUT", {"name": "Theirs"}), ("DELETE", None)):
        theirs = eve_program.raw(method, f"{PATH}/{made}", json=body)
        nobodys = eve_program.raw(method, f"{PATH}/nobodys", json=body)
        assert (theirs.status_code, theirs.get_data()) == (404, nobodys.get_data())
    assert program.get(f"{PATH}/{made}")["name"] == "Ours"


def test_it_says_which_permissions_the_registration_lacks(program: Someone, world: World) -> None:
    consent = world.consents[CONTOSO.id, AFFIX_APP]
    consent.application = {"Mail.ReadWrite"}
    found = program.post(f"{PATH}/affix-service/verify", None)
    assert not found["success"]
    assert {each["permission"]: each["required"] for each in found["missing"]} == {
        "Mail.Send": True,
        "MailboxSettings.Read": False,
    }
    consent.application = {"Mail.ReadWrite", "Mail.Send"}  # an administrator does as told; nobody waits for old tokens
    found = program.post(f"{PATH}/affix-service/verify", None)
    assert found["success"] and [each["permission"] for each in found["missing"]] == ["MailboxSettings.Read"]
    assert found["missing"][0]["purpose"]
    assert program.post(f"{PATH}/affix/verify", None)["success"]


def test_it_says_why_the_registration_cannot_sign_in(program: Someone, control: Control) -> None:
    refused: dict[str, Any] = {"error": "unauthorized_client", "error_description": "x", "error_codes": [700016]}
    control("POST", "faults", json={"service": "entra", "method": "POST", "status": 400, "body": refused})
    found = program.post(f"{PATH}/affix/verify", None)
    assert (found["success"], found["error"]["code"]) == (False, "consent_required")
    assert "adminconsent" in found["error"]["consentUrl"]
