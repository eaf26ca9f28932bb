"""Every sample message must come out as an independent parse with Python's `email` package finds it."""

import email
import email.header
import hashlib
from email.message import Message
from pathlib import Path

import pytest

from server.mail.mime import open_message

SAMPLES = Path(__file__).parents[3] / "shared" / "mail" / "eml"
FILES = sorted(SAMPLES.glob("*.eml"))
needs_samples = pytest.mark.skipif(not FILES, reason="the sample mail ../shared/mail/eml is not there")


def content_of(part: Message) -> bytes:
    """The bytes of a part: of an attached message those between its header and the end, of a file the decoded ones."""
    if part.get_content_maintype() == "message" and part.is_multipart():
        return b"".join(child.as_bytes() for child in part.get_payload())  # type: ignore[union-attr]
    return part.get_payload(decode=True) or b""  # type: ignore[return-value]


def readable(name: str) -> str:
    """A file name with its encoded words and raw bytes decoded, by the package's own means."""
    words = email.header.decode_header(name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return "".join(
        word if isinstance(word, str) else word.decode(charset or "utf-8", "replace") for word, charset in words
    )


def leaves_of(message: Message) -> list[Message]:
    """All parts that hold bytes, in their order; attached messages are leaves."""
    found: list[Message] = []
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting = list(part.get_payload()) + waiting  # type: ignore[arg-type]
        else:
            found.append(part)
    return found


def attached_files(message: Message) -> list[tuple[str, str]]:
    """Name and SHA-256 of everything with a file name, attached messages left aside: the package rewrites them."""
    return [
        (readable(str(part.get_filename())), hashlib.sha256(content_of(part)).hexdigest())
        for part in leaves_of(message)
        if part.get_filename() and part.get_content_type() != "message/rfc822"
    ]


@needs_samples
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_finds_the_files_that_an_independent_parse_finds(path: Path) -> None:
    expected = attached_files(email.message_from_bytes(path.read_bytes()))
    with open_message(path) as message:
        by_hash = {attachment.sha256: attachment.name for attachment in message.attachments}
    for name, sha256 in expected:
        assert sha256 in by_hash
        if "\ufffd" not in name:
            assert by_hash[sha256] == name.strip()


@needs_samples
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_knows_the_source_byte_for_byte(path: Path) -> None:
    raw = path.read_bytes()
    with open_message(path) as message:
        assert message.mime_sha256 == hashlib.sha256(raw).hexdigest()
        assert message.size == len(raw)
        assert message.open().read() == raw
        assert message.too_complex is None


@needs_samples
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_attachments_are_what_their_hashes_say(path: Path) -> None:
    with open_message(path) as message:
        for attachment in message.attachments:
            content = attachment.open().read()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (attachment.size, attachment.sha256)


@needs_samples
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_shows_the_text_that_an_independent_parse_shows(path: Path) -> None:
    if path.stem == "rfc2822__example13":
        pytest.skip("blanks before the colons of its fields (RFC 5322, 4.5) are not read by the package")
    leaves = leaves_of(email.message_from_bytes(path.read_bytes()))
    with open_message(path) as message:
        for kind, shown in (("text/plain", message.text), ("text/html", message.html or "")):
            bodies = [part for part in leaves if part.get_content_type() == kind and not part.get_filename()]
            expected = content_of(bodies[0]).decode("ascii", "replace") if bodies else ""
            if leaves[0].get_content_type() != "message/rfc822":
                assert ascii_words(shown) == ascii_words(expected)


def ascii_words(text: str) -> list[str]:
    """What every Western and Asian character set of the samples agrees upon."""
    return [word for word in text.split() if word.isascii() and word.isalnum()]


@needs_samples
def test_the_digest_tells_apart_whatever_differs_in_content() -> None:
    same_by_design = {
        frozenset({"rfc2822__example01", "rfc2822__example05", "rfc2822__example09"}),  # 09 has Received on top
        frozenset(
            {"mime_emails__raw_email_with_illegal_boundary", "mime_emails__raw_email_with_quoted_illegal_boundary"}
        ),
    }
    by_digest: dict[str, dict[str, set[str]]] = {}
    for path in FILES:
        with open_message(path) as message:
            by_digest.setdefault(message.content_digest, {}).setdefault(message.mime_sha256, set()).add(path.stem)
    shared = {frozenset().union(*copies.values()) for copies in by_digest.values() if len(copies) > 1}
    assert shared == same_by_design


def digest_of(raw: bytes, tmp_path: Path) -> str:
    path = tmp_path / "message.eml"
    path.write_bytes(raw)
    with open_message(path) as message:
        return message.content_digest


@needs_samples
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_digest_does_not_mind_what_transport_adds(path: Path, tmp_path: Path) -> None:
    raw = path.read_bytes()
    added = (
        b"Received: from a.example by b.example; Fri, 1 Jan 2027 10:00:00 +0000\r\n"
        b"X-MS-Exchange-Organization-SCL: -1\r\nReturn-Path: <a@b.example>\r\nARC-Seal: i=1;\r\n"
    )
    postmark = raw.startswith(b"From ")
    assert digest_of(raw if postmark else added + raw, tmp_path) == digest_of(raw, tmp_path)
