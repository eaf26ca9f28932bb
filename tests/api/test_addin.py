"""The add-in's files on their way to the browser: what may be kept, for how long, and what is served at all."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from server.api.addin import language_of
from server.pane_files import PaneFiles
from tests.pane.programs import node, package

ROOT = Path(__file__).parents[2]
PAGE = b'<link rel="icon" href="icons/a.svg">\n<link rel="stylesheet" href="css/a.css">\n'
LOADED = re.compile(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"')


def get(app: APIFlask, name: str, **headers: str) -> TestResponse:
    return app.test_client().get(f"/addin/{name}", headers=headers)


def loaded_by(page: TestResponse) -> list[str]:
    """What the page loads, without what it loads from other machines."""
    return [address for address in LOADED.findall(page.get_data(as_text=True)) if not address.startswith("https://")]


def policy_of(answer: TestResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (part.partition(" ") for part in parts)}


def test_a_page_is_asked_for_each_time_and_all_that_it_loads_is_kept_for_ever(app: APIFlask) -> None:
    page = get(app, "taskpane.html")
    assert page.headers["Cache-Control"] == "no-cache"
    names = loaded_by(page)
    assert len(names) > 2
    for name in names:
        answer = get(app, name)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        assert "immutable" not in get(app, name.split("/", 2)[2]).headers["Cache-Control"]
    assert get(app, "taskpane.html", If_None_Match=page.headers["ETag"]).status_code == 304


def test_an_address_of_another_time_gives_what_there_is_now_and_is_not_kept(app: APIFlask) -> None:
    answer = get(app, "at/0123456789abcdef/js/main.js")
    assert answer.get_data() == (ROOT / "addin/js/main.js").read_bytes()
    assert "immutable" not in answer.headers["Cache-Control"]


def test_text_travels_compressed_to_browsers_that_take_it(app: APIFlask) -> None:
    plain, small = get(app, "css/tokens.css"), get(app, "css/tokens.css", Accept_Encoding="gzip, br")
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.get_data()) == plain.get_data()
    assert len(small.get_data()) < len(plain.get_data()) / 2
    assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != small.headers["ETag"]
    assert "Content-Encoding" not in get(app, "icons/icon-64.png", Accept_Encoding="gzip").headers


@pytest.mark.parametrize("name", ["package.json", "../pyproject.toml", "js/none.js", "at/0123456789abcdef", "js"])
def test_nothing_else_is_served(app: APIFlask, name: str) -> None:
    assert get(app, name).status_code == 404


def test_no_script_and_no_style_may_stand_in_a_page(app: APIFlask) -> None:
    for name in ("taskpane.html", "admin.html", "js/main.js"):
        answer = get(app, name)
        if answer.status_code == 200:
            policy = policy_of(answer)
            assert policy["default-src"] == "'none'"
            assert policy["style-src"] == "'self'"
            assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_pane_is_framed_by_outlook_alone(app: APIFlask) -> None:
    policy = policy_of(get(app, "taskpane.html"))
    assert "https://outlook.office.com" in policy["frame-ancestors"].split()
    assert "https://appsforoffice.microsoft.com" in policy["script-src"].split()


@pytest.mark.parametrize(
    ("host", "language"),
    [("Outlook$Web$16.01$de-DE$1$$$0", "de"), ("Outlook$Mac$16.02$JA", "ja"), ("", "en"), ("$", "en")],
)
def test_the_language_of_outlook_is_known_from_the_address(host: str, language: str) -> None:
    assert language_of(host) == language


# The files, in a folder of their own


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page, a style sheet and a picture."""
    for name, content in {"css/a.css": b"a { color: red }", "icons/a.svg": b"<svg/>", "page.html": PAGE}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def shown(files: PaneFiles, address: str) -> tuple[bytes, bool]:
    found = files.find(address)
    assert found
    return found[0].content, found[1]


def id_in(files: PaneFiles) -> str:
    match = re.search(rb"at/(\w+)/css", shown(files, "page.html")[0])
    assert match
    return match[1].decode()


def test_a_change_of_a_file_changes_the_addresses_and_never_what_an_old_one_gave_for_ever(folder: Path) -> None:
    files = PaneFiles(folder)
    before = id_in(files)
    assert shown(files, f"at/{before}/css/a.css") == (b"a { color: red }", True)
    (folder / "css/a.css").write_bytes(b"a { color: lime }")
    assert shown(files, f"at/{before}/css/a.css") == (b"a { color: red }", True)
    after = id_in(files)
    assert after != before
    assert shown(files, f"at/{after}/css/a.css") == (b"a { color: lime }", True)
    assert shown(files, f"at/{before}/css/a.css") == (b"a { color: lime }", False)


def test_what_set_up_put_together_is_served_only_while_the_sources_are_those_it_was_made_of(folder: Path) -> None:
    files = PaneFiles(folder)
    (folder / "vendor").mkdir()
    (folder / "vendor/page.html").write_bytes(b"made")
    assert shown(files, "page.html")[0] != b"made"
    names = ["css/a.css", "icons/a.svg", "page.html"]
    listing = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, text=True, check=True).stdout
    (folder / "vendor/sources.sha256").write_text(listing)
    assert shown(files, "page.html")[0] == b"made"
    (folder / "css/a.css").write_bytes(b"a { color: lime }")
    assert shown(files, "page.html")[0] != b"made"


def test_what_set_up_makes_of_the_add_in_fits_its_sources(tmp_path: Path) -> None:
    package("pane/node_modules/esbuild")
    addin = tmp_path / "addin"
    shutil.copytree(ROOT / "addin", addin, ignore=shutil.ignore_patterns("vendor", "node_modules"))
    subprocess.run([node(), "scripts/bundle.mjs", addin], cwd=ROOT, check=True, capture_output=True)
    found = PaneFiles(addin).find("taskpane.html")
    assert found
    page = found[0].in_language("de").content.decode()
    assert re.search(r'<script type="module" async src="at/\w+/vendor/made-taskpane.js">', page)
    assert len(re.findall('rel="stylesheet"', page)) == 1
    assert re.findall(r"made-(\w\w)-", page) == ["de"]
