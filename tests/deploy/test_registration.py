"""The application is registered with what the README asks for, part by part, and with nothing else."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.deploy import azure
from tests.launching import ROOT

DEPLOY = ROOT / "scripts/deploy"
POWERSHELL = sorted(DEPLOY.glob("*.ps1"))
HOST = "affix.example.com"
TENANT = "11111111-2222-4333-8444-555555555555"
ROW = re.compile(r"^ +\| (`[^|]+`) \| (delegated|application) \|", re.MULTILINE)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def permissions() -> list[dict[str, str]]:
    with (DEPLOY / "permissions.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def of_parts(*parts: str) -> set[tuple[str, str]]:
    return {(row["permission"], row["kind"]) for row in permissions() if row["part"] in {"always", *parts}}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Graph's permissions with ids of this test's own, one person, and no application."""
    delegated = [row["permission"] for row in permissions() if row["kind"] == "delegated"]
    own = [row["permission"] for row in permissions() if row["kind"] == "application"]
    graph = {
        "id": str(uuid.uuid4()),
        "appId": azure.GRAPH,
        "oauth2PermissionScopes": [{"value": each, "id": str(uuid.uuid4())} for each in [*delegated, "Mail.Read"]],
        "appRoles": [{"value": each, "id": str(uuid.uuid4())} for each in [*own, "User.Read.All"]],
    }
    users = [{"id": str(uuid.uuid4()), "userPrincipalName": "ana@contoso.example"}]
    state = {"tenant": TENANT, "applications": [], "servicePrincipals": [graph], "users": users}
    path = tmp_path / "directory.json"
    path.write_text(json.dumps(state))
    return path


@pytest.fixture
def register(directory: Path, tmp_path: Path) -> Run:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "az").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{azure.__file__}" "$@"\n')
    (programs / "az").chmod(0o755)
    paths = f"{programs}{os.pathsep}{os.environ['PATH']}"

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [DEPLOY / "register-app", *arguments],
            env={**os.environ, "PATH": paths, "AZURE_STATE": str(directory)},
            capture_output=True,
            text=True,
        )

    return run


def registered(directory: Path) -> dict[str, Any]:
    [app] = json.loads(directory.read_text())["applications"]
    found: dict[str, Any] = app
    return found


def asked(directory: Path) -> set[tuple[str, str]]:
    """Names and kinds of what the application asks for."""
    [graph] = [s for s in json.loads(directory.read_text())["servicePrincipals"] if s["appId"] == azure.GRAPH]
    names = {each["id"]: (each["value"], "delegated") for each in graph["oauth2PermissionScopes"]}
    names |= {each["id"]: (each["value"], "application") for each in graph["appRoles"]}
    kinds = {"Scope": "delegated", "Role": "application"}
    [needed] = registered(directory)["requiredResourceAccess"]
    assert needed["resourceAppId"] == azure.GRAPH
    found = [(names[each["id"]], each["type"]) for each in needed["resourceAccess"]]
    assert all(kinds[type] == kind for (_, kind), type in found)
    return {name for name, _ in found}


def test_the_table_of_parts_has_the_permissions_of_the_readme() -> None:
    rows = ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    in_readme = {(name, kind) for names, kind in rows for name in re.findall(r"`([^`]+)`", names)}
    assert len(in_readme) > 8
    assert {(row["permission"], row["kind"]) for row in permissions()} == in_readme


@pytest.mark.parametrize(
    "parts", [(), ("new-mail", "mailbox-kinds"), ("accounts",), ("accounts", "accounts-by-consent", "hints")]
)
def test_an_application_asks_for_what_its_parts_need_and_for_nothing_else(
    register: Run, directory: Path, parts: tuple[str, ...]
) -> None:
    done = register(HOST, *(word for part in parts for word in ("--part", part)))
    assert done.returncode == 0, done.stderr
    assert asked(directory) == of_parts(*parts)
    called_back = [f"https://{HOST}/oauth/callback"] if "accounts" in parts else []
    assert registered(directory)["web"]["redirectUris"] == called_back


def test_outlook_signs_people_in_and_the_operator_is_told_what_to_set(register: Run, directory: Path) -> None:
    said, app = register(HOST).stdout, registered(directory)
    [scope] = app["api"]["oauth2PermissionScopes"]
    [office] = app["api"]["preAuthorizedApplications"]
    assert (scope["value"], office["delegatedPermissionIds"]) == ("access_as_user", [scope["id"]])
    assert app["api"]["requestedAccessTokenVersion"] == 2
    assert app["identifierUris"] == [f"api://{HOST}/{app['appId']}"]
    assert app["spa"]["redirectUris"] == [f"brk-multihub://{HOST}", f"https://{HOST}/addin/admin.html"]
    assert {f"AFFIX_CLIENT_ID={app['appId']}", f"AFFIX_TENANTS={TENANT}"} <= set(said.splitlines())
    # The README's own words for those who do it by hand.
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert office["appId"] in readme and app["appRoles"][0]["value"] in readme


def test_a_second_run_adds_what_is_new_and_keeps_what_people_consented_to(
    register: Run, directory: Path, tmp_path: Path
) -> None:
    (tmp_path / "client.crt").write_text("certificate")
    register(HOST)
    before = registered(directory)
    more = (
        "--part",
        "new-mail",
        "--certificate",
        str(tmp_path / "client.crt"),
        "--administrator",
        "ana@contoso.example",
    )
    for _ in range(2):
        done = register(HOST, *more)
        assert done.returncode == 0, done.stderr
    after, state = registered(directory), json.loads(directory.read_text())
    assert asked(directory) == of_parts("new-mail")
    assert (after["appId"], after["api"], after["appRoles"]) == (before["appId"], before["api"], before["appRoles"])
    [service] = [each for each in state["servicePrincipals"] if each["appId"] == after["appId"]]
    [assigned] = service["appRoleAssignedTo"]
    assert (assigned["principalId"], assigned["appRoleId"]) == (state["users"][0]["id"], after["appRoles"][0]["id"])
    assert after["certificates"] == ["certificate"] * 2


@pytest.mark.parametrize(
    "arguments", [(), ("a'b",), (HOST, "--part", "everything"), (HOST, "--name", 'x"'), (HOST, "--x")]
)
def test_what_cannot_be_meant_is_refused_before_anything_is_changed(
    register: Run, directory: Path, arguments: tuple[str, ...]
) -> None:
    done = register(*arguments)
    assert done.returncode != 0 and done.stderr
    assert json.loads(directory.read_text())["applications"] == []


@pytest.mark.parametrize("script", POWERSHELL, ids=lambda path: path.name)
def test_powershell_can_read_its_scripts(script: Path) -> None:
    if not shutil.which("pwsh"):
        pytest.skip("PowerShell is not installed")
    parsed = f"[Management.Automation.Language.Parser]::ParseFile('{script}', [ref]$null, [ref]$e)"
    reading = f"$e = $null; [void]{parsed}; $e; exit $e.Count"
    done = subprocess.run(["pwsh", "-NoProfile", "-Command", reading], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_all_scripts_take_the_permissions_from_the_table() -> None:
    """In which a permission that is no longer wanted is taken out once."""
    names = {row["permission"] for row in permissions()}
    assert len(POWERSHELL) == 2
    for script in (DEPLOY / "register-app", *POWERSHELL):
        text = script.read_text(encoding="utf-8")
        assert "permissions.csv" in text
        assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]


def test_both_registrations_say_the_same_to_entra() -> None:
    by_shell, by_powershell = ((DEPLOY / name).read_text() for name in ("register-app", "register-app.ps1"))
    words = re.findall(r'"(\w+)": ', by_shell)
    assert {"identifierUris", "preAuthorizedApplications", "resourceAccess", "allowedMemberTypes"} <= set(words)
    assert [word for word in words if not re.search(rf"\b{word}\b", by_powershell)] == []
