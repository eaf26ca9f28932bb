"""Mail that is made to cost much: processor time against harmless mail of the same size, taken in the same way."""

import io
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nh3

from server.mail.html import safe_html, text_of
from server.mail.mime import open_message
from tests.bench.figures import Figure
from tests.bench.rounds import Ratio, compare
from tests.mail.building import HEADERS, file, multipart, text
from tests.mail.test_html import HEAVY
from tests.mail.test_mime_hostile import ADVERSARIAL, BORING, FILLINGS, TOO_COMPLEX

LENGTH = 50_000  # letters of a text that is to make a pattern slow
WORST = 3  # of each kind that are measured in rounds, after one look at all
NESTED = 10_000  # elements: enough to see what the guard is for, and few enough to wait for
PARAGRAPH = (
    b'<p style="margin:0;color:#1f1f1f">Dear all, the offer of <b>last week</b> stands, with the prices of the list '
    b'at <a href="https://adatum.example/prices?list=4">adatum.example</a>. Please order by Friday.</p>\r\n'
)
LINE = b"QWxsIHRoZSBwcmljZXMgb2YgdGhlIGxpc3QsIHdpdGggd2hhdCBpdCB0YWtlcyB0byBzaGlwIHRo\r\n"


@dataclass(frozen=True)
class Hostile:
    """`alike` makes harmless mail of a length in bytes that has its bytes in the same place."""

    name: str
    raw: bytes
    alike: Callable[[int], bytes]


def measure(database_url: str, folder: Path, rounds: int = 9) -> list[Figure]:
    kinds = {
        "A37, HTML that is hard to clean": lambda: list(_of_html()),
        "A38, messages that are hard to take apart": lambda: list(_of_parts()),
        "A42, texts that are hard for patterns": lambda: list(_of_texts()),
    }
    return [*(_worst(name, made(), rounds) for name, made in kinds.items()), _unguarded(rounds)]


def measure_quickly(database_url: str, folder: Path) -> list[Figure]:
    return measure(database_url, folder, rounds=3)


def cost(raw: bytes) -> float:
    """Seconds of the processor until a message is taken apart and its text and its HTML can be shown."""
    began = time.process_time()
    with open_message(io.BytesIO(raw)) as message:
        if message.html:
            safe_html(message.html)
            text_of(message.html)
    return time.process_time() - began


def _worst(name: str, inputs: list[Hostile], rounds: int) -> Figure:
    harmless = {(each.alike, len(each.raw)) for each in inputs}
    costs = {key: statistics.median(cost(raw) for _ in range(3)) for key in harmless if (raw := key[0](key[1]))}
    looked = sorted(inputs, key=lambda each: cost(each.raw) / costs[each.alike, len(each.raw)], reverse=True)
    measured = [(_ratio(each, rounds), each) for each in looked[:WORST]]
    ratio, worst = max(measured, key=lambda found: found[0].median)
    reference = f"of {len(inputs)}: {worst.name}, {len(worst.raw)} bytes, {ratio.ours * 1000:.1f} ms"
    return Figure(
        f"{name}: CPU of the worst against harmless mail of its size",
        ratio.median,
        "x",
        2,
        f"{reference} to {ratio.reference * 1000:.1f} ms; {ratio.spread()}",
    )


def _ratio(hostile: Hostile, rounds: int) -> Ratio:
    harmless = hostile.alike(len(hostile.raw))
    return compare(lambda _: cost(hostile.raw), lambda _: cost(harmless), rounds)


def _unguarded(rounds: int) -> Figure:
    """What the cleaner itself would take, if it got what it is not given."""
    nested = "<div>" * NESTED
    harmless = (PARAGRAPH * (len(nested) // len(PARAGRAPH) + 1))[: len(nested)].decode()

    def cleaned(html: str) -> float:
        began = time.process_time()
        nh3.clean(html)
        return time.process_time() - began

    ratio = compare(lambda _: cleaned(nested), lambda _: cleaned(harmless), min(rounds, 3))
    name = f"for reference: nh3 alone with {NESTED} nested <div> against harmless HTML of that size"
    return Figure(name, round(ratio.median), "x", None, f"{ratio.ours:.2f} s")


def _of_html() -> Iterator[Hostile]:
    for name, html in HEAVY.items():
        yield Hostile(name, HEADERS + text(html.encode(), "html"), _html_mail)


def _of_parts() -> Iterator[Hostile]:
    for name, made in {**TOO_COMPLEX, **BORING}.items():
        yield Hostile(name, made(), _mail_with_file)


def _of_texts() -> Iterator[Hostile]:
    for frame in ADVERSARIAL:
        for filling in FILLINGS:
            hostile = frame.replace("{}", (filling * LENGTH)[:LENGTH])
            name, in_header = f"{frame!r} with {filling!r}", hostile.replace("\n", "\r\n ").encode()
            yield Hostile(f"HTML of {name}", HEADERS + text(hostile.encode(), "html"), _html_mail)
            for header in (b"Subject", b"From", b"Content-Type"):
                raw = header + b": " + in_header + b"\r\n" + HEADERS + b"\r\nHello"
                yield Hostile(f"{header.decode()} of {name}", raw, _html_mail)


def _html_mail(length: int) -> bytes:
    head = HEADERS + text(b"", "html")
    return (head + PARAGRAPH * (length // len(PARAGRAPH) + 1))[: max(length, len(head))]


def _mail_with_file(length: int) -> bytes:
    """A page of text, and the rest is a file."""
    page = (PARAGRAPH * 20)[: max(0, length - 600)]
    start, end = (
        HEADERS + multipart("mixed", [text(page, "html"), file(b"", b"Content-Type: application/pdf")])[:-7],
        b"\r\n--b--\r\n",
    )
    content = LINE * ((length - len(start) - len(end)) // len(LINE))
    return start + content + end
