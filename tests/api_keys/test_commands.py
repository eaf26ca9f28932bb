"""`affix api-key`, for the operator."""

import pytest
from apiflask import APIFlask
from click.testing import CliRunner

from server.cli import cli
from tests.api_keys.steps import ADDRESS, PATH, program_with
from tests.conftest import Someone
from tests.launching import environment
from tests.simulator.seed import CONTOSO


def test_a_key_is_made_listed_and_revoked(
    ana: Someone, app: APIFlask, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(database).items():
        monkeypatch.setenv(name, value)

    def affix(*words: str) -> str:
        result = CliRunner().invoke(cli, ["api-key", words[0], "--tenant", CONTOSO.id, *words[1:]])
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output.strip().split("\n")[-1]  # what was logged comes before it

    key = affix("add", "--scope", "accounts", "--scope", "read", "--days", "30", "Help desk")
    program = program_with(app, key)
    program.get(ADDRESS)
    [shown] = ana.get(PATH)["apiKeys"]
    assert (shown["name"], shown["scopes"], shown["createdBy"]) == ("Help desk", ["accounts", "read"], None)
    line = affix("list")
    assert line.startswith(f"{shown['id']}  active  until {shown['expiresAt']}  used ")
    assert line.endswith("accounts,read  Help desk") and key.rsplit("_", 1)[1] not in line
    affix("revoke", shown["id"])
    program("GET", ADDRESS, expect=401)
    assert f"{shown['id']}  revoked" in affix("list")
    refused = CliRunner().invoke(cli, ["api-key", "add", "--tenant", CONTOSO.id, "--scope", "all", "X"])
    assert refused.exit_code != 0
