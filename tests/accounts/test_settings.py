"""A program names the address that is told what happens, in the words of the account API."""

import base64
import hashlib
import hmac
from typing import Any

import pytest
from sqlalchemy import text

from server.services import Services
from server.webhooks.events import EVENTS, tell
from tests.conftest import Control, Someone
from tests.simulator.hooks import HOST
from tests.simulator.seed import CONTOSO
from tests.webhooks.steps import PATH, deliveries, heard, let_time_pass, signed

URL = f"https://{HOST}/program"
SETTINGS = "/v1/settings"
KEYS = (
    "webhooksEnabled",
    "webhooks",
    "webhookEvents",
    "webhooksCustomHeaders",
    "inboxNewOnly",
    "serviceSecret",
    "serviceUrl",
    "notificationBaseUrl",
)


@pytest.fixture
def happens(services: Services, work: Any) -> Any:
    """Something happens, and the worker tells it."""

    def one(event: str = "messageSaved") -> None:
        with services.database.session.begin() as session:
            tell(session, CONTOSO.id, event, {})
        work()

    return one


def test_at_first_nobody_is_told_anything(program: Someone) -> None:
    found = program.get(SETTINGS)
    assert tuple(found) == KEYS
    assert (found["webhooks"], found["webhooksEnabled"], found["webhookEvents"]) == ("", False, [])


def test_what_is_set_is_told_and_shown(program: Someone, ana: Someone, happens: Any, control: Control) -> None:
    wanted = {"webhooks": URL, "webhookEvents": ["messageSaved", "trackOpen"], "webhooksEnabled": True}
    assert program.post(SETTINGS, wanted) == {"updated": ["webhookEvents", "webhooks", "webhooksEnabled"]}
    found = program.get(SETTINGS)
    assert (found["webhooks"], found["webhookEvents"], found["webhooksEnabled"]) == (URL, ["messageSaved"], True)
    happens()
    happens("ruleStopped")
    assert [each["told"]["type"] for each in heard(control, "/program")] == ["messageSaved"]
    [hook] = ana.get(PATH)["webhooks"]
    assert (hook["url"], hook["headers"], hook["account"]) == (URL, "emailengine", None)
    assert [each["state"] for each in deliveries(ana, hook)] == ["delivered"]


def test_there_is_one_address_however_often_it_is_set(program: Someone, ana: Someone) -> None:
    for path in ("/program", "/other", "/program"):
        program.post(SETTINGS, {"webhooks": f"https://{HOST}{path}", "webhookEvents": ["*"]})
    [hook] = ana.get(PATH)["webhooks"]
    assert hook["events"] == list(EVENTS)
    assert program.get(SETTINGS)["webhookEvents"] == ["*"]


def test_both_signatures_prove_a_delivery(program: Someone, happens: Any, control: Control, services: Services) -> None:
    program.post(SETTINGS, {"webhooks": URL, "serviceSecret": "the service's secret"})
    control("POST", "faults", json={"service": "webhooks", "status": 500, "after": True, "times": 1})
    happens()
    let_time_pass(services)
    happens()
    first, second = [each for each in heard(control, "/program")][:2]
    names = first["headers"]
    digest = hmac.new(b"the service's secret", first["body"].encode(), hashlib.sha256).digest()
    assert names["x-ee-wh-signature"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert names["x-ee-wh-event-id"] == names["webhook-id"] == second["headers"]["x-ee-wh-event-id"]
    assert (names["x-ee-wh-attempts-made"], second["headers"]["x-ee-wh-attempts-made"]) == ("1", "2")
    assert float(names["x-ee-wh-queued-time"].removesuffix("s")) >= 0
    assert names["webhook-signature"].startswith("v1,")


def test_without_a_service_secret_the_one_of_the_webhook_signs(
    program: Someone, ana: Someone, happens: Any, control: Control
) -> None:
    program.post(SETTINGS, {"webhooks": URL})
    [hook] = ana.get(PATH)["webhooks"]
    secret = ana("PATCH", f"{PATH}/{hook['id']}", json={"newSecret": True})["secret"]
    happens()
    [came] = heard(control, "/program")
    names, body = came["headers"], came["body"]
    proof = signed(secret, names["webhook-id"], names["webhook-timestamp"], body)
    assert proof in names["webhook-signature"].split()
    digest = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
    assert names["x-ee-wh-signature"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_headers_of_its_own_go_along_and_are_shown_to_nobody(
    program: Someone, ana: Someone, happens: Any, control: Control, services: Services
) -> None:
    headers = [{"key": "Authorization", "value": "Basic c2VjcmV0"}, {"key": "X-Team", "value": "support"}]
    program.post(SETTINGS, {"webhooks": URL, "webhooksCustomHeaders": headers})
    happens()
    [came] = heard(control, "/program")
    assert (came["headers"]["authorization"], came["headers"]["x-team"]) == ("Basic c2VjcmV0", "support")
    [hook] = ana.get(PATH)["webhooks"]
    [delivery] = deliveries(ana, hook)
    shown = [program.get(SETTINGS), ana.get(f"{PATH}/{hook['id']}/deliveries/{delivery['id']}")]
    assert "c2VjcmV0" not in str(shown)
    with services.database.session() as session:
        kept = session.execute(text("SELECT webhooks::text || deliveries::text FROM webhooks, deliveries")).scalars()
        assert not any("c2VjcmV0" in row for row in kept)


def test_headers_of_one_receiver_are_told_to_no_other(
    app: Any, program: Someone, ana: Someone, happens: Any, control: Control
) -> None:
    program.post(SETTINGS, {"webhooks": URL, "webhooksCustomHeaders": [{"key": "X-Password", "value": "secret"}]})
    program.post(SETTINGS, {"webhooks": f"https://{HOST}/other"})
    assert [each["key"] for each in program.get(SETTINGS)["webhooksCustomHeaders"]] == ["X-Password"]
    program.post(SETTINGS, {"webhooks": "https://elsewhere.adatum.example/hook"}, expect=400)  # no public address
    program.post(SETTINGS, {"webhooks": f"https://{HOST}:8443/other"})
    assert program.get(SETTINGS)["webhooksCustomHeaders"] == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"webhooks": "https://127.0.0.1/x"}, "private_address"),
        ({"webhooks": "http://hooks.adatum.example/x"}, "invalid_url"),
        ({"webhooks": URL, "webhookEvents": ["messageNew", "nonsense"]}, "unknown_event"),
        ({"webhooks": URL, "webhooksCustomHeaders": [{"key": "Host", "value": "x"}]}, "invalid_header"),
        ({"webhooks": URL, "webhooksCustomHeaders": [{"key": "X-A", "value": "a\r\nB: c"}]}, "invalid_header"),
        ({"webhooks": URL, "webhooksCustomHeaders": [{"key": "webhook-id", "value": "1"}]}, "invalid_header"),
        ({"webhookEvents": ["*"]}, "no_address"),
        ({"webhooks": URL, "serviceUrl": "https://elsewhere.example"}, "not_here"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(program: Someone, wrong: dict[str, Any], code: str) -> None:
    assert program.post(SETTINGS, wrong, expect=400)["error"]["code"] == code
    assert program.get(SETTINGS)["webhooks"] == ""


def test_an_empty_address_ends_it(program: Someone, ana: Someone, happens: Any, control: Control) -> None:
    program.post(SETTINGS, {"webhooks": URL})
    program.post(SETTINGS, {"webhooks": ""})
    happens()
    assert (heard(control, "/program"), ana.get(PATH)["webhooks"]) == ([], [])


def test_while_it_is_not_enabled_all_is_kept(program: Someone, happens: Any, control: Control) -> None:
    program.post(SETTINGS, {"webhooks": URL, "webhooksEnabled": False})
    happens()
    assert (heard(control, "/program"), program.get(SETTINGS)["webhooksEnabled"]) == ([], False)
    program.post(SETTINGS, {"webhooksEnabled": True})
    happens()
    assert len(heard(control, "/program")) == 2


def test_another_tenant_has_settings_of_its_own(
    program: Someone, eve_program: Someone, happens: Any, control: Control
) -> None:
    eve_program.post(SETTINGS, {"webhooks": f"https://{HOST}/fabrikam"})
    assert program.get(SETTINGS)["webhooks"] == ""
    happens()
    assert heard(control, "/fabrikam") == []
