"""Exchange's safe HTML: scripts and their like are dropped from bodies, unless a client asks for unsafe HTML."""

import re
from html import escape, unescape
from html.parser import HTMLParser

_DROPPED_WHOLE = {"script", "iframe", "object", "applet", "frameset", "noscript", "svg"}
_DROPPED_TAGS = {"embed", "base", "meta", "link", "form", "input", "button", "frame"}
_VOID = {"area", "br", "col", "hr", "img", "source", "wbr"}
_RUNNABLE = re.compile(r"^\s*(javascript|vbscript|data:text/html)", re.IGNORECASE)


class _Safe(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WHOLE:
            self._inside.append(tag)
        if self._inside or tag in _DROPPED_TAGS:
            return
        kept = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs if _is_harmless(name, value or ""))
        self.out.append(f"<{tag}{kept}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED_WHOLE:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            if tag == self._inside[-1]:
                self._inside.pop()
        elif tag not in _DROPPED_TAGS and tag not in _VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def _keep(self, text: str) -> None:
        if not self._inside:
            self.out.append(text)


def _is_harmless(name: str, value: str) -> bool:
    return not name.startswith("on") and not _RUNNABLE.match(value) and name not in {"srcdoc", "formaction"}


def sanitised(markup: str) -> str:
    parser = _Safe()
    parser.feed(markup)
    parser.close()
    return "".join(parser.out)


def to_text(markup: str) -> str:
    """The words of a page, as Graph gives them for body-content-type text."""
    plain = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", "", markup)
    plain = re.sub(r"(?i)<br\s*/?>|</(p|div|tr|li|h[1-6])\s*>", "\r\n", plain)
    return unescape(re.sub(r"(?s)<!--.*?-->|<[^>]*>", "", plain)).strip()


def from_text(text: str) -> str:
    """The page that Graph makes of a text body, which it gives as HTML unless text is asked for."""
    lines = "<br>\r\n".join(escape(line, quote=False) for line in text.splitlines())
    return (
        '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>'
        f'<body><div class="PlainText">{lines}</div></body></html>'
    )
