"""The commands a newcomer types: set-up, lock files, checks, and the demo as a whole."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

from tests.simulator.demo.mail import SAMPLE, load_folder, load_sample
from tests.simulator.demo.options import parse
from tests.simulator.demo.rerouting import reroute
from tests.simulator.demo.serving import PortTaken, check_free
from tests.simulator.world import World

ROOT = Path(__file__).parent.parent
RECORDS = len((SAMPLE / "records.csv").read_text(encoding="utf-8").splitlines()) - 1
START_SECONDS = 60.0
SECOND_START_SECONDS = 10.0
STARTS = 3  # at most, of which the fastest counts
END_SECONDS = 30.0


def test_every_script_is_runnable_and_well_formed() -> None:
    for script in sorted([*(ROOT / "scripts").iterdir(), ROOT / ".ci/run"]):
        if script.is_file() and not script.suffix:
            assert os.access(script, os.X_OK), script
            if b"bash" in script.read_bytes().splitlines()[0]:
                subprocess.run(["bash", "-n", str(script)], check=True)


def test_continuous_integration_runs_the_tests_and_nothing_else() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ['exec bash "$(dirname "$0")/../scripts/test"']


def test_every_locked_package_carries_hashes() -> None:
    for lock in (ROOT / "scripts").glob("*.lock"):
        lines = lock.read_text().splitlines()
        entries = [number for number, line in enumerate(lines) if "==" in line]
        assert entries
        for number in entries:
            assert re.match(r"    --hash=sha256:[0-9a-f]{64}", lines[number + 1]), lines[number]
        assert len(lines) == len(entries) + sum("--hash=sha256:" in line for line in lines)


def test_every_locked_browser_package_carries_its_hash() -> None:
    for folder in ("addin", "scripts/office"):
        packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
        assert all(one["integrity"].startswith("sha512-") for name, one in packages.items() if name)


def test_what_is_declared_is_locked() -> None:
    declared = re.findall(r'^  "([A-Za-z0-9-]+)(?:\[\w+\])?>=', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "scripts/requirements.lock").read_text(), re.MULTILINE))
    assert len(declared) > 20
    assert {name.lower() for name in declared} <= locked


def test_sideloading_prepares_a_certificate_for_localhost_and_a_manifest() -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    client_id = "0d6f3a52-9c1b-4e7d-8f20-5a4b3c2d1e0f"
    said = subprocess.run([ROOT / "scripts/sideload", client_id], capture_output=True, text=True, check=True).stdout
    folder = ROOT / ".cache/sideload"
    assert str(folder) in said
    assert client_id in (folder / "manifest.xml").read_text(encoding="utf-8")
    verify = ["openssl", "verify", "-purpose", "sslserver", "-verify_hostname", "localhost"]
    subprocess.run([*verify, "-CAfile", folder / "ca.crt", folder / "service.crt"], check=True)
    assert (folder / "ca.key").stat().st_mode & 0o077 == 0


# The demo, piece by piece


def test_the_sample_puts_every_message_where_its_index_says() -> None:
    world = World()
    assert load_sample(world) == len((SAMPLE / "index.csv").read_text().splitlines()) - 1
    named = {line.split(",")[0] for line in (SAMPLE / "index.csv").read_text().splitlines()[1:]}
    assert named == {file.name for file in SAMPLE.glob("*.eml")}


def test_more_mail_goes_to_the_mailbox_of_its_folder_or_to_its_addressees(tmp_path: Path) -> None:
    (tmp_path / "cleo").mkdir()
    message = b"From: a@adatum.example\r\nTo: %s\r\nSubject: Hello\r\n\r\nHello\r\n"
    (tmp_path / "cleo/one.eml").write_bytes(message % b"ben@contoso.example")
    (tmp_path / "two.eml").write_bytes(message % b"ben@contoso.example, sales@contoso.example")
    (tmp_path / "three.eml").write_bytes(message % b"nobody@elsewhere.example")
    world = World()
    assert load_folder(world, tmp_path) == 4
    counts = {mailbox.address.split("@")[0]: len(mailbox.items) for mailbox in world.mailboxes}
    assert {name: count for name, count in counts.items() if count} == {"cleo": 1, "ben": 1, "sales": 1, "ana": 1}


@pytest.mark.parametrize(
    "arguments",
    [["--port", "0"], ["--port", "65534"], ["--port", "x"], ["--workers", "0"], ["--destination", "elsewhere"]],
)
def test_the_demo_refuses_what_it_cannot_do(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        parse(arguments)
    assert refused.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_a_port_in_use_is_said_to_be_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        with pytest.raises(PortTaken, match="in use"):
            check_free(other.getsockname()[1])


def test_nothing_that_the_service_calls_leaves_this_machine() -> None:
    session = reroute(requests.Session(), "http://127.0.0.1:9/")
    for address in ("https://graph.microsoft.com/v1.0/me", "https://elsewhere.example/"):
        with pytest.raises(requests.ConnectionError, match=re.escape("host='127.0.0.1', port=9")):
            session.get(address)


# The demo as a whole


@dataclass
class RunningDemo:
    process: subprocess.Popen[str]
    lines: list[str]
    seconds: float

    @property
    def addresses(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.lines[-1].removeprefix("ready "))
        return found

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@contextmanager
def demo(folder: Path, port: int, *arguments: str) -> Iterator[RunningDemo]:
    command = [sys.executable, "-m", "tests.simulator", "--data", str(folder), "--port", str(port), *arguments]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout
    try:
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith("ready "):
                break
        assert lines and lines[-1].startswith("ready "), "\n".join(lines)
        yield RunningDemo(process, lines, time.monotonic() - began)
    finally:
        process.terminate()
        process.communicate(timeout=END_SECONDS)


@pytest.fixture
def demo_folder() -> Iterator[Path]:
    """Not below pytest's own folder: PostgreSQL, which runs as another user under root, may not enter that."""
    with tempfile.TemporaryDirectory(prefix="affix-demo-") as folder:
        yield Path(folder)


def three_free_ports() -> int:
    for first in range(20_000, 30_000, 3):
        try:
            for port in range(first, first + 3):
                check_free(port)
        except PortTaken:
            continue
        return first
    pytest.fail("no three free ports")


def postgres_of(folder: Path) -> list[int]:
    found = []
    for process in psutil.process_iter(["name", "cmdline", "status"]):
        mine = str(folder / "postgres") in (process.info["cmdline"] or [])
        if mine and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found


def names_of_records(addresses: dict[str, str]) -> list[str]:
    wanted = {"user": "ana@contoso.example", "kind": "sso"}
    token = requests.post(f"{addresses['simulator']}/control/tokens", json=wanted, timeout=10).json()["token"]
    answer = requests.get(
        f"{addresses['service']}/api/records?limit=100", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    return [record["name"] for record in answer.json()["records"]]


def test_the_demo_starts_answers_ends_cleanly_and_starts_again(demo_folder: Path) -> None:
    folder, port = demo_folder, three_free_ports()
    with demo(folder, port) as first:
        assert first.seconds < START_SECONDS
        assert f"{RECORDS} new sample records, 0 there already" in first.lines
        assert first.addresses == {
            "outlook": f"http://localhost:{port}",
            "service": f"http://localhost:{port + 1}",
            "simulator": f"http://localhost:{port + 2}",
        }
        assert requests.get(first.addresses["outlook"], timeout=10).ok
        assert requests.get(f"{first.addresses['service']}/health/ready", timeout=10).ok
        records = names_of_records(first.addresses)
        assert "Adatum" in records
        children = first.children()
        assert postgres_of(folder)

        first.process.send_signal(signal.SIGTERM)
        assert first.process.wait(END_SECONDS) == 0
        assert not [child for child in children if child.is_running()]
        assert not postgres_of(folder)

    with demo(folder, port) as second:
        took = [second.seconds]
        assert f"0 new sample records, {RECORDS} there already" in second.lines
        assert names_of_records(second.addresses) == records

        worker = next(child for child in second.children() if "worker" in child.cmdline())
        worker.kill()
        output, _ = second.process.communicate(timeout=END_SECONDS)
        assert second.process.returncode == 1
        assert "worker-1 ended" in output
    assert not postgres_of(folder)

    while min(took) >= SECOND_START_SECONDS and len(took) < STARTS:
        with demo(folder, port) as another:
            took.append(another.seconds)
    assert min(took) < SECOND_START_SECONDS, took  # whatever else the machine does only adds
