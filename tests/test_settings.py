"""Settings that say more than one thing: where Microsoft 365 reaches the service."""

import pytest

from server.errors import Misconfigured
from server.settings import Settings, load
from tests.simulator.seed import AFFIX_APP, AFFIX_SECRET, CONTOSO

KEY = "A" * 43 + "="


def settings(**more: object) -> Settings:
    wanted = {"client_id": AFFIX_APP, "client_secret": AFFIX_SECRET, "tenants": CONTOSO.id, "secret_keys": KEY}
    return load(**{**wanted, **more})


@pytest.mark.parametrize("base_url", ["https://affix.example", "https://affix.example:8443"])
def test_mail_is_announced_at_the_address_of_the_service(base_url: str) -> None:
    assert settings(base_url=base_url).notification_url == f"{base_url}/graph/notifications"


@pytest.mark.parametrize("base_url", ["http://affix.example", "https://localhost:3000", "https://127.0.0.1"])
def test_nothing_is_announced_where_microsoft_could_not_reach_it(base_url: str) -> None:
    assert settings(base_url=base_url).notification_url is None
    assert settings(base_url=base_url, notification_origin="").notification_url is None


def test_mail_is_announced_at_another_origin_if_one_is_named() -> None:
    found = settings(base_url="http://localhost:3001", notification_origin="https://hooks.affix.example/")
    assert found.notification_url == "https://hooks.affix.example/graph/notifications"
    assert found.base_url == "http://localhost:3001"


def test_notifications_that_are_off_stay_off_with_an_origin() -> None:
    assert settings(notifications=False, notification_origin="https://affix.example").notification_url is None


@pytest.mark.parametrize(
    "origin",
    [
        "http://affix.example",
        "https://localhost",
        "https://LOCALHOST:3000/",
        "https://127.0.0.1:1",
        "https://a.example/b",
    ],
)
def test_an_origin_that_microsoft_could_not_reach_is_refused_by_name(origin: str) -> None:
    with pytest.raises(Misconfigured, match=r"AFFIX_NOTIFICATION_ORIGIN: .*https origin"):
        settings(notification_origin=origin)
