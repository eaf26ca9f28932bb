"""The pure modules of the pane, by Node's own test runner. Each file in js/ is a test here."""

import subprocess
from pathlib import Path

import pytest

from tests.pane.programs import node

FILES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))
LIMIT_SECONDS = 60


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.mjs"))
def test_the_pane_module_does_what_its_tests_say(file: Path) -> None:
    command = [node(), "--test", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_there_are_tests_of_the_pane_modules() -> None:
    assert len(FILES) > 5
