"""The service writes to no file that has a name: what it knows is in the database, so that a machine can be lost."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.launching import ROOT

BY_HAND = {"cli"}  # what a person has written to where they say
EMBEDDED = ("db.py", "mkdir")  # the folder of the PostgreSQL for trying out; a database of one's own needs none
WRITERS = {
    *("write_text", "write_bytes", "mkdir", "makedirs", "touch", "mkdtemp", "mkstemp", "NamedTemporaryFile"),
    *("TemporaryDirectory", "symlink", "copyfile", "copytree", "flock", "lockf"),
}


def named_files_written(source: Path) -> Iterator[str]:
    """Each call that makes or changes a file which others find by its name."""
    for call in (node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)):
        function = call.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        modes = [*call.args[:2], *(each.value for each in call.keywords if each.arg == "mode")]
        writes = any(isinstance(each, ast.Constant) and is_writing(each.value) for each in modes)
        if name in WRITERS or (name == "open" and writes):
            yield name


def is_writing(mode: object) -> bool:
    return isinstance(mode, str) and len(mode) <= 3 and bool(set(mode) & set("wax+"))


def test_the_service_makes_no_file_that_has_a_name() -> None:
    server = ROOT / "server"
    found = {
        (str(source.relative_to(server)), name)
        for source in server.rglob("*.py")
        if source.relative_to(server).parts[0] not in BY_HAND
        for name in named_files_written(source)
    }
    assert found == {EMBEDDED}
