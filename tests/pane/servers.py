"""Servers of this process on free ports, and the programs that a test of the pane needs from the machine."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).parents[2]


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Nothing: a test's output is for its failures."""


@contextmanager
def served(app: Flask, address: str = "127.0.0.1") -> Iterator[str]:
    """The app answers at the address given, until the end of the block; `address` is where it listens."""
    server = make_server(address, 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def three_free_ports() -> int:
    """The first of three consecutive ports that nobody listens on just now."""
    # Below those that clients get by themselves, and elsewhere for each of several processes.
    for first in range(20000 + os.getpid() % 4000 * 3, 32700, 3):
        if all(_is_free(port) for port in range(first, first + 3)):
            return first
    raise RuntimeError("no three free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def find_chromium() -> str | None:
    """The whole browser, as people have it: CHROMIUM if it is set, else what the system has."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def find_headless_chromium() -> str | None:
    """For tests: the one without windows, which takes half the processor time, where there is one."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium-headless-shell") or find_chromium()


def find_msal() -> Path | None:
    """msal-browser in one file: MSAL_BROWSER if it is set, else where scripts/setup puts the pane's packages."""
    named = os.environ.get("MSAL_BROWSER")
    if named:
        return Path(named)
    package = "node_modules/@azure/msal-browser/lib/msal-browser.min.js"
    places = [ROOT / ".cache/npm" / package, ROOT / "addin" / package, *ROOT.glob("addin/vendor/**/msal-browser*.js")]
    return next((place for place in places if place.is_file()), None)
