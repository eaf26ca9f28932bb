"""The demo as a person starts it, on free ports, with its database in a folder of this run."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.launching import ROOT
from tests.pane.servers import three_free_ports

END_SECONDS = 30.0


@contextmanager
def running_demo(folder: Path, *options: str) -> Iterator[dict[str, str]]:
    """Gives the addresses of "outlook", "service" and "simulator". AFFIX_TEST_DEMO may hold more options for all demos,
    such as four workers on another PostgreSQL.
    """
    command = [sys.executable, "-m", "tests.simulator", "--port", str(three_free_ports()), "--data", str(folder)]
    options = (*options, *shlex.split(os.environ.get("AFFIX_TEST_DEMO", "")))
    with (
        (folder / "errors").open("w+") as errors,
        subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as demo,
    ):
        try:
            yield _addresses(demo, folder / "errors")
        finally:
            demo.terminate()
            demo.communicate(timeout=END_SECONDS)


def _addresses(demo: "subprocess.Popen[str]", errors: Path) -> dict[str, str]:
    """Those of the demo's last line of starting. Fails with what it said if it ends without that line."""
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if line.startswith("ready "):
            found: dict[str, str] = json.loads(line.removeprefix("ready "))
            return found
    pytest.fail(f"the demo ended before it was ready:\n{''.join(said)}{errors.read_text()}")
