"""What scripts/setup installs for tests. Where it is missing they fail: skipped, they would check nothing unnoticed."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]


def node() -> str:
    """The path of Node.js."""
    found = shutil.which("node")
    assert found, "there is no Node.js; scripts/setup installs it"
    return found


def package(path: str) -> Path:
    """A file or folder of an npm package, by its path below .cache, such as "npm/node_modules/.bin/tsc"."""
    found = ROOT / ".cache" / path
    assert found.exists(), f"{path} is not installed; scripts/setup installs it"
    return found
