"""HTML mail made harmless: what is left can be shown inside our own page. Mail is hostile; cost is linear and capped.

Pictures from the web are not loaded, because they tell the sender who reads what and when: such a picture keeps its
alternative text only. Pictures that travel with the message (cid:) stay.
"""

import html as entities
import re

import nh3

from server.mail.html_shape import is_cheap

LARGEST = 1_000_000  # characters; NetSuite takes no more in a message either
LARGEST_TEXT = 200_000  # characters shown of a text that could not be shown as HTML
NOTE_LARGE = "This email is too large to be shown with its layout. Its text is shown instead."
NOTE_COMPLEX = "The layout of this email is too complex to be shown. Its text is shown instead."

_TAGS = nh3.ALLOWED_TAGS - {"map", "area", "wbr"} | {"font", "center", "u", "s", "big"}
_CONTENT_DROPPED = {
    "script",
    "style",
    "title",
    "template",
    "textarea",
    "select",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
}
_SIZES = {"width", "height", "align", "valign", "bgcolor"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "align"},
    "font": {"color", "face", "size"},
    "table": _SIZES | {"border", "cellpadding", "cellspacing"},
    "td": _SIZES | {"colspan", "rowspan", "nowrap"},
    "th": _SIZES | {"colspan", "rowspan", "nowrap", "scope"},
    "tr": _SIZES,
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type"},
    "p": {"align"},
    "div": {"align"},
}
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-right",
    "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "font", "font-family",
    "font-size", "font-style", "font-weight", "height", "letter-spacing", "line-height", "list-style-type", "margin",
    "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "padding", "padding-bottom",
    "padding-left", "padding-right", "padding-top", "text-align", "text-decoration", "text-indent", "vertical-align",
    "white-space", "width", "word-break",
}  # fmt: skip
# Words, numbers, colours and quoted font names. No brackets but of a colour, no backslash, no comment: no url(), no
# expression(), and nothing that CSS escapes could turn into them.
_PLAIN_STYLE = re.compile(r"(?:[\w\s#%.,:'\"!+-]|rgba?\([\d\s.,%]*+\))*+")
_LARGEST_STYLE = 4000

# A look at the one letter after a bracket first: a million brackets cost a tenth of what the alternatives would.
_DROPPED = re.compile(
    r"<(?=[!hnst])"
    r"(?:!--.*?(?:-->|\Z)|(script|style|title|head|template|textarea|noscript)\b"
    r"[^>]*+(?:>.*?(?:</\1\b[^>]*+(?:>|\Z)|\Z)|\Z))",
    re.DOTALL | re.IGNORECASE,
)
_BREAK = re.compile(
    r"<(?=[/a-z])(?:br|/?(?:p|div|tr|li|h[1-6]|table|ul|ol|blockquote|pre|center|hr))\b[^>]*+(?:>|\Z)", re.IGNORECASE
)
_CELL_END = re.compile(r"</t[dh]\b[^>]*+(?:>|\Z)", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^>]*+(?:>|\Z)")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_BLANKS = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")


def safe_html(html: str) -> tuple[str, str | None]:
    """HTML that carries nothing executable and loads nothing, and a sentence when only the text could be kept."""
    if len(html) > LARGEST:
        return _as_text(html), NOTE_LARGE
    if not is_cheap(html):
        return _as_text(html), NOTE_COMPLEX
    return _CLEANER.clean(html), None


def text_of(html: str) -> str:
    """The text as a person would read it, line by line. At most LARGEST characters of the source are looked at."""
    text = _DROPPED.sub("", html[:LARGEST])
    text = _BLANKS.sub(" ", text.replace("\r", " ").replace("\n", " "))
    text = _CELL_END.sub("\t", _BREAK.sub("\n", text))
    text = entities.unescape(_ANY_TAG.sub("", text)).replace("\xa0", " ").replace("\0", "")
    text = _LINE_BLANKS.sub("\n", _BLANKS.sub(" ", text))
    return _EMPTY_LINES.sub("\n\n", text).strip()


def _as_text(html: str) -> str:
    lines = text_of(html)[:LARGEST_TEXT].split("\n")
    return "<div>" + "<br>\n".join(entities.escape(line) for line in lines) + "</div>"


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What is left of an attribute that is allowed by its name; None drops it."""
    if name == "style":
        return ";".join(each for each in value[:_LARGEST_STYLE].split(";") if _PLAIN_STYLE.fullmatch(each)) or None
    if tag == "img" and name == "src":
        return value if value.strip().lower().startswith("cid:") else None
    if name == "href":
        return None if value.strip().lower().startswith("cid:") else value
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_CONTENT_DROPPED,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
    link_rel="noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    filter_style_properties=_STYLES,
)
