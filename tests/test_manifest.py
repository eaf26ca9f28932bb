"""The add-in's manifest: valid by Microsoft's schema, and right after it was rendered for another place."""

import re
import struct
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from server import manifest

ROOT = Path(__file__).parent.parent
CHECKER = ROOT.parent / "shared/reference/manifest-schemas/check_manifest.py"
BASE_URL = "https://affix.example.com:8443"
CLIENT_ID = "0d6f3a52-9c1b-4e7d-8f20-5a4b3c2d1e0f"
OVERRIDES = "{http://schemas.microsoft.com/office/mailappversionoverrides/1.1}"

# What Office.js lets an add-in do only with a permission above ReadItem, as the reference pages of these methods say.
NEEDS_MORE = re.compile(
    r"\b(saveAsync|setAsync|addAsync|removeAsync|prependAsync|setSelectedDataAsync|addFileAttachment\w*|addItemAttachmentAsync"
    r"|removeAttachmentAsync|closeAsync|makeEwsRequestAsync|getCallbackTokenAsync|sendAsync|getSelectedItemsAsync)\b"
)
USED = {
    "host.js: saveAsync",  # a draft; and what the reminder has to know, which needs nothing
    "host.js: setAsync",  # of sessionData: that a record was chosen
    "host.js: removeAsync",
    "host.js: getSelectedItemsAsync",
}
# Younger than the schema that there is, so that a test of its own has their shape:
# https://learn.microsoft.com/javascript/api/manifest/runtimes, .../launchevent
YOUNGER = re.compile(
    r"<Runtimes>.*?</Runtimes>|<ExtensionPoint xsi:type=\"LaunchEvent\">.*?</ExtensionPoint>", re.DOTALL
)


def plain(element: ElementTree.Element) -> tuple[str, dict[str, str], list[object]]:
    """An element of the younger overrides as name, attributes and children, in their order."""
    attributes = {name.rsplit("}", 1)[-1]: value for name, value in element.items()}
    return element.tag.removeprefix(OVERRIDES), attributes, [plain(each) for each in element]


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    file = tmp_path / "manifest.xml"
    file.write_text(manifest.render(BASE_URL, CLIENT_ID), encoding="utf-8")
    return file


def addresses(file: Path) -> list[str]:
    values = [element.get("DefaultValue", "") for element in ElementTree.parse(file).iter()]
    return [value for value in values if value.startswith("http")]


def check(file: Path, folder: Path, *served_folder: str) -> subprocess.CompletedProcess[str]:
    if not CHECKER.exists():
        pytest.skip("the schemas beside the repository are not there")
    known = folder / "known.xml"
    known.write_text(YOUNGER.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
    command = [sys.executable, str(CHECKER), str(known), *served_folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_is_valid_by_the_schema_and_names_files_that_exist(tmp_path: Path) -> None:
    found = check(ROOT / "manifest.xml", tmp_path, str(ROOT))
    assert found.returncode == 0, found.stdout + found.stderr


def test_it_stays_valid_when_rendered_for_another_place(rendered: Path, tmp_path: Path) -> None:
    found = check(rendered, tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr


def test_rendering_leaves_nothing_of_the_template_s_place(rendered: Path) -> None:
    text = rendered.read_text(encoding="utf-8")
    assert "localhost" not in text
    assert manifest.TEMPLATE_CLIENT_ID not in text
    assert {address[: len(BASE_URL) + 1] for address in addresses(rendered)} == {f"{BASE_URL}/"}


def test_rendering_keeps_the_identity_and_the_version_of_the_add_in(rendered: Path) -> None:
    before, after = ElementTree.parse(ROOT / "manifest.xml").getroot(), ElementTree.parse(rendered).getroot()
    for name in ("Id", "Version"):
        path = f"{{http://schemas.microsoft.com/office/appforoffice/1.1}}{name}"
        assert before.findtext(path) == after.findtext(path)


def test_the_sign_in_resource_names_host_and_port_of_the_pane(rendered: Path) -> None:
    application = ElementTree.parse(rendered).find(f".//{OVERRIDES}WebApplicationInfo")
    assert application is not None
    assert application.findtext(f"{OVERRIDES}Id") == CLIENT_ID
    assert application.findtext(f"{OVERRIDES}Resource") == f"api://affix.example.com:8443/{CLIENT_ID}"


def test_it_takes_an_address_with_capitals_and_a_closing_slash() -> None:
    expected = manifest.render(BASE_URL, CLIENT_ID)
    assert manifest.render("HTTPS://Affix.Example.com:8443/", CLIENT_ID.upper()) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "affix.example.com",
        "http://affix.example.com",
        "https://",
        "https://affix.example.com/outlook",
        "https://affix.example.com?a=1",
        "https://affix.example.com#a",
        "https://somebody@affix.example.com",
        "https://affix.example.com:0",
        "https://affix.example.com:65536",
        "https://affix.example.com:https",
        'https://affix.example.com"/><a b="',
        "https://affix.example.com&lt;",
        "https://affix..example.com",
        "https://-affix.example.com",
        "https://äffix.example.com",
    ],
)
def test_it_refuses_what_is_no_plain_https_address(address: str) -> None:
    with pytest.raises(ValueError, match="https address"):
        manifest.render(address, CLIENT_ID)


@pytest.mark.parametrize(
    "client_id", ["", "affix", CLIENT_ID[:-1], CLIENT_ID + "0", CLIENT_ID.replace("-", ""), "<a/>"]
)
def test_it_refuses_what_is_no_client_id(client_id: str) -> None:
    with pytest.raises(ValueError, match="client"):
        manifest.render(BASE_URL, client_id)


def test_every_icon_has_the_size_that_its_name_says() -> None:
    icons = {address.rsplit("/", 1)[1] for address in addresses(ROOT / "manifest.xml") if address.endswith(".png")}
    assert icons == {f"icon-{size}.png" for size in (16, 25, 32, 48, 64, 80, 128)}
    for icon in icons:
        start = (ROOT / "addin/icons" / icon).read_bytes()[:24]
        size = int(icon.removeprefix("icon-").removesuffix(".png"))
        assert start[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", start[16:24]) == (size, size)


def test_it_asks_for_no_set_that_would_hide_it_from_a_client_that_could_run_it() -> None:
    sets = [each for each in ElementTree.parse(ROOT / "manifest.xml").iter() if each.tag.endswith(("}Set", "}Sets"))]
    assert {each.get("Name") for each in sets if each.get("Name")} == {"Mailbox"}
    wanted = {each.get("MinVersion") or each.get("DefaultMinVersion") for each in sets}
    assert wanted - {None} == {"1.5"}


def test_the_permission_is_what_the_pane_s_calls_need() -> None:
    assert "<Permissions>ReadWriteMailbox</Permissions>" in (ROOT / "manifest.xml").read_text(encoding="utf-8")
    calls = {
        f"{file.name}: {found}"
        for file in (ROOT / "addin/js").glob("*.js")
        for found in NEEDS_MORE.findall(file.read_text())
    }
    assert calls == USED


def test_outlook_runs_the_reminder_of_the_add_in_when_a_message_is_sent() -> None:
    overrides = ElementTree.parse(ROOT / "manifest.xml").find(f".//{OVERRIDES}Resources/..")
    assert overrides is not None
    pages = {each.get("id"): each.get("DefaultValue", "") for each in overrides.iter() if each.get("DefaultValue")}
    [event] = overrides.iter(f"{OVERRIDES}LaunchEvent")
    assert (event.get("Type"), event.get("SendMode")) == ("OnMessageSend", "PromptUser")
    script = (ROOT / "addin/js/launch.js").read_text()
    assert f'associate("{event.get("FunctionName")}"' in script
    assert 'BUTTON = "composeButton"' in script
    assert any(each.get("id") == "composeButton" for each in overrides.iter(f"{OVERRIDES}Control"))
    [runtime] = overrides.iter(f"{OVERRIDES}Runtime")
    [override] = runtime
    named = [pages[str(each)] for each in (runtime.get("resid"), override.get("resid"))]
    assert [urlsplit(each).path for each in named] == ["/addin/launch.html", "/addin/js/launch.js"]
    assert all((ROOT / urlsplit(each).path.lstrip("/")).is_file() for each in named)


def test_what_the_schema_is_too_old_for_has_the_order_and_the_shape_of_its_description(rendered: Path) -> None:
    """[MS-OWEMXML] 2.2: MailHost, Runtimes, FormFactorWithSupportsSharedFolders and LaunchEvent are sequences."""
    [host] = ElementTree.parse(rendered).iter(f"{OVERRIDES}Host")
    runtimes, desktop, mobile = host
    assert [each.tag.removeprefix(OVERRIDES) for each in (desktop, mobile)] == ["DesktopFormFactor", "MobileFormFactor"]
    override = ("Override", {"type": "javascript", "resid": "Launch.Script"}, [])
    assert plain(runtimes) == ("Runtimes", {}, [("Runtime", {"resid": "Launch.Url"}, [override])])
    shared, *points = desktop
    assert shared.tag == f"{OVERRIDES}SupportsSharedFolders"
    assert {each.tag for each in points} == {f"{OVERRIDES}ExtensionPoint"}
    sent = {"Type": "OnMessageSend", "FunctionName": "onMessageSend", "SendMode": "PromptUser"}
    assert plain(points[-1]) == (
        "ExtensionPoint",
        {"type": "LaunchEvent"},
        [("LaunchEvents", {}, [("LaunchEvent", sent, [])]), ("SourceLocation", {"resid": "Launch.Url"}, [])],
    )


def test_the_reminder_s_script_stands_alone_as_classic_outlook_needs_it() -> None:
    script = (ROOT / "addin/js/launch.js").read_text()
    assert not re.search(r"^\s*(import|export)\b|\bawait\b|\bfetch\b|\?\.|\?\?", script, re.MULTILINE)


def test_the_command_prints_the_rendered_manifest() -> None:
    command = [sys.executable, "-c", "from server.cli import main; main()", "manifest"]
    command += ["--base-url", BASE_URL, "--client-id", CLIENT_ID]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert printed.strip() == manifest.render(BASE_URL, CLIENT_ID).strip()


def test_the_command_says_what_is_wrong_with_an_address() -> None:
    command = [sys.executable, "-c", "from server.cli import main; main()", "manifest"]
    command += ["--base-url", "http://affix.example.com", "--client-id", CLIENT_ID]
    refused = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert refused.returncode != 0
    assert "no https address" in refused.stderr
