"""Reading of raw MIME: nothing makes it fail, and what matters is found."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator import html
from tests.simulator.mime import read_mail

HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "References")
KINDS = ("text/html", "text/plain; charset=nonsense", "multipart/mixed; boundary=b", "message/rfc822", "text/calendar")
TOKENS = st.sampled_from(["<a@b>", "=?utf-8?q?=FF?=", "=?x?b?!?=", '"', "@", ",", ";", "\r\n ", "base64", *KINDS])
VALUES = st.lists(TOKENS | st.text(max_size=8), max_size=6).map("".join)


@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert read_mail(raw).raw == raw


@given(st.lists(st.tuples(st.sampled_from(HEADERS), VALUES), max_size=8), st.binary(max_size=60))
def test_any_headers_are_read(headers: list[tuple[str, str]], body: bytes) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "replace")
    mail = read_mail(head + b"\r\n" + body)
    assert isinstance(mail.subject, str) and all(who.address for who in mail.to)


@given(st.text(alphabet=string.printable + "<>/&=\"'", max_size=200))
def test_safe_html_has_no_script(markup: str) -> None:
    assert "<script" not in html.sanitised(markup).lower()


@pytest.mark.parametrize(
    "markup",
    ["<script>x</script>", "<img src=x onerror=x>", "<a href='javascript:x'>", "<iframe srcdoc=x>", "<svg onload=x>"],
)
def test_what_runs_is_taken_out_and_the_rest_stays(markup: str) -> None:
    safe = html.sanitised(f"<p style='color:red'>before</p>{markup}")
    assert safe.startswith('<p style="color:red">before</p>')
    assert not any(word in safe.lower() for word in ("script", "onerror", "srcdoc", "onload"))


def test_containers_nested_without_end_are_still_a_message() -> None:
    nest = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(3000))
    mail = read_mail(f"Subject: Deep\r\n{nest}Content-Type: text/plain\r\n\r\nhi\r\n".encode())
    assert mail.subject == "Deep"


def test_raw_eight_bit_headers_are_utf_8_or_latin_1() -> None:
    assert read_mail("Subject: Grüße\r\n\r\n".encode()).subject == "Grüße"
    assert read_mail("Subject: Grüße\r\n\r\n".encode("latin-1")).subject == "Grüße"


def test_a_signed_message_is_one_smime_attachment_and_shows_its_text() -> None:
    raw = (
        b'Subject: Signed\r\nContent-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n"
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nxx\r\n--b--\r\n"
    )
    mail = read_mail(raw)
    assert [(one.name, one.content_type) for one in mail.attachments] == [("smime.p7m", "multipart/signed")]
    assert mail.text_body.strip() == "hello"
