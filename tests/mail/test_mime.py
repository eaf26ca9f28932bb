"""Reading messages: bodies, names, attached messages, encodings, identity."""

import base64
import binascii
import email
import email.policy
import io
import quopri
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.mail.base import Address
from server.mail.mime import open_message
from server.mail.mime.decoding import decode_charset, decode_transfer
from server.mail.mime.headers import date_of, decode_words
from server.mail.mime.structure import read_structure
from tests.mail.building import HEADERS, file, multipart, opened, text

PDF = b"%PDF-1.7 content"


def test_it_reads_who_wrote_to_whom_and_when(tmp_path: Path) -> None:
    raw = (
        b"From: =?utf-8?q?J=C3=B6rg?= <joerg@x.example>\r\nSender: pa@x.example\r\n"
        b'To: Team: "Stone, Ria" <ria@x.example>, gil@x.example;, (old style) max@x.example\r\n'
        b"Cc: =?utf-8?b?S8O8?=\r\n =?utf-8?b?aG4=?= <k@x.example>\r\nBcc: hidden@x.example\r\n"
        b"Date: Mon, 4 Jan 2027 10:00:00 +0100\r\nMessage-ID: <1@x.example>\r\nIn-Reply-To: <0@x.example>\r\n"
        b"References: <a@x.example>\r\n <0@x.example>\r\n"
        b"Subject: =?utf-8?q?Caf=C3?= =?utf-8?q?=A9?= bill\r\n\r\nHello\r\n"
    )
    with opened(raw, tmp_path) as message:
        assert message.from_ == Address("Jörg", "joerg@x.example")
        assert message.sender == Address("", "pa@x.example")
        assert message.to == [
            Address("Stone, Ria", "ria@x.example"),
            Address("", "gil@x.example"),
            Address("old style", "max@x.example"),
        ]
        assert message.cc == [Address("Kühn", "k@x.example")]
        assert message.bcc == [Address("", "hidden@x.example")]
        assert message.date == datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
        assert (message.message_id, message.in_reply_to) == ("<1@x.example>", "<0@x.example>")
        assert message.references == ("<a@x.example>", "<0@x.example>")
        assert (message.subject, message.text) == ("Café bill", "Hello\r\n")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b'Content-Disposition: attachment; filename="plain.pdf"', "plain.pdf"),
        (b"Content-Disposition: attachment; filename*=utf-8''K%C3%B6ln.pdf", "Köln.pdf"),
        (b"Content-Disposition: attachment;\r\n filename*0*=utf-8''K%C3%B6;\r\n filename*1=ln.pdf", "Köln.pdf"),
        (b"Content-Disposition: attachment; filename*=iso-8859-1''K%F6ln.pdf", "Köln.pdf"),
        (b"Content-Disposition: attachment; filename*=punycode''K%F6ln.pdf", "Köln.pdf"),
        (b'Content-Disposition: attachment; filename="=?utf-8?q?K=C3=B6ln.pdf?="', "Köln.pdf"),
        ('Content-Disposition: attachment; filename="Köln.pdf"'.encode(), "Köln.pdf"),
        ('Content-Disposition: attachment; filename="Köln.pdf"'.encode("cp1252"), "Köln.pdf"),
        (b'Content-Type: application/pdf; name="by type.pdf"', "by type.pdf"),
        (b'Content-Disposition: attachment; filename="../../etc/passwd"', ".._.._etc_passwd"),
        (b'Content-Disposition: attachment; filename="C:\\\\temp\\\\a.pdf"', "C:_temp_a.pdf"),
        ('Content-Disposition: attachment; filename="a\u202efdp.exe"'.encode(), "afdp.exe"),
        (b'Content-Disposition: attachment; filename=".."', "attachment-1.bin"),
        (b"Content-Disposition: attachment", "attachment-1.bin"),
        (b"Content-Type: application/pdf", "attachment-1.pdf"),
        (b'Content-Disposition: attachment; filename="' + b"x" * 500 + b'.pdf"', "x" * 196 + ".pdf"),
    ],
)
def test_it_names_attachments_as_the_sender_did(tmp_path: Path, header: bytes, expected: str) -> None:
    if b"Content-Type" not in header:
        header += b"\r\nContent-Type: application/x-unknown"
    with opened(HEADERS + multipart("mixed", [text(), file(PDF, header)]), tmp_path) as message:
        [attachment] = message.attachments
        assert (attachment.name, attachment.size, attachment.kind) == (expected, len(PDF), "file")
        assert attachment.open().read() == PDF


def test_an_attached_message_is_an_item_with_its_own_bytes(tmp_path: Path) -> None:
    inner = HEADERS + multipart("mixed", [text(), file(PDF, b"Content-Type: application/pdf")], b"inner")
    raw = HEADERS + multipart("mixed", [text(), b"Content-Type: message/rfc822\r\n\r\n" + inner])
    with opened(raw, tmp_path) as message:
        [attachment] = message.attachments
        assert (attachment.kind, attachment.name) == ("item", "message-1.eml")
        assert attachment.open().read() + b"\r\n" == inner + b"\r\n"


def test_pictures_in_the_text_are_inline_and_documents_are_not(tmp_path: Path) -> None:
    html = text(b'<p><img src="cid:logo@1"></p>', "html")
    logo = file(b"PNG", b"Content-Type: image/png\r\nContent-ID: <logo@1>\r\nContent-Disposition: attachment")
    apple = file(PDF, b'Content-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: inline')
    raw = HEADERS + multipart("mixed", [multipart("related", [html, logo], b"r"), apple])
    with opened(raw, tmp_path) as message:
        assert [(each.name, each.is_inline) for each in message.attachments] == [
            ("attachment-1.png", True),
            ("a.pdf", False),
        ]
        assert message.html == '<p><img src="cid:logo@1"></p>'


def test_no_part_with_content_is_lost_when_there_are_more_texts_than_one_can_show(tmp_path: Path) -> None:
    raw = HEADERS + multipart("mixed", [text(b"one"), text(b"two"), text(b"<p>three</p>", "html"), text(b"")])
    with opened(raw, tmp_path) as message:
        assert message.text == "one"
        assert [(each.name, each.open().read()) for each in message.attachments] == [
            ("attachment-1.txt", b"two"),
            ("attachment-2.html", b"<p>three</p>"),
        ]


def test_a_meeting_stays_visible(tmp_path: Path) -> None:
    calendar = b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR"
    with opened(HEADERS + multipart("alternative", [text(), calendar]), tmp_path) as message:
        assert (message.meeting, message.attachments) == ("REQUEST", [])


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", True),
        (b"Content-Type: application/x-pkcs7-mime; name=smime.p7m", True),
        (b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", False),
        (b'Content-Type: application/octet-stream; name="message.rpmsg"', True),
        (b'Content-Type: application/ms-tnef; name="winmail.dat"', False),
    ],
)
def test_it_recognises_encrypted_messages(tmp_path: Path, part: bytes, expected: bool) -> None:
    with opened(HEADERS + multipart("mixed", [text(), file(b"sealed", part)]), tmp_path) as message:
        assert message.is_encrypted is expected
        assert len(message.attachments) == 1


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\n\n\n", b":", b"From ", b"no header at all", b"\0\xff" * 50])
def test_it_takes_whatever_comes(tmp_path: Path, raw: bytes) -> None:
    with opened(raw, tmp_path) as message:
        assert message.size == len(raw)
        assert message.open().read() == raw


def test_it_reads_from_an_open_file_or_from_memory(tmp_path: Path) -> None:
    raw = HEADERS + text()
    with tempfile.SpooledTemporaryFile(max_size=10) as spooled:
        spooled.write(raw)
        with open_message(spooled) as message:  # type: ignore[arg-type]
            assert message.text == "Hello"
    with open_message(io.BytesIO(raw)) as message:
        assert message.text == "Hello"


def digest(raw: bytes, tmp_path: Path) -> str:
    with opened(raw, tmp_path) as message:
        return message.content_digest


def test_the_digest_does_not_mind_boundaries_encodings_and_folding(tmp_path: Path) -> None:
    pdf = file(PDF, b"Content-Type: application/pdf; name=a.pdf")
    quoted = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    quoted += b"=25PDF-1.7 content"
    first = digest(HEADERS + multipart("mixed", [text(), pdf]), tmp_path)
    other_boundary = HEADERS + multipart("mixed", [text(), quoted], b"other")
    folded = other_boundary.replace(b"Subject: Test", b"X-MS-Has-Attach: yes\r\nSubject:\r\n Test")
    assert digest(other_boundary, tmp_path) == first
    assert digest(folded, tmp_path) == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: Test", b"Subject: Tests"),
        (b"To: ben", b"To: bob"),
        (b"Hello", b"Hell0"),
        (b"Hello", b"Hello\n"),
        (b"name=a.pdf", b"name=b.pdf"),
        (b"application/pdf", b"application/x-pdf"),
        (b"JVBERi0x", b"JVBERi0y"),
        (b"text/plain; charset=utf-8", b"text/plain; charset=utf-7"),
    ],
)
def test_the_digest_minds_every_change_of_content(tmp_path: Path, old: bytes, new: bytes) -> None:
    raw = HEADERS + multipart("mixed", [text(), file(PDF, b"Content-Type: application/pdf; name=a.pdf")])
    assert old in raw
    assert digest(raw.replace(old, new), tmp_path) != digest(raw, tmp_path)


# Decoding in pieces gives what Python's decoders give for the whole.

pieces_of = st.lists(st.binary(max_size=40), max_size=20)


@given(st.lists(st.text("AQgwZ=+/ \r\n!", max_size=12), max_size=12))
def test_base64_in_pieces_is_base64_as_a_whole(pieces: list[str]) -> None:
    whole = "".join(pieces).encode()
    try:
        expected = binascii.a2b_base64(whole + b"==")
    except binascii.Error:
        return
    assert b"".join(decode_transfer("base64", [piece.encode() for piece in pieces])) == expected


@given(st.lists(st.text("aB3=_ \t\r\n", max_size=12), max_size=12))
def test_quoted_printable_in_pieces_is_quoted_printable_as_a_whole(pieces: list[str]) -> None:
    whole = "".join(pieces).encode()
    expected = binascii.a2b_qp(whole)
    assert b"".join(decode_transfer("quoted-printable", [piece.encode() for piece in pieces])) == expected


@given(st.binary(max_size=5000))
def test_what_was_encoded_comes_back(content: bytes) -> None:
    for encoding, encoded in (
        ("base64", base64.encodebytes(content)),
        ("quoted-printable", quopri.encodestring(content)),
    ):
        cut = [encoded[start : start + 7] for start in range(0, len(encoded), 7)]
        assert b"".join(decode_transfer(encoding, cut)) == content


def test_uuencoded_files_come_back() -> None:
    content = bytes(range(256)) * 3
    lines = b"".join(binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45))
    encoded = b"preamble\r\nbegin 644 a.bin\r\n" + lines.replace(b"\n", b"\r\n") + b"`\r\nend\r\nrest"
    assert b"".join(decode_transfer("x-uuencode", [encoded[:50], encoded[50:]])) == content
    assert b"".join(decode_transfer("uuencode", [b"no such ", b"thing"])) == b"no such thing"


@given(pieces_of, st.sampled_from(["base64", "quoted-printable", "x-uuencode", "8bit", "nonsense"]))
def test_decoding_never_raises(pieces: list[bytes], encoding: str) -> None:
    b"".join(decode_transfer(encoding, pieces))


@given(st.binary(max_size=100), st.one_of(st.none(), st.text(max_size=30)))
def test_every_charset_gives_text(raw: bytes, charset: str | None) -> None:
    decode_charset(raw, charset)


@pytest.mark.parametrize(
    "charset", ["rot13", "zlib", "idna", "punycode", "unicode_escape", "undefined", "\0", "x" * 99]
)
def test_codecs_that_are_no_charset_are_not_used(charset: str) -> None:
    assert decode_charset("ä\\u0041".encode(), charset) == "ä\\u0041"


@given(st.text(max_size=60))
def test_words_without_encoding_stay_as_they_are(text: str) -> None:
    if "=?" not in text:
        assert decode_words(text) == text.strip()


@given(st.binary(max_size=80))
def test_no_date_raises(raw: bytes) -> None:
    date_of(raw)


# The structure of any message is what Python's own parser makes of it.

lines = st.sampled_from(
    [
        b"--a", b"--a--", b"--b", b"--b--", b"--ab", b"-- a", b"--a \t", b"", b"text", b"X: y", b" folded",
        b"Content-Type: multipart/mixed; boundary=a", b"Content-Type: multipart/digest; boundary=b",
        b'Content-Type: multipart/alternative; boundary="ab"', b"Content-Type: text/plain",
        b"Content-Type: message/rfc822", b"Content-Type: image/png; name=x", b"Content-Transfer-Encoding: 7bit",
    ]
)  # fmt: skip


def leaf_contents(message: email.message.Message) -> list[tuple[str, bytes]]:
    """Types and raw contents of all leaves, also within attached messages."""
    return [
        without_last_line_end(
            part.get_content_type().split()[0], str(part.get_payload()).encode("ascii", "surrogateescape")
        )
        for part in message.walk()
        if not part.is_multipart()
    ]


def without_last_line_end(type: str, content: bytes) -> tuple[str, bytes]:
    """A multipart without parts keeps the line end before the next boundary in one parser and not in the other."""
    return type, content.rstrip(b"\r\n") if type.startswith("multipart/") else content


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, max_size=25), st.sampled_from([b"\n", b"\r\n"]))
def test_the_structure_is_what_an_independent_parser_finds(content: list[bytes], line_end: bytes) -> None:
    raw = b"Content-Type: multipart/mixed; boundary=a" + line_end + line_end.join([b"", *content])
    if re.search(rb"--(ab|a|b)[ \t]*\r?\n(--\1[ \t]*\r?\n)*--\1--", raw):
        return  # an empty last part: the package takes its end for another beginning
    expected = leaf_contents(email.message_from_bytes(raw))
    leaves = [part for part in read_structure(raw).walk() if not part.children]
    found = [without_last_line_end(part.content_type, raw[part.body : part.end]) for part in leaves]
    assert found == expected
