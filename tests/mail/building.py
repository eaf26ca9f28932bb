"""Messages made by hand for the tests: exactly these bytes, nothing that a library would correct."""

import base64
from collections.abc import Sequence
from pathlib import Path

from server.mail.mime import MimeMessage, open_message

HEADERS = b"From: Ana <ana@x.example>\r\nTo: ben@x.example\r\nSubject: Test\r\nMessage-ID: <1@x.example>\r\n"


def opened(raw: bytes, directory: Path) -> MimeMessage:
    path = directory / "message.eml"
    path.write_bytes(raw)
    return open_message(path)


def multipart(subtype: str, parts: Sequence[bytes], boundary: bytes = b"b") -> bytes:
    head = b"Content-Type: multipart/" + subtype.encode() + b'; boundary="' + boundary + b'"\r\n\r\n'
    return head + b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"


def text(content: bytes = b"Hello", subtype: str = "plain", more: bytes = b"") -> bytes:
    return b"Content-Type: text/" + subtype.encode() + b"; charset=utf-8\r\n" + more + b"\r\n" + content


def file(content: bytes, headers: bytes) -> bytes:
    body = base64.encodebytes(content).replace(b"\n", b"\r\n").rstrip()
    return headers + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
