"""JSON bodies that may carry whole files: read to disk as they come, and only their outline to memory.

The outline is the same JSON with a mark in place of each long text. So a body of 200 MB costs about a megabyte of
memory, and a file in it is read, piece by piece, when somebody wants it.
"""

import base64
import binascii
import hashlib
import json
import re
import secrets
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import IO, Any, TypeVar, cast

from apiflask.exceptions import HTTPError
from flask import current_app, request
from pydantic import BaseModel, ValidationError

from server.errors import Invalid
from server.mail.graph.sending import LARGEST_FILE

LARGEST = LARGEST_FILE // 3 * 4 + 8 * 1024 * 1024  # bytes of a body: files of 150 MB in base64, and the rest
IN_MEMORY = 256 * 1024  # bytes of a body that need no file on disk
CHUNK = 64 * 1024
LONG = 4096  # bytes; a mark stands for a longer text
LONGEST_OUTLINE = 1024 * 1024
RUN = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)  # of what may stand in a text
HALF_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{0,3})?\Z")
SPACE = b" \t\r\n"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class LongText:
    """A text that stays where it is: between two places of the body. `digest` is of its bytes as they came."""

    body: IO[bytes]
    start: int
    end: int
    digest: str

    def text(self, most: int) -> str:
        """All of it. Raises Invalid when it takes more than `most` bytes, or is no text."""
        if self.end - self.start > most:
            raise Invalid("A text in the request is longer than allowed.", code="too_long")
        self.body.seek(self.start)
        return _unescaped(self.body.read(self.end - self.start)).decode()

    def decoded(self) -> Iterator[bytes]:
        """What it says in base64. Raises Invalid."""
        return decoded_base64(self._parts())

    def _parts(self) -> Iterator[bytes]:
        self.body.seek(self.start)
        rest, left = b"", self.end - self.start
        while left:
            read = self.body.read(min(CHUNK, left))
            rest, left = rest + read, left - len(read)
            half = HALF_ESCAPE.search(rest) if left else None
            cut = half.start() if half else len(rest)
            yield _unescaped(rest[:cut]) if b"\\" in rest[:cut] else rest[:cut]
            rest = rest[cut:]


def decoded_base64(parts: Iterator[bytes]) -> Iterator[bytes]:
    """In as many parts. White space does not count, nor is missing padding a fault. Raises Invalid."""
    rest, is_over = b"", False
    for part in parts:
        rest += part.translate(None, SPACE)
        cut = len(rest) // 4 * 4
        whole, rest = rest[:cut], rest[cut:]
        if whole and is_over:
            raise _no_base64()
        is_over = is_over or whole.endswith(b"=")
        yield _plain(whole)
    if rest:
        if is_over:
            raise _no_base64()
        yield _plain(rest + b"=" * (-len(rest) % 4))


@dataclass
class Outline:
    """The JSON, with a mark for each of `texts`."""

    data: Any
    mark: str
    texts: list[LongText] = field(default_factory=list)

    def long(self, value: str) -> LongText | None:
        """The text that a mark stands for; None where `value` is none."""
        return self.texts[int(value[len(self.mark) :])] if value.startswith(self.mark) else None

    def check(self, places: Collection[str]) -> None:
        """Raises Invalid for a long text anywhere else than there; "a.*.b" is in each element of a list."""
        for place, value in _texts_of(self.data, ""):
            long = self.long(value)
            if long is not None and place not in places:
                if long.end - long.start > current_app.config["MAX_CONTENT_LENGTH"]:
                    raise HTTPError(413)
                raise Invalid(f"{place or 'the request'}: a text is longer than allowed.", code="too_long")

    def digest(self) -> str:
        """The same for the same JSON, in whatever order its keys come."""
        shown = json.dumps(self.data, sort_keys=True)
        marks = re.compile(re.escape(self.mark) + r"(\d+)")
        named = marks.sub(lambda found: self.texts[int(found[1])].digest, shown)
        return hashlib.sha256(named.encode()).hexdigest()


def _texts_of(data: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield place.lstrip("."), data
    elif isinstance(data, dict):
        for name, each in data.items():
            yield "a name", name
            yield from _texts_of(each, f"{place}.{name}")
    elif isinstance(data, list):
        for each in data:
            yield from _texts_of(each, f"{place}.*")


def outline_of(body: IO[bytes], loads: Callable[[str], Any]) -> Outline:
    """Raises ValueError for what is no JSON, and HTTPError for one whose outline alone is too large."""
    mark = f"{secrets.token_hex(16)}:"
    texts: list[LongText] = []
    kept = bytearray()
    for piece in _pieces(body):
        if isinstance(piece, LongText):
            kept += f"{mark}{len(texts)}".encode()
            texts.append(piece)
        else:
            kept += piece
        if len(kept) > LONGEST_OUTLINE:
            raise HTTPError(413)
    return Outline(loads(kept.decode()), mark, texts)


class _Text:
    """A text that is being read, with its bytes as long as it is not long."""

    def __init__(self, start: int) -> None:
        self.start, self.size = start, 0
        self.kept, self.digest = bytearray(), hashlib.sha256()

    def add(self, run: bytes) -> None:
        self.size += len(run)
        self.digest.update(run)
        if self.size <= LONG:
            self.kept += run

    def whole(self, body: IO[bytes]) -> bytes | LongText:
        if self.size <= LONG:
            return bytes(self.kept)
        return LongText(body, self.start, self.start + self.size, self.digest.hexdigest())


def _pieces(body: IO[bytes]) -> Iterator[bytes | LongText]:
    """All of the body, in order. Raises ValueError where a text does not end."""
    body.seek(0)
    text: _Text | None = None
    start, buffer = 0, b""  # where the buffer begins in the body
    while chunk := body.read(CHUNK):
        buffer += chunk
        here = 0
        while here < len(buffer):
            if text is None:
                end = buffer.find(b'"', here) + 1
                text = _Text(start + end) if end else None
                end = end or len(buffer)
                yield buffer[here:end]
                here = end
                continue
            run = RUN.match(buffer, here)
            end = run.end() if run else here
            text.add(buffer[here:end])
            here = end
            if buffer[end : end + 1] != b'"':
                break  # it goes on, perhaps after half of an escape
            yield text.whole(body)
            yield b'"'
            text, here = None, end + 1
        start, buffer = start + here, buffer[here:]
    if text or buffer:
        raise ValueError("a text does not end")


def takes_large(model: type[BaseModel], *places: str) -> Callable[[View], View]:
    """As `input`, for bodies that may carry files: the view gets `json_data` of this model, whose texts at these places
    may be marks, and `outline`, which knows what they stand for. All is gone when the view is over.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
                outline = _read(cast(IO[bytes], body))
                outline.check(places)
                return view(*args, json_data=_validated(model, outline.data), outline=outline, **kwargs)

        described = {**getattr(view, "_spec", {}), "body": model, "content_type": "application/json"}
        wrapped._spec = described  # type: ignore[attr-defined]  # where apiflask looks for it
        return cast(View, wrapped)

    return decorate


def _read(body: IO[bytes]) -> Outline:
    request.max_content_length = LARGEST
    if not request.is_json:
        raise HTTPError(415)
    while chunk := request.stream.read(CHUNK):
        body.write(chunk)
    try:
        return outline_of(body, current_app.json.loads)
    except ValueError:
        raise HTTPError(400) from None


def _validated(model: type[BaseModel], data: Any) -> BaseModel:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        wrong: dict[str, list[str]] = {}
        for each in error.errors():
            wrong.setdefault(".".join(str(part) for part in each["loc"]) or "_schema", []).append(each["msg"])
        raise HTTPError(400, detail={"json": wrong}) from None


def _unescaped(text: bytes) -> bytes:
    try:
        return str(json.loads(b'"' + text + b'"')).encode()
    except ValueError:
        raise Invalid("A text in the request cannot be read.", code="invalid_text") from None


def _plain(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _no_base64() from None


def _no_base64() -> Invalid:
    return Invalid("attachments: the content of a file is not base64.", code="invalid_base64")
