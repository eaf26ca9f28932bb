"""The shape of the repository: who may import whom, what is locked, and what must never be committed."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import requests
from alembic.script import ScriptDirectory
from pydantic import SecretStr

from server import create_app
from server.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent

# Each layer may import itself and what stands above it here; the three neighbours may not import each other.
FOUNDATION = {"settings", "http", "errors", "clock", "logs", "tracing"}
NEIGHBOURS = {"mail", "destinations", "auth"}
OUTSIDE = {"api", "cli", "jobs", "serving", "wiring", "wsgi", "doctor", "__init__"}
# The manifest can be written on any machine, so it knows nothing else; migrations run what the models say.
ALONE = {"manifest"}

PUBLIC = {
    "/addin/<path:name>",
    "/addin/config.json",
    "/graph/notifications",
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/oauth/callback",
    "/openapi.json",
    "/sign-in/<link>",
}

SOME_ID = "11111111-1111-4111-8111-111111111111"
LONGEST = 600
TEXT = {".py", ".js", ".mjs", ".css", ".html", ".md", ".xml", ".toml", ".yml", ".sh", ""}


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the repository that git knows, and those about to be added."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no working copy of git")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(name for name in listed if (ROOT / name).is_file())


def texts(*folders: str) -> Iterator[tuple[str, str]]:
    """Name and content of the text files below the folders (all, without one), but for this file and captured mail."""
    for name in tracked():
        path = ROOT / name
        inside = not folders or name.split("/")[0] in folders
        if inside and path.suffix in TEXT and path != Path(__file__):
            yield name, path.read_text(encoding="utf-8")


def mentions(pattern: str, *folders: str) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts(*folders)
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line, re.IGNORECASE)
    ]


def modules() -> Iterator[tuple[str, Path]]:
    """The part of `server` that each of its files belongs to ("mail", "saving", "__init__"), and the file."""
    for path in sorted((ROOT / "server").rglob("*.py")):
        yield path.relative_to(ROOT / "server").with_suffix("").parts[0], path


def imports(path: Path) -> Iterator[str]:
    """Whole names of what a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parts_imported(path: Path) -> set[str]:
    """The parts of `server` that a file imports."""
    found = {name.split(".")[1] for name in imports(path) if name.startswith("server.")}
    names = {part for part, _ in modules()}
    return {name if name in names else "__init__" for name in found}


def allowed(part: str) -> set[str] | None:
    """What a part may import of `server`, beside itself; None: everything."""
    if part in OUTSIDE:
        return None
    if part in FOUNDATION:
        return FOUNDATION
    if part in ALONE:
        return set()
    if part == "db":
        return FOUNDATION
    if part == "traffic":
        return {"db"} | FOUNDATION
    if part in NEIGHBOURS:
        return {"db", "traffic"} | FOUNDATION
    if part == "models":
        return {"db"} | FOUNDATION
    if part == "migrations":
        return {"models"}
    return {name for name, _ in modules()} - OUTSIDE


def test_imports_point_inward() -> None:
    wrong = []
    for part, path in modules():
        permitted = allowed(part)
        if permitted is not None:
            wrong += [f"{path.relative_to(ROOT)} -> {name}" for name in parts_imported(path) - permitted - {part}]
    assert not wrong


def test_only_the_wiring_is_where_concrete_things_meet() -> None:
    """Not even the outer parts import it, but for the entry points."""
    entries = {"__init__", "cli", "wiring"}
    wrong = [str(path) for part, path in modules() if "wiring" in parts_imported(path) and part not in entries]
    assert not wrong


def test_mail_destinations_auth_and_models_do_without_flask() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for part, path in modules()
        if part in NEIGHBOURS | FOUNDATION | {"models", "db", "traffic"}
        for name in imports(path)
        if name.split(".")[0] in {"flask", "apiflask", "werkzeug"}
    ]
    assert not wrong


def test_the_simulator_imports_nothing_of_the_service_but_in_its_program() -> None:
    folder = ROOT / "tests/simulator"
    wrong = [
        str(path.relative_to(ROOT))
        for path in folder.rglob("*.py")
        if path != folder / "__main__.py"
        and any(name == "server" or name.startswith("server.") for name in imports(path))
    ]
    assert not wrong


def test_the_product_never_speaks_of_the_simulator_or_its_tenants() -> None:
    assert not mentions("simulat|contoso|fabrikam", "server", "addin", "manifest.xml")


def test_the_top_level_is_exactly_as_designed() -> None:
    top = {name.split("/")[0] for name in tracked()}
    assert {name for name in top if not name.startswith(".")} == {
        "pyproject.toml",
        "README.md",
        "manifest.xml",
        "server",
        "addin",
        "tests",
        "scripts",
    }


def test_no_index_of_packages_is_named() -> None:
    # Brackets keep these patterns from naming what they forbid.
    assert not mentions(r"--(extra-)?index[-]url|--find[-]links|\"resolved[\"]: *\"http|^registry[ ]*=")
    assert not mentions(r"\b(registry|files|index)\.[a-z]+\.(org|com)\b")
    locked = [name for name in tracked() if name.endswith((".lock", "package-lock.json"))]
    assert len(locked) == 5
    for name in locked:
        assert "://" not in re.sub(r'"url": *"[^"]*"', "", (ROOT / name).read_text()), name


def test_no_path_of_one_machine_is_named() -> None:
    assert not mentions(r"(^|[^A-Za-z0-9._-])/(work|farm|root)/[a-z]")


def test_nothing_generated_or_third_party_is_committed() -> None:
    wrong = re.compile(
        r"(^|/)(node_modules|vendor|\.venv|__pycache__|dist|\.cache|\.demo)/|\.pyc$|office(\.debug)?\.js$"
    )
    assert not [name for name in tracked() if wrong.search(name)]


def test_no_file_is_longer_than_anybody_would_read() -> None:
    long = {name: len(text.splitlines()) for name, text in texts() if len(text.splitlines()) > LONGEST}
    assert not long


def test_nothing_is_left_for_later() -> None:
    pattern = r"\b(TODO|FIXME|XXX|NotImplementedError)\b|pragma: no cover"
    found = mentions(pattern, "server", "addin", "tests", "scripts")
    assert not [line for line in found if not line.startswith("addin/texts/es/")]  # where "todo" means everything


def test_every_setting_is_explained_in_the_readme() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = {PREFIX + name.upper() for name in Settings.model_fields} - set(
        re.findall(rf"`({PREFIX}[A-Z_0-9]+)`", page)
    )
    assert not missing


def test_there_is_one_newest_migration_and_it_is_the_one_written_down() -> None:
    """Two branches that each add a migration then conflict in git, not in production."""
    scripts = ScriptDirectory(str(ROOT / "server/migrations"))
    assert scripts.get_heads() == [(ROOT / "server/migrations/head.txt").read_text().strip()]
    for script in scripts.walk_revisions():
        assert re.fullmatch(r"\d{4}", script.revision)
        assert Path(script.path).name.startswith(f"{script.revision}_")
        assert script.doc, f"{script.revision} does not say why"


@pytest.fixture(scope="module")
def settings() -> Settings:
    """Enough to build the service; the database named here is never asked."""
    return Settings(
        client_id="0d6f3a52-9c1b-4e7d-8f20-5a4b3c2d1e0f",
        client_secret=SecretStr("secret"),
        tenants=("3d0f3a52-9c1b-4e7d-8f20-5a4b3c2d1e0f",),
        secret_keys=(SecretStr("A" * 43 + "="),),
        database_url=SecretStr("postgresql://nobody@127.0.0.1:1/nothing"),
    )


def test_every_route_is_locked_but_for_those_named_here(settings: Settings) -> None:
    app = create_app(settings, requests.Session())
    client = app.test_client()
    unlocked = set()
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<(?:(int):)?[^>]*>", lambda variable: "1" if variable[1] else SOME_ID, rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if rule.rule not in PUBLIC and client.open(address, method=method, json={}).status_code != 401:
                unlocked.add(f"{method} {rule.rule}")
    assert not unlocked
    assert {rule.rule for rule in app.url_map.iter_rules()} >= PUBLIC
