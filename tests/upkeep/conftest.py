"""The operator at the command line, beside a service that is running."""

import base64
from typing import Any

import pytest
from click.testing import CliRunner, Result

from server.cli import cli
from server.settings import Settings

OLD, NEW = (base64.b64encode(each * 32).decode() for each in (b"k", b"n"))  # the first is that of the usual service


class Operator:
    """Runs commands with the settings of this test's service; `keys` are those that the operator has by now."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def keys(self, *keys: str) -> None:
        self._environment["AFFIX_SECRET_KEYS"] = ",".join(keys)

    def set(self, name: str, value: str) -> None:
        self._environment[f"AFFIX_{name}"] = value

    def run(self, *words: str, input: str | None = None) -> Result:
        return CliRunner(env=dict(self._environment)).invoke(cli, words, input=input)

    def __call__(self, *words: str, **more: Any) -> str:
        """What a command printed that did what it should."""
        result = self.run(*words, **more)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    def fails(self, *words: str) -> str:
        result = self.run(*words)
        assert result.exit_code == 1, (result.output, result.exception)
        return result.output


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Operator:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AFFIX_{name.upper()}", raising=False)
    assert settings.client_secret and settings.database_url
    environment = {
        "CLIENT_ID": settings.client_id,
        "CLIENT_SECRET": settings.client_secret.get_secret_value(),
        "TENANTS": ",".join(settings.tenants),
        "SECRET_KEYS": OLD,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "WEBHOOK_HOSTS": ",".join(settings.webhook_hosts),
    }
    return Operator({f"AFFIX_{name}": value for name, value in environment.items()})
