"""affix-release brings a release to one machine: the database first, then one unit after the other."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.launching import ROOT

RELEASE = ROOT / "scripts/deploy/affix-release"
# systemd runs what it is told, and says which units it has.
SYSTEMD_RUN = 'while case $1 in --*) ;; *) false ;; esac; do shift; done\nexec "$@"\n'
SYSTEMCTL = """case $1 in
  list-units) for unit in web@1 web@2 worker@1; do echo "affix-$unit.service loaded active running Affix"; done ;;
  restart) echo "restart $2 at $(basename "$(readlink "$AFFIX_HOME/current")")" >> "$NOTED" ;;
esac
"""
Roll = Callable[[str], "subprocess.CompletedProcess[str]"]


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(0o755)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two releases are installed, and the first one is at work."""
    for version in ("1.0", "1.1"):
        program(tmp_path / version / "bin/affix", f'echo "affix of {version}: $*" >> "$NOTED"\n')
    (tmp_path / "current").symlink_to(tmp_path / "1.0")
    return tmp_path


@pytest.fixture
def roll(home: Path) -> Roll:
    program(home / "programs/systemd-run", SYSTEMD_RUN)
    program(home / "programs/systemctl", SYSTEMCTL)
    paths = f"{home / 'programs'}{os.pathsep}{os.environ['PATH']}"
    outside = {**os.environ, "PATH": paths, "AFFIX_HOME": str(home), "NOTED": str(home / "noted")}

    def to(version: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([RELEASE, version], env=outside, capture_output=True, text=True)

    return to


def noted(home: Path) -> list[str]:
    return (home / "noted").read_text().splitlines()


def test_the_database_is_upgraded_by_the_new_release_before_the_first_unit_gets_it(roll: Roll, home: Path) -> None:
    assert roll("1.1").returncode == 0
    assert noted(home) == [
        "affix of 1.1: db upgrade",
        "restart affix-web@1.service at 1.1",
        "restart affix-web@2.service at 1.1",
        "restart affix-worker@1.service at 1.1",
    ]


def test_the_release_before_comes_back_the_same_way(roll: Roll, home: Path) -> None:
    roll("1.1")
    assert roll("1.0").returncode == 0
    assert noted(home)[-1] == "restart affix-worker@1.service at 1.0"
    assert (home / "current").readlink().name == "1.0"


def test_nothing_is_touched_where_the_database_could_not_be_upgraded(roll: Roll, home: Path) -> None:
    program(home / "1.1/bin/affix", 'echo "too busy" >&2\nexit 1\n')
    done = roll("1.1")
    assert (done.returncode, done.stderr) == (1, "too busy\n")
    assert (home / "current").readlink().name == "1.0" and not (home / "noted").exists()


def test_a_release_that_is_not_installed_is_refused(roll: Roll, home: Path) -> None:
    assert roll("2.0").returncode == 1
    assert (home / "current").readlink().name == "1.0"
