"""The key with which grants are sealed is replaced while workers use them: nobody notices."""

import base64

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from server.cli import cli
from tests.conftest import mime
from tests.faults.nursery import Forked
from tests.faults.sizes import sized
from tests.faults.stage import Stage
from tests.launching import until

OLD, NEW = (base64.b64encode(each * 32).decode() for each in (b"k", b"n"))
BOTH, TURNED = f"{OLD},{NEW}", f"{NEW},{OLD}"
WORKERS = sized(2, 4)
MESSAGES = sized(1, 20)  # that are asked for each time


class Asked:
    """What Ben has asked for."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._saves: list[str] = []

    def some(self) -> None:
        for number in range(len(self._saves), len(self._saves) + MESSAGES):
            self._saves.append(self._stage.ask(mime(f"Order {number}", f"<{number}@adatum.example>")))

    def until_saved(self) -> None:
        """Then his token is over, so that his grant is opened, renewed and sealed again."""
        until(lambda: {self._stage.state(each) for each in self._saves} == {"saved"}, "all are saved", 60)
        self._stage.control("POST", "world", json={"expireTokens": "ben"})


@pytest.mark.parametrize("settings", [{"secret_keys": (SecretStr(OLD), SecretStr(NEW))}], indirect=True)
def test_grants_are_opened_all_the_time_while_their_key_is_replaced(stage: Stage) -> None:
    """Every process is started anew for each change of AFFIX_SECRET_KEYS, one after another."""
    stage.settings |= {"AFFIX_WORKER_THREADS": "1", "AFFIX_LEASE_SECONDS": "30"}
    asked = Asked(stage)
    asked.some()
    workers = [stage.worker(secret_keys=OLD) for _ in range(WORKERS)]
    asked.until_saved()
    for keys in (BOTH, TURNED):
        for number, worker in enumerate(workers):
            asked.some()
            worker.finish()
            workers[number] = stage.worker(secret_keys=keys)
        asked.until_saved()
    asked.some()
    assert " sealed anew with " in affix_keys(stage, "rotate")
    asked.until_saved()
    asked.some()
    with_the_new_key_alone(stage, workers)
    asked.until_saved()
    log = (stage.folder / "worker.log").read_text()
    assert "not_saved" not in log and "cannot be opened" not in log and "Traceback" not in log


def with_the_new_key_alone(stage: Stage, workers: list[Forked]) -> None:
    """The web process of this test seals with the old one as long as it asks; now it does no more."""
    for worker in workers:
        worker.finish()
    affix_keys(stage, "rotate")
    old = affix_keys(stage, "list").splitlines()[1]
    assert old.endswith("opens  nothing"), old
    for _ in workers:
        stage.worker(secret_keys=NEW)


def affix_keys(stage: Stage, command: str) -> str:
    return CliRunner(env={**stage.settings, "AFFIX_SECRET_KEYS": TURNED}).invoke(cli, ["keys", command]).output
