"""`affix webhooks`, for the operator."""

from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import cli
from server.services import Services
from tests.conftest import Control, Someone
from tests.launching import environment
from tests.simulator.seed import CONTOSO
from tests.webhooks.steps import PATH, URL, heard


def test_a_webhook_is_added_listed_tried_and_removed(
    ana: Someone, database: str, services: Services, control: Control, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(database).items():
        monkeypatch.setenv(name, value)

    def affix(*words: str) -> str:
        result = CliRunner().invoke(cli, ["webhooks", words[0], "--tenant", CONTOSO.id, *words[1:]])
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output.strip().split("\n")[-1]  # what was logged comes before it

    id, secret = affix("add", "--event", "messageSaved", "--title", "Ours", URL).split()
    assert secret.startswith("whsec_")
    assert f"{id}  active  {URL}  0 waiting" in affix("list")
    [shown] = ana.get(PATH)["webhooks"]
    assert (shown["title"], shown["createdBy"], shown["events"]) == ("Ours", None, ["messageSaved"])
    number = affix("test", id).split()[0]
    work()
    assert [each["headers"]["webhook-id"] for each in heard(control)] == [number]
    affix("remove", id)
    assert affix("list") == ""
    refused = CliRunner().invoke(cli, ["webhooks", "remove", "--tenant", CONTOSO.id, id])
    assert refused.exit_code != 0
