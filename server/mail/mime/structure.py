"""Where each part of a message begins and ends, found in one pass over the source without copying it.

The rules for broken messages are those of Python's `email.feedparser` (which boundary wins, what an unfinished
multipart is, whose is the line end before a boundary), without its recursion and without its copies of every line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from server.mail.mime.headers import LARGEST_BLOCK, Headers, Source, TooComplex, boundary_of, parameters, read_headers

DEEPEST = 64
MOST_PARTS = 1000
LONGEST_BOUNDARY = 250  # bytes; 70 are allowed (RFC 2046, 5.1.1)
_MOST_PATTERN = 150_000  # bytes of boundary patterns compiled; each costs some microseconds
_AS_IT_IS = ("", "7bit", "8bit", "binary")


@dataclass(eq=False)
class Part:
    """A node of the message: [start, body) are its headers, [body, end) its content as sent. A leaf has no children."""

    headers: Headers
    start: int
    body: int
    end: int
    parent: "Part | None" = None
    boundary: bytes | None = None
    children: list["Part"] = field(default_factory=list)

    @cached_property
    def _type_and_parameters(self) -> tuple[str, dict[str, str]]:
        return parameters(self.headers.first("content-type"))

    @cached_property
    def content_type(self) -> str:
        """Lower-case type/subtype; what is missing or malformed counts as the default (RFC 2045, 5.2)."""
        stated = self._type_and_parameters[0]
        if stated.count("/") == 1:
            return stated
        in_digest = self.parent is not None and self.parent.content_type == "multipart/digest"
        return "message/rfc822" if in_digest and not stated else "text/plain"

    def parameter(self, name: str) -> str | None:
        return self._type_and_parameters[1].get(name)

    @cached_property
    def _disposition_and_parameters(self) -> tuple[str, dict[str, str]]:
        return parameters(self.headers.first("content-disposition"))

    @property
    def disposition(self) -> str:
        return self._disposition_and_parameters[0]

    @property
    def file_name(self) -> str | None:
        """The name as the sender gave it, decoded; not yet fit for a file system."""
        return self._disposition_and_parameters[1].get("filename") or self.parameter("name")

    @cached_property
    def encoding(self) -> str:
        """The transfer encoding, without what sloppy senders put behind it."""
        words = self.headers.first("content-transfer-encoding").decode("latin-1").lower().replace(";", " ").split()
        return words[0] if words else ""

    @property
    def is_message(self) -> bool:
        return self.content_type in ("message/rfc822", "message/global")

    @property
    def holds_message(self) -> bool:
        """Whether the parts of the message inside can be seen in the source."""
        return self.is_message and self.encoding in _AS_IT_IS

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in the order of the source."""
        yield self
        for child in self.children:
            yield from child.walk()

    def is_within_message(self) -> bool:
        """Whether an attached message holds this part."""
        above = self.parent
        while above is not None and not above.is_message:
            above = above.parent
        return above is not None


def read_structure(source: Source) -> Part:
    """The tree of parts. Raises TooComplex."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._size = len(source)
        self._open: list[Part] = []  # from the message to the part that is being read
        self._position = 0
        self._parts = 0
        self._header_bytes = 0
        self._pattern_size = 0
        self._pattern: re.Pattern[bytes] | None = None
        self._found: re.Match[bytes] | None = None
        self._searched_from = -1  # where the search for `_found` began; -1 when it is of no use any more

    def read(self) -> Part:
        root = self._begin(0)
        while (line := self._next_boundary(self._position)) is not None:
            self._meet(line)
        self._finish(0, self._size)
        return root

    def _meet(self, line: re.Match[bytes]) -> None:
        """The outermost open multipart that knows this line takes it; whatever is open inside ends here."""
        stated = _boundary_in(line)
        owner = next(part for part in self._open if part.boundary in (stated, stated.removesuffix(b"--")))
        at = self._open.index(owner)
        self._position = line.end()
        if owner.boundary != stated:
            self._finish(at, line.start())
            return
        self._finish(at + 1, line.start())
        while (again := self._next_boundary(self._position)) and again.start() == self._position:
            if _boundary_in(again) != stated:
                break
            self._position = again.end()
            self._count()
        self._begin(self._position)

    def _begin(self, start: int) -> Part:
        """Open the part at `start`, and the message in it if it is one."""
        self._count()
        following = self._next_boundary(start)
        limit = following.start() if following else self._size
        headers, body = read_headers(self._source, start, limit, LARGEST_BLOCK - self._header_bytes)
        self._header_bytes += body - start
        parent = self._open[-1] if self._open else None
        part = Part(headers, start, body, self._size, parent)
        if parent is not None:
            parent.children.append(part)
        self._open.append(part)
        self._position = body
        if len(self._open) > DEEPEST:
            raise TooComplex("Its parts are nested too deeply.")
        if part.content_type.startswith("multipart/"):
            part.boundary = boundary_of(headers.first("content-type"))
            if len(part.boundary or b"") > LONGEST_BOUNDARY:
                raise TooComplex("It has a boundary that is too long.")
            self._forget_pattern()
        elif part.holds_message:
            self._begin(body)
        return part

    def _finish(self, at: int, end: int) -> None:
        """Close the open parts from `at` inwards. The line end before a boundary belongs to the boundary."""
        trimmed = _without_line_end(self._source, end)
        is_within = any(part.boundary is not None for part in self._open[:at])
        for part in self._open[at:]:
            part.end = max(part.body, trimmed if is_within else end)
            is_within = is_within or part.boundary is not None
        if any(part.boundary is not None for part in self._open[at:]):
            self._forget_pattern()
        del self._open[at:]

    def _next_boundary(self, position: int) -> re.Match[bytes] | None:
        if 0 <= self._searched_from <= position and (self._found is None or self._found.start() >= position):
            return self._found
        pattern = self._pattern or self._boundary_pattern()
        self._found = pattern.search(self._source, position) if pattern else None
        self._searched_from = position
        return self._found

    def _boundary_pattern(self) -> re.Pattern[bytes] | None:
        boundaries = {part.boundary for part in self._open if part.boundary is not None}
        if not boundaries:
            return None
        # What they begin with alike comes first: the search runs to such places without trying anything else.
        start = b"--" + _common_start(sorted(boundaries))
        rests = b"|".join(re.escape(boundary[len(start) - 2 :]) for boundary in sorted(boundaries))
        self._pattern_size += len(rests)
        if self._pattern_size > _MOST_PATTERN:
            raise TooComplex("It has too many different boundaries.")
        begins = re.escape(start) + rb"(?<![^\r\n]" + re.escape(start) + rb")"
        self._pattern = re.compile(begins + rb"(?:" + rests + rb")(?:--)?[ \t]*+(?:\r\n|\r|\n|\Z)")
        return self._pattern

    def _forget_pattern(self) -> None:
        self._pattern = None
        self._searched_from = -1

    def _count(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise TooComplex("It has too many parts.")


def _common_start(boundaries: list[bytes]) -> bytes:
    """Of sorted texts, what all of them begin with: the first and the last differ the most."""
    first, last = boundaries[0], boundaries[-1]
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]


def _boundary_in(line: re.Match[bytes]) -> bytes:
    return line.group()[2:].rstrip(b"\r\n").rstrip(b" \t")


def _without_line_end(source: Source, end: int) -> int:
    """Not beyond the part's own start: its caller sees to that."""
    for line_end in (b"\r\n", b"\n", b"\r"):
        if source[max(0, end - len(line_end)) : end] == line_end:
            return end - len(line_end)
    return end
