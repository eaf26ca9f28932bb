"""A receiver of webhooks over true TLS on a port of this machine, as odd as a test wants it to be."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

NAME = "hooks.example.com"
TAKEN = b"HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"


@dataclass
class Receiver:
    """`answer` gets the line when a request was read, and is over when it is done with it."""

    port: int
    trust: Path
    answer: Callable[[ssl.SSLSocket], None] = lambda line: line.sendall(TAKEN)
    requests: list[bytes] = field(default_factory=list)
    asked_for: list[str | None] = field(default_factory=list)  # names in TLS handshakes
    lines: int = 0


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """It has a certificate for NAME by an authority of its own."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        receiver = Receiver(listening.getsockname()[1], certificate)
        context.sni_callback = lambda _, name, __: receiver.asked_for.append(name)
        threading.Thread(target=_accept, args=(listening, context, receiver), daemon=True).start()
        yield receiver


def _accept(listening: socket.socket, context: ssl.SSLContext, receiver: Receiver) -> None:
    while True:
        try:
            line, _ = listening.accept()
        except OSError:
            return
        receiver.lines += 1
        threading.Thread(target=_serve, args=(line, context, receiver), daemon=True).start()


def _serve(line: socket.socket, context: ssl.SSLContext, receiver: Receiver) -> None:
    try:
        with context.wrap_socket(line, server_side=True) as secured:
            while request := _read(secured):
                receiver.requests.append(request)
                receiver.answer(secured)
    except OSError:
        pass  # whoever called has hung up


def _read(line: ssl.SSLSocket) -> bytes:
    found = b""
    while b"\r\n\r\n" not in found:
        more = line.recv(65536)
        if not more:
            return b""
        found += more
    head, _, body = found.partition(b"\r\n\r\n")
    [length] = [int(each.split(b":")[1]) for each in head.split(b"\r\n") if each.lower().startswith(b"content-length:")]
    while len(body) < length:
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    begun = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("192.0.2.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(begun + datetime.timedelta(days=30))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "receiver.crt", folder / "receiver.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private
