"""A true nginx with the example of scripts/deploy, in a folder of its own and before a service of the test."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.launching import LIMIT, ROOT, until
from tests.pane.servers import three_free_ports

EXAMPLE = ROOT / "scripts/deploy/nginx.conf"
UNPACKED = ROOT / ".cache/nginx/usr/sbin/nginx"  # by scripts/test, where nginx is not installed
HOST = "affix.example.com"
MAIN = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/affix.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """`certificate` is what a client has to trust."""

    plain_port: int
    port: int
    certificate: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"


def find_nginx() -> str:
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx") or shutil.which(str(UNPACKED))
    if not found or not shutil.which("openssl"):
        pytest.skip("nginx or openssl is not installed, and scripts/test could not get it")
    return found


@contextmanager
def before(service_url: str, folder: Path, **changed: str) -> Iterator[Proxy]:
    """The example before the service, with other values for some directives so that a test is short."""
    nginx, plain, port = find_nginx(), three_free_ports(), three_free_ports() + 1
    certify(folder)
    (folder / "affix.conf").write_text(adapted(service_url, folder, plain, port, changed))
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    with (folder / "nginx.log").open("wb") as output:
        process = subprocess.Popen(
            [nginx, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: (folder / "nginx.pid").exists() or process.poll() is not None, "nginx runs")
        assert process.poll() is None, (folder / "nginx.log").read_text()
        yield Proxy(plain, port, folder / "fullchain.pem")
    finally:
        process.terminate()
        process.wait(LIMIT)


def adapted(service_url: str, folder: Path, plain: int, port: int, changed: dict[str, str]) -> str:
    """The example with what an operator changes, on free ports."""
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace("/etc/ssl/affix", str(folder)).replace("127.0.0.1:8000", service_url.removeprefix("http://"))
    text = re.sub(r"listen \[::\]:\d+.*;", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    for name, value in changed.items():
        text, count = re.subn(rf"\b{name} .*;", f"{name} {value};", text)
        assert count, f"{name} is not in the example"
    return text


def certify(folder: Path) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    command += ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST},DNS:localhost"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)
