"""Microsoft's SDK takes the simulator for Graph. It is large, so it lives in an environment of its own, made once."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.simulator.app import serve
from tests.test_simulator.cast import MAIL, Control

HERE = Path(__file__).parent
ENVIRONMENT = HERE.parents[1] / ".cache" / "msgraph-sdk"
PACKAGE = "msgraph-sdk==1.65.0"
BOX = "support@contoso.example"


@pytest.fixture(scope="session")
def sdk_python() -> Path:
    """The interpreter that has the SDK; skips where it cannot be installed."""
    python = ENVIRONMENT / "bin" / "python"
    complete = ENVIRONMENT / PACKAGE
    if not complete.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True, capture_output=True)
            options = ["--quiet", "--no-compile", "--disable-pip-version-check"]
            install = [python, "-m", "pip", "install", *options, PACKAGE]
            subprocess.run(install, check=True, capture_output=True, timeout=120)
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"{PACKAGE} cannot be installed here: {error}")
        complete.touch()
    return python


@pytest.fixture
def address(simulator: Flask) -> Iterator[str]:
    server = serve(simulator, 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://localhost:{server.server_port}/graph.microsoft.com/v1.0"
    server.shutdown()
    server.server_close()


def test_microsofts_sdk_reads_pages_changes_and_moves_mail(sdk_python: Path, address: str, control: Control) -> None:
    for number in range(11):
        control.deliver(BOX, MAIL.replace(b"Order 7", b"Order %d" % number), received="2026-11-20T08:00:00+00:00")
    sent = control.deliver(BOX, received="2026-11-20T09:00:00+00:00")
    control.fault(service="graph", path="/v1.0/users/*/messages", status=429, headers={"Retry-After": "1"}, times=1)
    command = [sdk_python, HERE / "foreign" / "sdk_client.py", address, control.token("ben", "graph"), BOX, sent["id"]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("mime") == MAIL.decode()
    subjects = found.pop("subjects")
    assert (len(subjects), len(set(subjects)), subjects[0]) == (12, 11, "Order 7")
    assert found == {
        "me": "ben@contoso.example",
        "message": [sent["immutableId"], "Order 7", "orders@customer.example", "2026-11-20 09:00:00+00:00"],
        "attachments": [],
        "categories": ["Saved"],
        "translated": "ErrorInvalidMailboxItemId",
        "moved": True,
        "archive": ["Order 7"],
        "delta": [11, 0],
        "refused": [403, "ErrorAccessDenied"],
    }
