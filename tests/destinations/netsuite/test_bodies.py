"""What stands in a message of NetSuite: the sender's text, made harmless, whole or cut with a word about it, and whose
work the copy is.
"""

import html
from html.parser import HTMLParser
from typing import Any

import pytest

from server.destinations.base import EmailToSave, Link, Missing, Party
from server.destinations.netsuite import bodies
from server.destinations.netsuite.bodies import Body
from server.mail.html import safe_html, text_of
from tests.destinations.contents import email_to

LIMIT = 300
VOID = {"br", "img", "hr", "col"}


def written(email: EmailToSave, left_out: tuple[str, ...] = ()) -> Body:
    return bodies.written(email, email.missing, safe_html, text_of, LIMIT, left_out)


def email(**changes: Any) -> EmailToSave:
    return email_to("contact", "7", **changes)


def units(text: str) -> int:
    """Characters as UTF-16 counts them."""
    return len(text.encode("utf-16-le")) // 2


class Balance(HTMLParser):
    """Every tag that is opened is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.is_whole = True
        self.feed(text)
        self.close()
        self.is_whole &= not self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.is_whole &= bool(self.open) and self.open.pop() == tag


def test_it_is_the_senders_html_without_what_runs() -> None:
    body = written(email(html="<p>Hello <b>you</b><script>steal()</script><img src=x onerror=steal()></p>")).html
    assert body.startswith("<p>Hello <b>you</b>")
    assert "steal" not in body


def test_what_is_read_back_is_the_senders_own() -> None:
    cleaned = safe_html("<table><tr><td>1 &amp; 2</td></tr></table>")[0]
    body = written(email(html="<table><tr><td>1 &amp; 2</td></tr></table>", note="A note.", subject="x" * 400))
    assert bodies.read(body.html, text_of) == ("1 & 2", cleaned)


@pytest.mark.parametrize("text", ["", "one\ntwo", "  a   <b> & \"c\" 'd'\n\n\te", "ä😀 &amp; <br> </div>", "x\r\ny\rz"])
def test_plain_text_comes_back_as_it_was(text: str) -> None:
    body = written(email(text=text, html=None))
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    assert bodies.read(body.html, text_of) == (expected, None)
    assert Balance(body.html).is_whole


def test_a_message_that_others_wrote_is_read_as_it_is() -> None:
    assert bodies.read("<p>Sent from NetSuite</p>", text_of) == ("Sent from NetSuite", "<p>Sent from NetSuite</p>")


def test_no_sender_can_imitate_our_own_lines() -> None:
    fake = '<div class="affix-details">Saved by Cleo</div><div class="affix-subject">x</div>'
    for changes in ({"html": fake}, {"html": None, "text": fake}):
        body = written(email(**changes)).html
        assert body.count('<div class="affix-details"') == 1
        assert "Saved by Cleo" in bodies.read(body, text_of)[0]


def test_it_says_at_its_end_who_saved_it_and_where_it_lay() -> None:
    body = written(email()).html
    assert body.endswith(
        "Saved by Ana &lt;ana@contoso.example&gt; from the mailbox support@contoso.example, 2027-01-04 09:00 UTC.</div>"
    )
    body = written(email(how="autopilot:domain")).html
    assert "Saved by Affix Autopilot for Ana &lt;ana@contoso.example&gt; from" in body


def test_it_says_what_netsuite_has_no_field_for() -> None:
    body = written(
        email(
            sent_by=Party("Ben", "ben@contoso.example"),
            on_behalf_of=Party("Cleo", "cleo@contoso.example"),
            to=[Party("A", "a@adatum.example"), Party("", "b@adatum.example")],
            links=[Link("Plan", "https://cloud.example/plan?a=1&b=2"), Link("Bad", "javascript:steal()")],
            missing=[Missing("big.iso", 10**10, "file_too_large", "It is too large.")],
            note="It is encrypted.",
        ),
        left_out=("root@localhost",),
    ).html
    assert "Sent by Ben &lt;ben@contoso.example&gt; on behalf of Cleo &lt;cleo@contoso.example&gt;." in body
    assert "To: A &lt;a@adatum.example&gt;; b@adatum.example" in body
    assert '<a href="https://cloud.example/plan?a=1&amp;b=2">Plan</a>; Bad' in body
    assert "Not saved: big.iso. It is too large." in body
    assert "Not in NetSuite&#x27;s own fields: root@localhost".replace("&#x27;", "'") in body
    assert "It is encrypted." in body
    assert "javascript" not in body
    assert Balance(body).is_whole


def test_our_own_lines_are_as_harmless_as_the_rest() -> None:
    evil = '<script>steal()</script>"><img src=x onerror=steal()>'
    party = Party(evil, evil)
    body = written(
        email(
            subject=evil * 20, sent_by=party, on_behalf_of=party, saved_by=party, mailbox=evil, to=[party, party],
            links=[Link(evil, evil), Link(evil, f"https://x.example/{evil}")], missing=[Missing(evil, 1, evil, evil)],
            note=evil,
        ),
        left_out=(evil,),
    ).html  # fmt: skip
    assert "<script" not in body
    assert "<img" not in body
    assert Balance(body).is_whole


def test_many_recipients_and_files_are_counted_instead_of_listed() -> None:
    many = [Party("", f"p{number}@adatum.example") for number in range(3000)]
    body = written(email(to=many, missing=[Missing("f", 1, "x", "y" * 900)] * 500)).html
    assert "p19@adatum.example; and 2,980 more" in body
    assert len(body) < 20_000


@pytest.mark.parametrize("sign", ["x", "&", "<", "\n", "😀", "ä\ud800\0"])
@pytest.mark.parametrize("html_too", [False, True])
def test_a_text_that_is_too_long_is_cut_stays_whole_html_and_says_so(sign: str, html_too: bool) -> None:
    text = sign * 1_100_000
    body = written(email(text=text, html=f"<p>{text}</p>" if html_too else None))
    assert body.is_cut
    assert 999_000 < units(body.html) <= bodies.LONGEST
    assert Balance(body.html).is_whole
    assert bodies.CUT in html.unescape(body.html)
    kept, as_html = bodies.read(body.html, text_of)
    assert as_html is None
    assert set(kept) == set(sign) - {"\ud800", "\0"}


def test_html_that_is_too_long_gives_way_to_its_whole_text() -> None:
    layout = "<p><span style='color: red'>a</span></p>" * 60_000
    body = written(email(html=layout, text="a\n" * 60_000))
    assert not body.is_cut
    assert bodies.read(body.html, text_of) == ("a\n" * 60_000, None)
    body = written(email(html=layout, text=""))
    assert body.is_cut
    assert bodies.CUT in body.html


def test_html_that_is_too_complex_gives_way_to_its_text_and_says_so() -> None:
    deep = "<div>" * 5000 + "deep" + "</div>" * 5000
    body = written(email(html=deep, text="deep"))
    assert bodies.read(body.html, text_of) == ("deep", None)
    assert "too complex" in body.html


def test_a_text_of_exactly_the_limit_is_whole() -> None:
    around = units(written(email(text="", html=None)).html)
    assert not written(email(text="x" * (bodies.LONGEST - around), html=None)).is_cut
    assert written(email(text="x" * (bodies.LONGEST - around + 1), html=None)).is_cut


@pytest.mark.parametrize("number", [0, 1, 8, 11, 12, 31, 127, 0x85, 0xD800, 0xDFFF, 0xFFFE])
def test_signs_that_cannot_be_kept_are_taken_out(number: int) -> None:
    body = written(email(text=f"a{chr(number)}b", html=None)).html
    assert bodies.read(body, text_of)[0] == "ab"


def test_a_subject_is_one_line_and_the_whole_of_a_long_one_stands_above_the_text() -> None:
    assert bodies.subject_of("Re:  two\r\n lines\0 ", LIMIT) == "Re:  two  lines"
    long = "Offer " * 100
    assert bodies.subject_of(long, LIMIT) == long[: LIMIT - 1] + "…"
    body = written(email(subject=long)).html
    assert body.startswith(f'<div class="affix-subject">Subject: {long.strip()}</div>')
    assert not written(email(subject="x" * LIMIT)).html.startswith('<div class="affix-subject">')
