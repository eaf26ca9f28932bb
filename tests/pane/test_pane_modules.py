"""The pure modules of the pane, by Node's own test runner. Each file in js/ is a test here."""

import shutil
import subprocess
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))
LIMIT_SECONDS = 60


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.mjs"))
def test_the_pane_module_does_what_its_tests_say(file: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine; scripts/setup installs one where it is missing")
    run = subprocess.run(
        [node, "--test", str(file)], capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_there_are_tests_of_the_pane_modules() -> None:
    assert len(FILES) > 5
