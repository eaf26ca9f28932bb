"""Programs of the release before and of this one are at work together, at the newest schema, as while it is rolled out.

The release before is what git has of the time before the newest migration.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from server import migrate
from tests.conftest import Control, Someone, mime
from tests.launching import LIMIT, ROOT, environment, is_live, until
from tests.pane.servers import served, three_free_ports
from tests.steps import SUPPORT, contact, item_of, reference

START_LIMIT = 90.0  # seconds
PARTS = ("server", "addin", "manifest.xml", "tests")


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def release_before(tmp_path: Path) -> Path:
    """A folder with its code."""
    if not (ROOT / ".git").exists() or git("rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("this copy knows nothing of the past")
    [newest] = (ROOT / "server/migrations/versions").glob(f"{migrate.newest()}_*.py")
    added = git("log", "--diff-filter=A", "--format=%H", "-n1", "--", str(newest.relative_to(ROOT)))
    before = f"{added}^" if added else "HEAD"  # it may not be committed yet
    archive, folder = tmp_path / "before.tar", tmp_path / "before"
    git("archive", f"--output={archive}", before, *PARTS)
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    assert not list((folder / "server/migrations/versions").glob(newest.name))
    return folder


@pytest.fixture
def programs(release_before: Path, database: str, control: Control, tmp_path: Path) -> Iterator[Any]:
    """Starts one of the release before: its worker, or its web processes at a port."""
    settings = environment(database, web_workers=1, sweep_seconds=1)
    settings.pop("PYTHONPATH", None)
    started: list[subprocess.Popen[bytes]] = []
    with served(control.simulator) as simulator_url, (tmp_path / "before.log").open("wb") as log:

        def start(role: str, *more: str) -> None:
            command = [sys.executable, "-m", "tests.simulator", role, str(os.getpid()), simulator_url, *more]
            started.append(subprocess.Popen(command, cwd=release_before, env=settings, stdout=log, stderr=log))

        yield start
        for each in started:
            each.terminate()
        for each in started:
            each.wait(LIMIT)
    shutil.rmtree(release_before)


def test_its_worker_saves_what_this_release_took_in(
    on_watch: Any, programs: Any, control: Control, ana: Someone, ben: Someone
) -> None:
    """By hand and by a rule: also the bells of this release have to mean something to it."""
    by_hand = contact(ana, "b@tailspin.example")
    programs("worker")
    item = item_of(control.deliver(SUPPORT, mime("By hand", "<hand@adatum.example>", "b@tailspin.example")), SUPPORT)
    ben.save(item, by_hand)
    control.deliver(SUPPORT, mime("By a rule", "<rule@adatum.example>"))
    for record in (by_hand, on_watch):
        until(lambda record=record: ben.emails(record), "it is saved", START_LIMIT)
        assert len(ben.emails(record)) == 1


def test_what_its_web_processes_took_in_is_saved_by_this_release(
    programs: Any, control: Control, ana: Someone, ben: Someone, work: Any
) -> None:
    record, port = contact(ana), three_free_ports()
    programs("service", str(port))
    until(lambda: is_live(port), "the release before answers", START_LIMIT)
    item = item_of(control.deliver(SUPPORT, mime()), SUPPORT)
    answer = requests.post(
        f"http://127.0.0.1:{port}/api/saves",
        json={"item": item, "records": [reference(record)], "attachments": "all"},
        headers={"Authorization": f"Bearer {ben.token}"},
        timeout=60,
    )
    assert answer.status_code == 202, answer.text
    assert requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=LIMIT).status_code == 200
    work()
    [email] = ben.emails(record)
    assert email["internetMessageId"] == "<1@adatum.example>"
