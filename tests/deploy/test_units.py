"""What systemd and a shell are given can be read by them, and names what there is."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from server.settings import Settings
from tests.launching import ROOT

DEPLOY = ROOT / "scripts/deploy"
UNITS = ("affix-web.socket", "affix-web@.service", "affix-worker@.service")
AFFIX = "/opt/affix/current/bin/affix"
MOST_EXPOSED = 2.0  # of 10, as systemd-analyze counts what a service could do to its machine
# What a unit may do beyond what systemd-analyze looks at is read by people; this is what roll-outs rest on.
PROMISES = {
    "affix-web@.service": ["Type=notify", "NotifyAccess=all", "Sockets=affix-web.socket", "KillMode=mixed"],
    "affix-worker@.service": ["KillMode=mixed", "Restart=always"],
    "affix-web.socket": ["Service=affix-web@1.service"],
}


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """With a program that is there, since systemd looks."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    for name in UNITS:
        (tmp_path / name).write_text((DEPLOY / name).read_text().replace(AFFIX, "/bin/true"))
    return [str(tmp_path / name) for name in UNITS]


def test_systemd_has_nothing_to_say_against_the_units(units: list[str]) -> None:
    said = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def test_the_services_can_do_little_to_their_machine(units: list[str]) -> None:
    for unit in units[1:]:
        command = ["systemd-analyze", "security", "--offline=true", "--no-pager", unit]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        level = re.search(r"exposure level for .*: ([\d.]+)", said)
        assert level and float(level[1]) < MOST_EXPOSED, said


def test_units_keep_what_a_roll_out_rests_on() -> None:
    for name, lines in PROMISES.items():
        assert not set(lines) - set((DEPLOY / name).read_text().splitlines()), name


def test_the_settings_of_the_example_are_settings() -> None:
    lines = [line for line in (DEPLOY / "affix.env").read_text().splitlines() if not line.startswith("#")]
    names = {line.split("=")[0].removeprefix("AFFIX_").removesuffix("_FILE").lower() for line in lines}
    assert names and names <= set(Settings.model_fields)


@pytest.mark.parametrize("script", ["affix-admin", "affix-release", "register-app"])
def test_scripts_for_operators_are_well_formed(script: str) -> None:
    path = DEPLOY / script
    assert path.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", path], check=True)
