"""Pieces of C that are compiled when a test needs them, and preloaded into a program."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def compiled(name: str, folder: Path) -> Path:
    """The shim of that name, in a folder that every user may read. Skips the test where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler, such as gcc, to make the shim with")
    made = folder / f"{name}.so"
    options = ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-Wno-unused-result", "-o", str(made)]
    subprocess.run([compiler, *options, str(HERE / f"{name}.c"), "-ldl"], check=True)
    made.chmod(0o755)
    return made
