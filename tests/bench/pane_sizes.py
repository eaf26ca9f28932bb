"""How much of the add-in's own JavaScript and CSS a person's browser fetches, as set-up put it together."""

import gzip
import re
import subprocess
from pathlib import Path

from tests.launching import ROOT

LANGUAGES = ("en", "de", "fr", "es", "ja")
PROGRAM = ROOT / "scripts/bundle.mjs"
NAMED = re.compile(r"""["'](?:\./|vendor/)(made-[\w-]+\.(?:js|css))["']""")
LANGUAGE = re.compile(r"made-([a-z]{2})-\w+\.js")


def put_together(into: Path) -> None:
    """What set-up makes of the add-in as it is now. Raises CalledProcessError."""
    subprocess.run(["node", PROGRAM, "addin", into], cwd=ROOT, check=True, capture_output=True, text=True)


def sizes(made: Path, page: str = "taskpane.html", language: str = "en") -> dict[str, int]:
    """Compressed bytes of each file that the page may ever load, also late; not of the words of other languages."""
    found: dict[str, int] = {}
    waiting = [page]
    while waiting:
        content = (made / waiting.pop()).read_bytes()
        for name in NAMED.findall(content.decode("utf-8")):
            other = LANGUAGE.fullmatch(name)
            if name not in found and (other is None or other[1] == language):
                found[name] = len(gzip.compress((made / name).read_bytes(), mtime=0))
                waiting.append(name)
    return found
