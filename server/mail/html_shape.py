"""How much work an HTML text makes for a parser that builds its tree, found in one linear pass that stops early.

`nh3` needs time in the square of the nesting depth (100,000 nested <div>: 50 s), of the attributes of one tag, and of
formatting elements that are never closed (each is opened again in every following block). This pass reads tags exactly
as browsers do (HTML Standard, 13.2.5) and overestimates what becomes of them: what it lets through is cheap, what it
refuses may have been harmless and is shown as text.
"""

import re
from collections.abc import Iterator

MOST_TAGS = 60_000
MOST_WORK = 12_000_000  # steps through open elements; about 0.1 s
MOST_ATTRIBUTES = 400  # of one tag
_REOPENED = 50  # steps that a formatting element costs when it is opened again
_SIMPLE = 1000  # tags; below this even the oddest elements cannot cost much
_LOOK = 10  # steps that it costs us ourselves to look at one open element
_LATEST = 64  # dangling elements among which one is looked for

_BLANK = r"[\t\n\f\r ]"
_VALUE = rf"""(?:{_BLANK}*+={_BLANK}*+(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>)))?"""
_ATTRIBUTE = re.compile(rf"[^\t\n\f\r />][^\t\n\f\r />=]*+{_VALUE}")
_TAG = re.compile(
    r"<(?:!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|(?:[!?]|/(?![a-zA-Z]))[^>]*+(?:>|\Z)"
    rf"|(/?)([a-zA-Z][^\t\n\f\r />]*+)((?:[\t\n\f\r /]++|{_ATTRIBUTE.pattern})*+)(?:>|\Z))",
    re.DOTALL,
)

_VOID = frozenset("area base basefont bgsound br col embed hr img input link meta param source track wbr".split())
_IMPLIED = frozenset("p html head body".split())
_SIBLINGS = {"li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}}  # what their start closes
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_CELLS = frozenset("td th caption".split())
_ROWS = frozenset("tr thead tbody tfoot colgroup col".split())
_SCOPES = _CELLS | {"table"}
_BLOCKS = _SCOPES | frozenset(
    "li dd dt address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup main menu nav ol pre section summary ul".split()
)
_NOT_PASSED = _BLOCKS - {"address", "div"}
_BARRIERS = {"table": frozenset({"table"}), "li": _SCOPES | {"ul", "ol"}}  # a closing tag does not reach beyond these
_RAW = frozenset("style script xmp iframe noembed noframes textarea title".split())
_ODD = frozenset(
    "svg math template select frameset plaintext object applet marquee button ruby noscript image isindex".split()
)


def is_cheap(html: str) -> bool:
    """Whether a tree builder gets through this text in about a tenth of a second."""
    open_elements = _OpenElements()
    tags = html.count("<")
    if tags > MOST_TAGS:
        return False
    is_simple = tags <= _SIMPLE
    position = 0
    while (tag := _TAG.search(html, position)) is not None:
        position = tag.end()
        if tag[2] is None:
            continue
        name = tag[2].lower()
        if (name in _ODD and not is_simple) or _has_too_many_attributes(tag[3]):
            return False
        if tag[1]:
            open_elements.close(name)
        else:
            open_elements.open(name)
        if open_elements.work > MOST_WORK:
            return False
        if name in _RAW and not tag[1]:
            raw_end = _end_of_raw(html, name, position)
            if name == "script" and not is_simple and "<!--" in html[position:raw_end]:
                return False
            position = raw_end
    return True


def _has_too_many_attributes(text: str) -> bool:
    return len(text) > MOST_ATTRIBUTES and len(_ATTRIBUTE.findall(text)) > MOST_ATTRIBUTES


def _end_of_raw(html: str, name: str, position: int) -> int:
    """Where the text of a <style> and its like ends, in which tags are no tags."""
    end = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(html, position)
    return end.start() if end else len(html)


class _OpenElements:
    """The elements that are open, and the formatting elements that went away with their parents, unclosed."""

    def __init__(self) -> None:
        self.work = 0
        self._open: list[str] = []
        self._dangling: list[str] = []
        self._scopes: list[int] = []  # where the open tables and cells stand in `_open`
        self._marks: list[int] = []  # for each open cell, how many were dangling when it began

    def open(self, name: str) -> None:
        self._count()
        if name in _CELLS or name in _ROWS:
            self._clear_to_table()
        elif name == "table" and self._innermost_scope()[1] == "table":
            self._pop_to(self._innermost_scope()[0])
        elif name in _SIBLINGS:
            self._close_sibling(_SIBLINGS[name])
        if name in _VOID or name in _IMPLIED or name in _ROWS or (name in _CELLS and not self._scopes):
            return
        if name in _SCOPES:
            self._scopes.append(len(self._open))
        if name in _CELLS:
            self._marks.append(len(self._dangling))
        self._open.append(name)

    def _close_sibling(self, siblings: set[str]) -> None:
        for depth in self._inwards():
            if self._open[depth] in siblings:
                self._pop_to(depth)
                return
            if self._open[depth] in _NOT_PASSED:
                return

    def _inwards(self) -> Iterator[int]:
        """Where the open elements stand, the innermost first."""
        for depth in range(len(self._open) - 1, -1, -1):
            self.work += _LOOK
            yield depth

    def _innermost_scope(self) -> tuple[int, str]:
        return (self._scopes[-1], self._open[self._scopes[-1]]) if self._scopes else (-1, "")

    def _clear_to_table(self) -> None:
        """A new cell or row ends the cell before it, and whatever stands between the cells."""
        depth, scope = self._innermost_scope()
        if scope in _CELLS:
            self._pop_to(depth)
            depth, scope = self._innermost_scope()
        if scope == "table":
            self._pop_to(depth + 1, is_closed=False)

    def close(self, name: str) -> None:
        """Close as a browser would. Where its rules are finer than ours, the element stays open in our count."""
        self._count()
        if name in _ROWS:
            if self._innermost_scope()[1] in ("td", "th"):
                self._clear_to_table()
            return
        barriers = _BARRIERS.get(name) or (_SCOPES if name in _BLOCKS else _BLOCKS)
        for depth in self._inwards():
            found = self._open[depth]
            if found == name == "form":
                del self._open[depth]  # it alone goes, what is open in it stays
                return
            if found == name:
                self._pop_to(depth)
                return
            if found in barriers:
                break
        if name in self._dangling[-_LATEST:]:
            self._dangling.reverse()
            self._dangling.remove(name)
            self._dangling.reverse()

    def _pop_to(self, depth: int, is_closed: bool = True) -> None:
        """Away with everything from `depth` on; the element there leaves nothing dangling when it is closed itself."""
        kept = depth if is_closed else depth - 1
        while len(self._open) > depth:
            name = self._open.pop()
            if name in _SCOPES:
                self._scopes.pop()
            if name in _CELLS:
                del self._dangling[self._marks.pop() :]
            elif name in _FORMATTING and len(self._open) > kept:
                self._dangling.append(name)

    def _count(self) -> None:
        self.work += len(self._open) + _REOPENED * len(self._dangling) + 1
