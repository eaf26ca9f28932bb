"""The way by which programs of others reach the simulated NetSuite at its true addresses: its hosts over TLS, signed by
an authority of this run, and a proxy that leads to nothing else."""

import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from tests.simulator.app import serve

HOSTS = ("*.suitetalk.api.netsuite.com", "*.restlets.api.netsuite.com")
PATIENCE = 30  # seconds that a line may be silent
POLL = {"poll_interval": 0.02}


@contextmanager
def tunnel(simulator: Flask, folder: Path) -> Iterator[dict[str, str]]:
    """The environment variables of a process that is to find NetSuite's hosts here."""
    authority, chain, key = certify(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    server = serve(simulator, 0)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.ssl_context = context
    proxy = _Proxy(server.server_port)
    threads = [threading.Thread(target=one.serve_forever, kwargs=POLL) for one in (server, proxy)]
    for thread in threads:
        thread.start()
    address = f"http://127.0.0.1:{proxy.server_address[1]}"
    try:
        yield {
            "HTTPS_PROXY": address,
            "https_proxy": address,
            "SSL_CERT_FILE": str(authority),
            "REQUESTS_CA_BUNDLE": str(authority),
            "NODE_EXTRA_CA_CERTS": str(authority),
        }
    finally:
        for one, thread in zip((server, proxy), threads, strict=True):
            one.shutdown()
            thread.join()
            one.server_close()


def certify(folder: Path) -> tuple[Path, Path, Path]:
    """Files with the certificate of an authority, one for HOSTS, and the latter's key."""
    authority_key, host_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of this test run")])
    signing = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    named = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS])
    known = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    authority = _certificate(issuer, issuer, authority_key.public_key())
    authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    authority = authority.add_extension(signing, critical=True).add_extension(known, critical=False)
    hosts = _certificate(x509.Name([]), issuer, host_key.public_key())
    hosts = hosts.add_extension(named, critical=True).add_extension(by, critical=False)
    paths = [folder / name for name in ("authority.pem", "hosts.pem", "hosts.key")]
    pem = serialization.Encoding.PEM
    paths[0].write_bytes(authority.sign(authority_key, hashes.SHA256()).public_bytes(pem))
    paths[1].write_bytes(hosts.sign(authority_key, hashes.SHA256()).public_bytes(pem))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[2].write_bytes(host_key.private_bytes(pem, form, plain))
    return paths[0], paths[1], paths[2]


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
    )


class _Proxy(socketserver.ThreadingTCPServer):
    """Takes CONNECT (https://www.rfc-editor.org/rfc/rfc9110.html#name-connect) to hosts of NetSuite."""

    daemon_threads = False  # closing waits for the lines
    allow_reuse_address = True

    def __init__(self, target: int) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.target = target


class _Line(socketserver.BaseRequestHandler):
    server: _Proxy

    def handle(self) -> None:
        self.request.settimeout(PATIENCE)
        head = b""
        while b"\r\n\r\n" not in head:
            more = self.request.recv(4096)
            if not more:
                return
            head += more
        method, target, *_ = head.decode("latin-1").split(" ", 2)
        if method != "CONNECT" or not target.endswith(".netsuite.com:443"):
            self.request.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", self.server.target), PATIENCE) as inside:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _relay(self.request, inside)


def _relay(one: Any, other: Any) -> None:
    """Both ways, until one side closes or both are silent."""
    while readable := select.select([one, other], [], [], PATIENCE)[0]:
        for side in readable:
            octets = side.recv(65536)
            if not octets:
                return
            (other if side is one else one).sendall(octets)
