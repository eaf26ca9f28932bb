"""Programs of others, unmodified, take the simulator for NetSuite: over TLS, at the addresses that they compute."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask

from tests.simulator.netsuite.accounts import TokenPair
from tests.simulator.world import World
from tests.test_simulator.netsuite_asking import CERTIFICATE, CLIENT, key_for, public_pem
from tests.test_simulator.netsuite_tunnel import tunnel

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache"
PACKAGES = ("netsuite==0.12.0", "Authlib==1.9.9", "requests==2.34.2")
NODE_PACKAGE = "netsuite-sdk@0.1.33"
PAIR = ("consumer", "consumer secret", "token", "token secret")  # in the order of the clients' settings


def installed(folder: Path, what: str, *commands: list[str | Path]) -> Path:
    """The folder with these packages in it, made once; skips where they cannot be installed."""
    complete = folder / f"{what.replace('/', '_')}.complete"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            try:
                for command in commands:
                    subprocess.run(command, check=True, capture_output=True, timeout=90)
            except (subprocess.SubprocessError, OSError) as error:
                pytest.skip(f"{what} cannot be installed here: {error}")
            complete.touch()
    return folder


@pytest.fixture(scope="session")
def python() -> Path:
    """The interpreter that has PACKAGES."""
    folder = CACHE / "netsuite-clients"
    python = folder / "bin" / "python"
    options = ["--quiet", "--no-compile", "--disable-pip-version-check"]
    install = [python, "-m", "pip", "install", *options, *PACKAGES]
    installed(folder, " ".join(PACKAGES), [sys.executable, "-m", "venv", "--clear", folder], install)
    return python


@pytest.fixture(scope="session")
def node_package() -> Path:
    """The entry of NODE_PACKAGE."""
    if not shutil.which("npm"):
        pytest.skip("there is no npm")
    folder = CACHE / "netsuite-sdk"
    npm = ["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", NODE_PACKAGE]
    installed(folder, NODE_PACKAGE, ["mkdir", "-p", folder], npm)
    return folder / "node_modules" / "netsuite-sdk" / "dist" / "index.mjs"


Run = Callable[..., Any]


@pytest.fixture
def run(simulator: Flask, tmp_path: Path) -> Iterator[Run]:
    """Runs a program of `foreign` that finds NetSuite here and nothing else; what it prints."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in {"no_proxy", "all_proxy"}}
    with tunnel(simulator, tmp_path) as variables:

        def run(interpreter: Path | str, program: str, *arguments: Path | str, given: str = "") -> Any:
            done = subprocess.run(
                [interpreter, HERE / "foreign" / program, *arguments],
                input=given,
                env={**inherited, **variables},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)

        yield run


def with_tokens(world: World, account_id: str) -> None:
    """From now on PAIR is good there."""
    account = world.netsuite.account(account_id)
    assert account
    consumer, consumer_secret, token, token_secret = PAIR
    account.token_pairs[consumer, token] = TokenPair(consumer_secret, token_secret)


def test_the_netsuite_package_queries_creates_and_reads_with_token_based_authentication(
    python: Path, run: Run, world: World
) -> None:
    with_tokens(world, "1234567")
    account = world.netsuite.account("1234567")
    assert account
    ids = {one["entityId"]: id_ for type_ in ("employee", "contact") for id_, one in account.records[type_].items()}
    message = {
        "externalId": "mb-1",
        "subject": "Größe & 100 %",
        "message": "<p>Grüße</p>",
        "author": {"id": ids["Adatum Legal"]},
        "authorEmail": "legal@adatum.example",
        "recipient": {"id": ids["Ana"]},
        "recipientEmail": "ana@contoso.example",
        "entity": {"id": ids["Adatum Legal"]},
        "incoming": True,
        "emailed": False,
    }
    found = run(python, "netsuite_tba_client.py", "1234567", *PAIR, given=json.dumps(message))
    [stored] = account.records["message"].values()
    assert [len(page) for page in found.pop("pages")] == [4, 3]
    assert "message" in found.pop("types")
    assert found.pop("again")[0] == 400
    assert found.pop("stranger")[0] == 401
    status, reason = found.pop("limit")
    assert status == 400 and "Invalid or unsupported search." in reason
    assert found == {
        "created": None,
        "read": {
            "id": stored["id"],
            "subject": message["subject"],
            "message": message["message"],
            "authorEmail": "legal@adatum.example",
            "incoming": True,
        },
        "queried": [stored["id"]],
    }


@pytest.mark.parametrize("algorithm", ["ES256", "PS256"])
def test_authlib_gets_a_token_by_signed_assertion_and_works_with_a_sandbox_account(
    python: Path, run: Run, world: World, algorithm: str
) -> None:
    account = world.netsuite.account("7654321_SB1")
    assert account
    key = key_for(algorithm)
    account.register(CERTIFICATE, CLIENT, public_pem(key))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, form, plain).decode()
    found = run(python, "netsuite_oauth2_client.py", "7654321-sb1", CLIENT, CERTIFICATE, algorithm, given=pem)
    assert found.pop("other scope") in {401, 403}
    assert found == {
        "token": ["bearer", True],
        "made": [204, ""],
        "read": ["Fourth Coffee", True],
        "nobody": 404,
        "rows": [["Fourth Coffee"], 1, False, 1, True],
        "unprepared": 400,
        "deleted": 204,
        "gone": [],
        "stranger": "invalid_request",
    }


def test_the_npm_package_pages_creates_and_calls_the_restlet_with_token_based_authentication(
    node_package: Path, run: Run, world: World
) -> None:
    with_tokens(world, "1234567")
    found = run("node", "netsuite_sdk_client.mjs", node_package, "1234567", *PAIR)
    status, reason = found.pop("unknown")
    assert status == 400 and "Unknown identifier 'foo'" in reason
    assert found == {
        "rows": [7, 7, 3, {"links": [], "name": "Adatum Purchasing", "company": "Adatum"}],
        "created": 204,
        "read": "O'Neill & Söhne",
        "same": True,
        "stored": [200, ["fileId"]],
        "missing": 404,
    }
    account = world.netsuite.account("1234567")
    assert account
    assert [one.content for one in account.files.values()] == [b"an offer"]


def test_the_way_leads_nowhere_else(python: Path, simulator: Flask, tmp_path: Path) -> None:
    with tunnel(simulator, tmp_path) as variables:
        asked = "import requests; requests.get('https://www.netsuite.example/')"
        done = subprocess.run([python, "-c", asked], env={**os.environ, **variables}, capture_output=True, check=False)
    assert b"403 Forbidden" in done.stderr
