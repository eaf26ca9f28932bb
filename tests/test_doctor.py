"""`affix doctor` and its neighbours on the command line: what is wrong is named, with what to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server import doctor
from server.cli import cli
from server.destinations.netsuite.certificate import make
from server.errors import Misconfigured
from server.http import Session
from server.services import Services
from server.settings import Settings, load
from server.wiring import build
from tests.conftest import Control, Someone, mime
from tests.simulator.adapter import mount
from tests.simulator.seed import AFFIX_APP, CONTOSO
from tests.steps import contact, execute, item_of


@pytest.fixture
def findings(settings: Settings, control: Control) -> Any:
    http = Session()
    mount(http, control.simulator)

    def examine(changed: Settings = settings, mailbox: str | None = None) -> list[doctor.Finding]:
        return list(doctor.examine(changed, http, lambda: build(changed, http), mailbox))

    return examine


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """No AFFIX_ setting of the machine."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AFFIX_{name.upper()}", raising=False)
    yield monkeypatch


def wrong(found: list[doctor.Finding]) -> list[str]:
    return [each.what for each in found if not each.ok]


def test_it_finds_nothing_to_mend_where_all_is_well(findings: Any) -> None:
    found = findings()
    assert wrong(found) == []
    assert any("is not proven" in each.what for each in found)


def test_it_proves_the_permission_with_a_mailbox_that_was_used(findings: Any, ben: Someone, control: Control) -> None:
    delivered = control.deliver("support@contoso.example", mime())
    ben.post("/api/context", {"item": item_of(delivered, "support@contoso.example")})
    assert any("may ask what kind of mailbox it is (shared)" in each.what for each in findings())


def test_it_names_the_permission_that_is_missing(findings: Any, control: Control) -> None:
    control("POST", "world", json={"consent": {"tenant": CONTOSO.id, "application": []}})
    found = [each for each in findings(mailbox="support@contoso.example") if CONTOSO.id in each.what]
    assert wrong(found) == [f"Tenant {CONTOSO.id}: may not ask what kind of mailbox it is."]
    assert any("MailboxSettings.Read" in each.fix for each in found)


def test_it_says_when_the_credential_is_refused(findings: Any, settings: Settings) -> None:
    outdated = Settings(**{**settings.model_dump(), "client_secret": "outdated"})
    assert any("cannot sign in" in what for what in wrong(findings(outdated)))


def test_it_says_when_the_database_cannot_be_reached(findings: Any, settings: Settings) -> None:
    lost = Settings(**{**settings.model_dump(), "database_url": "postgresql://nobody@127.0.0.1:1/none"})
    assert any(what.startswith("Database: not reachable") for what in wrong(findings(lost)))


def test_it_wants_https(findings: Any, settings: Settings) -> None:
    open_to_all = Settings(**{**settings.model_dump(), "base_url": "http://affix.example"})
    assert wrong(findings(open_to_all)) == ["Address: not https."]


def test_all_missing_settings_are_named_at_once_without_a_value(plain: pytest.MonkeyPatch) -> None:
    plain.setenv("AFFIX_SECRET_KEYS", "very secret")
    with pytest.raises(Misconfigured) as raised:
        load()
    assert all(name in raised.value.message for name in ("AFFIX_CLIENT_ID", "AFFIX_TENANTS", "AFFIX_SECRET_KEYS"))
    assert "very secret" not in raised.value.message


def test_a_secret_can_come_from_a_file(plain: pytest.MonkeyPatch, tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    plain.setenv("AFFIX_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    found = load(client_id=AFFIX_APP, tenants=(CONTOSO.id,), secret_keys=settings.secret_keys)
    assert found.client_secret is not None
    assert found.client_secret.get_secret_value() == "from a file"


def test_records_are_imported_and_lines_that_cannot_be_are_told(
    plain: pytest.MonkeyPatch, tmp_path: Path, database: str, services: Services
) -> None:
    csv = tmp_path / "records.csv"
    csv.write_text("type,name,address\ncontact,Purchasing,purchasing@adatum.example\nfriend,Nobody,\n")
    for name, value in {
        "CLIENT_ID": AFFIX_APP,
        "CLIENT_SECRET": "s",
        "TENANTS": CONTOSO.id,
        "SECRET_KEYS": services.settings.secret_keys[0].get_secret_value(),
        "DATABASE_URL": database,
    }.items():
        plain.setenv(f"AFFIX_{name}", value)
    result = CliRunner().invoke(cli, ["import-records", "--tenant", CONTOSO.id, str(csv)])
    assert (result.exit_code, "1 new" in result.output, "Line 3" in result.output) == (1, True, True)
    found = services.destinations.of(CONTOSO.id)["local"].search(CONTOSO.id, "purchasing")
    assert [each.name for each in found.items] == ["Purchasing"]


def test_a_key_is_made_that_the_settings_take(plain: pytest.MonkeyPatch) -> None:
    key = CliRunner().invoke(cli, ["key"]).output.strip()
    assert Settings(client_id=AFFIX_APP, client_secret="s", tenants=(CONTOSO.id,), secret_keys=(key,)).secret_keys


def test_a_manifest_for_what_is_no_https_address_is_refused() -> None:
    result = CliRunner().invoke(cli, ["manifest", "--base-url", "http://x", "--client-id", AFFIX_APP])
    assert result.exit_code == 2
    assert "https" in result.output


def named(found: list[doctor.Finding], beginning: str) -> doctor.Finding:
    [one] = [each for each in found if each.what.startswith(beginning)]
    return one


def test_a_save_that_waits_for_a_worker_is_told(
    findings: Any, ben: Someone, control: Control, services: Services
) -> None:
    assert named(findings(), "Work").is_warning, "there is no worker, but nothing for it to do"
    ben.save(item_of(control.deliver("ben@contoso.example", mime())), contact(ben))
    execute(services, "UPDATE saves SET due_at = now() - interval '10 minutes'")
    found = named(findings(), "Work")
    assert (found.ok, found.what) == (False, "Work: a save has been due for 10 minutes, with 0 workers.")
    assert "affix worker" in found.fix


def test_grants_and_certificates_are_told_before_they_end(
    findings: Any, ben: Someone, services: Services, settings: Settings, tmp_path: Path
) -> None:
    execute(
        services,
        "INSERT INTO grants (tenant_id, oid, sealed, version, updated_at)"
        " VALUES ('t', 'o', '', 1, now() - interval '80 days'), ('t', 'p', '', 1, now() - interval '99 days')",
    )
    (tmp_path / "ended.pem").write_text(make(days=0).certificate)
    (tmp_path / "soon.pem").write_text(make(days=10).certificate)
    own = {"client_certificate": tmp_path / "missing.pem", "tls_certificate": tmp_path / "soon.pem"}
    found = findings(Settings(**{**settings.model_dump(), **own}))
    assert named(found, "People").what == "People: grants that have ended: 1; that end within two weeks: 1."
    assert named(found, "Certificate: that of AFFIX_TLS_CERTIFICATE").is_warning
    assert not named(found, "Certificate: the file of AFFIX_CLIENT_CERTIFICATE cannot be read").ok
    ended = findings(Settings(**{**settings.model_dump(), "tls_certificate": tmp_path / "ended.pem"}))
    assert not named(ended, "Certificate: that of AFFIX_TLS_CERTIFICATE has ended").ok


def test_a_database_that_forgets_when_the_power_fails_or_is_too_small_is_told(
    findings: Any, settings: Settings
) -> None:
    """As the one of these tests is, which need not outlive a power cut."""
    forgets = named(findings(), "PostgreSQL: forgets")
    assert forgets.is_warning and "fsync" in forgets.what
    many = Settings(**{**settings.model_dump(), "web_workers": 50})
    assert named(findings(many), "PostgreSQL: takes").is_warning
