"""The certificate with which Affix signs in at Microsoft ends, and administrators are told before."""

from pathlib import Path

import pytest

from server.destinations.netsuite.certificate import make
from server.settings import Settings
from tests.conftest import Someone


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "client.pem"


@pytest.fixture
def settings(settings: Settings, file: Path) -> Settings:
    return settings.model_copy(update={"client_certificate": file})


def told(person: Someone) -> list[tuple[str, str, str]]:
    found = person.get("/api/admin/attention")["attention"]
    return [(each["urgency"], each["what"], each["code"]) for each in found]


def test_it_is_told_before_it_ends_and_when_it_cannot_be_read(ana: Someone, file: Path) -> None:
    assert told(ana) == [("now", "certificate", "unreadable")]
    file.write_text("no certificate")
    assert told(ana) == [("now", "certificate", "unreadable")]
    for days, expected in (
        (29, [("soon", "certificate", "expires")]),
        (40, []),
        (0, [("now", "certificate", "expired")]),
    ):
        made = make(days=days)
        file.write_text(made.private_key + made.certificate)
        assert told(ana) == expected
