"""Real messages on built-in records: nothing refused, nothing changed, nothing missing, and little memory."""

import base64
import email
import email.header
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from email.message import Message
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from server.destinations.base import MimeToSave, Party
from server.destinations.local import LocalDestination
from server.destinations.local.tables import LocalBlob, LocalPiece
from server.mail.mime import open_message
from tests.destinations.contents import email_to

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT.parent / "shared" / "mail" / "eml").glob("*.eml"))
needs_samples = pytest.mark.skipif(not FILES, reason="the sample mail ../shared/mail/eml is not there")
LARGEST_GROWTH = 100 * 1024 * 1024


def save(local: LocalDestination, tenant: str, case_id: str, path: Path) -> str:
    with open_message(path) as message:
        saved = local.save_email(
            tenant,
            email_to(
                "case",
                case_id,
                path.stem,
                subject=message.subject,
                internet_message_id=message.message_id,
                sent_by=Party(message.from_.name, message.from_.address) if message.from_ else Party("", ""),
                to=[Party(each.name, each.address) for each in message.to],
                sent_at=message.date,
                text=message.text,
                html=message.html,
                mime=MimeToSave(message.size, message.mime_sha256, message.open),
                files=message.attachments,
            ),
        )
    return saved.reference


def independent_files(raw: bytes) -> Counter[tuple[str, int, str]]:
    """Name, size and hash of the named files, by regular expressions over the parts that the package sees."""
    found: Counter[tuple[str, int, str]] = Counter()
    stack: list[Message] = [email.message_from_bytes(raw)]
    while stack:
        part = stack.pop()
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            stack += part.get_payload()  # type: ignore[arg-type, operator]
        elif part.get_content_type() != "message/rfc822" and (name := part.get_filename()):
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found[decoded(name), len(content), hashlib.sha256(content).hexdigest()] += 1
    return found


def decoded(name: str) -> str:
    def word(found: re.Match[str]) -> str:
        charset, kind, text = found.groups()
        if kind in "bB":
            return base64.b64decode(text + "==").decode(charset, "replace")
        return email.header.decode_header(found.group())[0][0].decode(charset, "replace")  # type: ignore[union-attr]

    return re.sub(r"=\?([^?]+)\?([bBqQ])\?([^?]*)\?=", word, re.sub(r"\?=\s+=\?", "?==?", name)).strip()


@needs_samples
def test_every_sample_message_is_kept_as_it_is(local: LocalDestination, tenant: str) -> None:
    case = local.create(tenant, "case", {"name": "All samples"})
    for path in FILES:
        raw = path.read_bytes()
        reference = save(local, tenant, case.id, path)
        with local.mime(tenant, reference) as original:
            assert hashlib.sha256(original.read()).hexdigest() == hashlib.sha256(raw).hexdigest(), path.stem
        kept = local.email(tenant, reference).email
        listed = Counter((each.name, each.size, each.sha256) for each in kept.files)
        expected = independent_files(raw)
        if not any("\ufffd" in name for name, _, _ in expected):
            assert expected - listed == Counter(), path.stem
        for file in kept.files:
            with local.attachment(tenant, reference, file.number)[1] as content:
                assert hashlib.sha256(content.read()).hexdigest() == file.sha256
    assert len(FILES) == len(set(path.stem for path in FILES))


def test_one_content_is_stored_once_for_each_tenant(
    local: LocalDestination, engine: Engine, tenant: str, stranger: str
) -> None:
    for each in (tenant, stranger):
        case = local.create(each, "case", {"name": "Case"})
        for key in ("1", "2"):
            local.save_email(each, email_to("case", case.id, key))
    with engine.connect() as connection:
        stored = select(func.count()).where(LocalBlob.tenant_id.in_((tenant, stranger)))
        assert connection.scalar(stored) == 2


def test_the_last_email_takes_its_bytes_with_it(local: LocalDestination, engine: Engine, tenant: str) -> None:
    case = local.create(tenant, "case", {"name": "Case"})
    references = [local.save_email(tenant, email_to("case", case.id, key)).reference for key in ("1", "2")]
    for reference, left in zip(references, (1, 0), strict=True):
        local.remove_email(tenant, reference)
        with engine.connect() as connection:
            pieces = select(func.count()).select_from(LocalPiece).join(LocalBlob, LocalBlob.id == LocalPiece.blob_id)
            assert connection.scalar(pieces.where(LocalBlob.tenant_id == tenant)) == left


def test_a_stored_file_can_be_read_from_anywhere(local: LocalDestination, tenant: str) -> None:
    raw = os.urandom(3 * 1024 * 1024 + 17)
    case = local.create(tenant, "case", {"name": "Case"})
    reference = local.save_email(tenant, email_to("case", case.id, raw=raw)).reference
    with local.mime(tenant, reference) as original:
        for start in (0, 1, 1024 * 1024 - 1, 1024 * 1024, len(raw) - 3, len(raw), len(raw) + 5):
            original.seek(start)
            assert original.read(1000) == raw[start : start + 1000]
        assert original.seek(-5, os.SEEK_END) == len(raw) - 5
        assert original.read() == raw[-5:]


PROGRAM = """
import sys
from pathlib import Path
from sqlalchemy import create_engine
from server.destinations.local import LocalDestination
from tests.destinations.test_local_mail import save
def memory(name):  # getrusage will not do: it begins with the peak of the process that started this one
    status = Path("/proc/self/status").read_text()
    return int(status.split(name + ":")[1].split()[0]) * 1024
local = LocalDestination(create_engine(sys.argv[1]))
case = local.create(sys.argv[2], "case", {"name": "Big"})
before = memory("VmRSS")
reference = save(local, sys.argv[2], case.id, Path(sys.argv[3]))
with local.mime(sys.argv[2], reference) as original:
    while original.read(65536):
        pass
for number in range(len(local.email(sys.argv[2], reference).email.files)):
    with local.attachment(sys.argv[2], reference, number)[1] as content:
        while content.read(65536):
            pass
print(before, memory("VmHWM"))
"""


@pytest.mark.parametrize("kind", ["one attachment", "twenty attachments", "one long text"])
def test_a_message_of_25_megabytes_needs_little_memory(postgres: str, tenant: str, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "big.eml"
    with path.open("wb") as file:
        if kind == "one long text":
            file.write(b"Subject: Big\r\nContent-Type: text/html\r\n\r\n" + "<p>ü😀</p>\r\n".encode() * 1_750_000)
        else:
            count = 1 if kind == "one attachment" else 20
            file.write(b"Subject: Big\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n")
            for number in range(count):
                file.write(b"--b\r\nContent-Type: application/zip; name=%d.zip\r\n" % number)
                file.write(b"Content-Transfer-Encoding: base64\r\n\r\n")
                file.write(base64.encodebytes(os.urandom(18_900_000 // count)).replace(b"\n", b"\r\n"))
            file.write(b"--b--\r\n")
    assert path.stat().st_size > 25_000_000
    address = "postgresql+psycopg://" + postgres.split("://", 1)[1]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, address, tenant, path],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    before, peak = map(int, done.stdout.split())
    assert peak - before < LARGEST_GROWTH, f"grew by {(peak - before) >> 20} MiB from {before >> 20} MiB"
