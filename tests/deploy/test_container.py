"""The image is made of locked packages alone, and what is in it serves the pane."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import requests

from tests.deploy.containers import Steps
from tests.faults.sizes import sized
from tests.launching import LIMIT, ROOT, environment, is_live, until
from tests.pane.servers import three_free_ports

CONTAINERFILE = ROOT / "scripts/deploy/Containerfile"
START_LIMIT = 90.0  # seconds
LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def locked(name: str) -> dict[str, str]:
    return dict(LOCKED.findall((ROOT / name).read_text()))


def test_a_machine_that_runs_the_service_has_the_versions_that_were_tested() -> None:
    everywhere, there = locked("scripts/requirements.lock"), locked("scripts/deploy/service.lock")
    assert {"flask", "gunicorn", "psycopg", "hatchling"} <= set(there) and "pytest" not in there
    assert set(there.items()) <= set(everywhere.items())


def test_what_the_service_is_declared_to_need_is_locked() -> None:
    declared = (ROOT / "pyproject.toml").read_text().split("dependencies = [")[1].split("\n]")[0]
    names = {each.lower() for each in re.findall(r'^  "([A-Za-z0-9-]+)', declared, re.MULTILINE)}
    assert len(names) > 15 and names <= set(locked("scripts/deploy/service.lock"))


def test_each_locked_package_carries_hashes() -> None:
    text = (ROOT / "scripts/deploy/service.lock").read_text()
    assert all(re.match(r" \\\n    --hash=sha256:[0-9a-f]{64}", text[found.end() :]) for found in LOCKED.finditer(text))


def test_the_steps_of_the_image_make_a_service_that_serves_the_pane(database: str, tmp_path: Path) -> None:
    if not sized(False, True):
        pytest.skip("installs some sixty packages: only in the full size")
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    steps = Steps(ROOT, tmp_path / "image")
    steps.run(CONTAINERFILE.read_text())
    port = three_free_ports()
    settings = {**environment(database, web_workers=1), **steps.environment, "AFFIX_BIND": f"127.0.0.1:{port}"}
    settings.pop("PYTHONPATH", None)
    with (tmp_path / "service.log").open("wb") as log:
        process = subprocess.Popen(steps.command, cwd=tmp_path, env=settings, stdout=log, stderr=log)
    try:
        until(lambda: is_live(port), f"the service answers, see {tmp_path}/service.log", START_LIMIT)
        page = requests.get(f"http://127.0.0.1:{port}/addin/taskpane.html", timeout=LIMIT).text
        assert "vendor/made-taskpane.js" in page
    finally:
        process.terminate()
        assert process.wait(LIMIT) == 0


def test_a_builder_makes_the_image(tmp_path: Path) -> None:
    if not sized(False, True):
        pytest.skip("fetches images: only in the full size")
    builder = next((each for each in ("podman", "docker") if is_usable(each)), None)
    if not builder:
        pytest.skip("neither podman nor docker can be used here")
    command = [builder, "build", "--quiet", "--file", CONTAINERFILE, "--tag", "affix-under-test", ROOT]
    subprocess.run(command, check=True, capture_output=True)
    shown = subprocess.run([builder, "run", "--rm", "affix-under-test", "key"], check=True, capture_output=True)
    assert len(shown.stdout.strip()) == 44


def is_usable(builder: str) -> bool:
    return bool(shutil.which(builder)) and subprocess.run([builder, "info"], capture_output=True).returncode == 0
