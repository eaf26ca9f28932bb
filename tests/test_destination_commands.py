"""`affix destinations` and what `affix doctor` says of destinations."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography import x509

from server import doctor
from server.cli import cli
from server.destination_settings import rows_of
from server.destinations.netsuite import certificate
from server.errors import AffixError
from server.services import Services
from server.settings import Settings
from tests.conftest import Someone
from tests.destinations.keyed import CANARY, KEYED, KeyedDestination, registered
from tests.destinations.sample import SampleDestination
from tests.simulator.seed import AFFIX_APP, CONTOSO

TENANT = ("--tenant", CONTOSO.id)


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    with registered(SampleDestination, KeyedDestination):
        yield


@pytest.fixture
def affix(monkeypatch: pytest.MonkeyPatch, database: str, services: Services) -> Any:
    """Run the command with the settings of this test's service."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AFFIX_{name.upper()}", raising=False)
    for name, value in {
        "CLIENT_ID": AFFIX_APP,
        "CLIENT_SECRET": "s",
        "TENANTS": CONTOSO.id,
        "SECRET_KEYS": services.settings.secret_keys[0].get_secret_value(),
        "DATABASE_URL": database,
    }.items():
        monkeypatch.setenv(f"AFFIX_{name}", value)

    def run(*words: str, input: str | None = None) -> Result:
        return CliRunner().invoke(cli, words, input=input)

    return run


def done(result: Result) -> str:
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def kept(services: Services) -> dict[str, Any]:
    [row] = rows_of(services, CONTOSO.id)
    return services.destinations.settings_of(row)


def test_the_kinds_are_printed_with_what_they_want_to_know(affix: Any) -> None:
    output = done(affix("destinations", "kinds"))
    assert "netsuite  NetSuite" in output
    assert "* account" in output and "  folder" in output


def test_a_destination_is_added_listed_changed_and_removed(
    affix: Any, services: Services, ana: Someone, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(f"{CANARY}\n")
    (tmp_path / "settings.json").write_text(json.dumps({"account": "A1", "keys": [{"id": "k1"}], "folder": "7"}))
    added = affix(
        "destinations", "add", *TENANT, "--name", "erp", "--kind", "keyed", "--title", "Our ERP",
        "--set", f"keys.0.secret=@{tmp_path / 'secret'}", "--set", "at_once=4", str(tmp_path / "settings.json"),
    )  # fmt: skip
    assert "affix doctor" in done(added)
    assert kept(services) == {
        "account": "A1",
        "keys": [{"id": "k1", "secret": CANARY}],
        "folder": "7",
        "at_once": 4,
    }
    both = [{"id": "k2", "secret": "another-secret"}, {"id": "k1", "ends_in": 5}]
    change = ("destinations", "change", *TENANT, "--name", "erp")
    done(affix(*change, "-", input=json.dumps({"keys": both, "folder": None})))
    done(affix(*change, "--title", "ERP"))
    assert [each["secret"] for each in kept(services)["keys"]] == ["another-secret", CANARY]
    assert "folder" not in kept(services)
    listed = done(affix("destinations", "list", *TENANT)).splitlines()
    assert listed[:2] == ["erp  keyed  ERP", "     Key k1 ends in 5 days. Make another."]
    assert listed[2].startswith("local  local")
    services.destinations.look_again(CONTOSO.id)
    assert [each["name"] for each in ana.get("/api/me")["destinations"]] == ["erp", "local"]
    assert "Rules that stopped: 0" in done(affix("destinations", "remove", *TENANT, "--name", "erp"))
    assert rows_of(services, CONTOSO.id) == []


def test_what_is_wrong_is_said_in_a_sentence_without_the_secret(affix: Any, tmp_path: Path) -> None:
    add = ("destinations", "add", *TENANT, "--name", "erp", "--kind", "keyed")
    wrong = affix(*add, "--set", "account=A1", "--set", 'keys=[{"id": "k1", "secret": "short"}]')
    assert isinstance(wrong.exception, AffixError)
    assert wrong.exception.message == "keys.0.secret: A secret has six characters or more."
    for words, expected in (
        (("--set", "account"), "KEY=VALUE"),
        (("--set", "account=@/nowhere"), "cannot be read"),
        (("--set", "keys=[{"), "none"),
        (("--set", "keys.1.id=k2"), "comes before"),
    ):
        result = affix(*add, *words)
        assert (result.exit_code, expected in result.output) == (2, True), result.output
    assert affix(*add, "-", input="no JSON").exit_code == 2
    assert affix(*add, "-", input="[]").exit_code == 2
    strange = affix("destinations", "list", "--tenant", "11111111-1111-4111-8111-111111111111")
    assert "AFFIX_TENANTS" in strange.output


@pytest.mark.parametrize("rsa", [False, True])
def test_a_certificate_is_printed_and_its_key_is_nobody_elses(affix: Any, tmp_path: Path, rsa: bool) -> None:
    path = tmp_path / "key.pem"
    result = affix("destinations", "certificate", "--key", str(path), *["--rsa"] * rsa)
    done(result)
    made = x509.load_pem_x509_certificate(result.stdout.encode())
    key, algorithm = certificate.signer(path.read_text())
    assert key.public_key() == made.public_key()
    assert algorithm == ("PS256" if rsa else "ES256")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = affix("destinations", "certificate", "--key", str(path))
    assert (again.exit_code, "cannot be written" in again.output) == (1, True)
    assert certificate.signer(path.read_text())[0].public_key() == made.public_key()


# Doctor


def told(findings: Iterator[doctor.Finding]) -> list[tuple[bool, bool, str, str]]:
    return [(each.ok, each.is_warning, each.what, each.fix) for each in findings]


def test_doctor_proves_each_destination_step_by_step_and_warns(
    ana: Someone, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [{"id": "k1", "secret": CANARY, "ends_in": 5}]
    ana.post("/api/admin/destinations", {**KEYED, "settings": {"account": "A1", "keys": keys}}, expect=201)
    assert told(doctor.check_destinations(services, CONTOSO.id)) == [
        (True, False, "Destination erp: A1 answers.", ""),
        (False, False, "Destination erp: There is a folder.", "Name a folder."),
        (True, True, "Destination erp: Key k1 ends in 5 days.", "Make another."),
    ]
    monkeypatch.setattr(KeyedDestination, "is_away", True)
    *_, last = told(doctor.check_destinations(services, CONTOSO.id))
    assert last == (False, False, "Destination erp: It does not answer any more.", "Try again later.")


def test_doctor_live_writes_to_the_record_that_is_named(affix: Any, ana: Someone) -> None:
    ana.post("/api/admin/destinations", KEYED, expect=201)
    person = ana.post("/api/records", {"destination": "erp", "type": "person", "name": "Pat"}, expect=201)
    live = ("doctor", "--live", f"{CONTOSO.id}/erp", "--record")
    assert f"ok   Destination erp: An email was put on person {person['id']}." in done(
        affix(*live, f"person/{person['id']}")
    )
    missing = affix(*live, "person/nobody")
    assert (missing.exit_code, "FIX  Destination erp" in missing.output) == (1, True)
    assert "Name another record." in missing.output
    unknown = affix("doctor", "--live", f"{CONTOSO.id}/nothing", "--record", "person/1")
    assert (unknown.exit_code, "no destination of that name" in unknown.output) == (1, True)
    assert affix("doctor", "--live", f"{CONTOSO.id}/erp").exit_code == 2
