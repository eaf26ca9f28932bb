"""Many messages at once: requests to Graph for each, and that repeated notifications cost nothing."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.naive import SALES, naive_receiver
from tests.bench.watched import Watched, shown, warmed_up
from tests.launching import until

MESSAGES = 500
SAVES = "SELECT count(*) FROM saves"
TRIPLED = {"duplicate": 3, "shuffle": True}
CLEAN = {"duplicate": 1, "shuffle": False}
NAIVE_TRIPLED = "naive loop: 3"


@dataclass(frozen=True)
class Variant:
    """What the service is to do with each message, and how many requests that may take."""

    name: str
    limit: float
    settings: dict[str, Any]


TEXT = Variant("text only", 0.05, {"keep_mime": False, "mark_messages": False})
MARKED = Variant("text and mark", 1.05, {"keep_mime": False})
WHOLE = Variant("MIME and mark", 2.05, {})


@dataclass(frozen=True)
class Burst:
    """`echo` is what the next look asked, which a single message brought about: it comes upon our own marks."""

    asked: Counter[str]
    on_record: int
    echo: Counter[str]


def text_only(database_url: str, folder: Path, size: int = MESSAGES, rounds: int = 1) -> list[Figure]:
    """The reference receiver is told of the same bursts in the same run."""
    with warmed_up(database_url, folder, **TEXT.settings) as there:
        clean, tripled = _in_turns(there, size, rounds)
        naive = _naive(there, size, CLEAN)
        naive_tripled = _naive(there, size, TRIPLED) if rounds else 0
    references = f"naive loop, same burst: {naive / size:.3g}", f"naive loop: {naive_tripled / naive:.3g}"
    return _figures(TEXT, size, clean, tripled, references)


def marked(database_url: str, folder: Path, size: int = MESSAGES, rounds: int = 0) -> list[Figure]:
    with warmed_up(database_url, folder, **MARKED.settings) as there:
        clean, tripled = _in_turns(there, size, rounds)
    return _figures(MARKED, size, clean, tripled, ("naive: 2 and more", NAIVE_TRIPLED))


def whole(database_url: str, folder: Path, size: int = MESSAGES, rounds: int = 1) -> list[Figure]:
    with warmed_up(database_url, folder, **WHOLE.settings) as there:
        clean, tripled = _in_turns(there, size, rounds)
    return _figures(WHOLE, size, clean, tripled, ("naive: 4 to 6, EmailEngine: 2 to 3", NAIVE_TRIPLED))


def _in_turns(there: Watched, size: int, rounds: int) -> tuple[list[Burst], list[Burst]]:
    """Clean and tripled, the order flipped in each round; without any round only once, and clean."""
    clean, tripled = [], []
    if not rounds:
        return [_burst(there, size, CLEAN)], []
    for number in range(rounds):
        for behaviour in (CLEAN, TRIPLED) if number % 2 == 0 else (TRIPLED, CLEAN):
            found = _burst(there, size, {**behaviour, "seed": number})
            (clean if behaviour is CLEAN else tripled).append(found)
    return clean, tripled


def _burst(there: Watched, size: int, behaviour: dict[str, Any]) -> Burst:
    before = there.on_record()
    there.forget_requests()
    there.burst(size, **behaviour)
    there.wait_until_quiet()
    asked, on_record = there.asked(), there.on_record() - before
    there.forget_requests()
    saves = there.number(SAVES)
    there.deliver(1)
    until(lambda: there.number(SAVES) > saves, "the single message is noticed")
    there.wait_until_quiet()
    return Burst(asked, on_record, there.asked())


def _naive(there: Watched, size: int, behaviour: dict[str, Any]) -> int:
    with naive_receiver(there):
        there.forget_requests()
        there.burst(size, mailbox=SALES, **behaviour)
        there.wait_until_quiet()
        return there.asked((SALES,)).total()


def _figures(
    variant: Variant, size: int, clean: list[Burst], tripled: list[Burst], references: tuple[str, str]
) -> list[Figure]:
    name, asked = f"burst of {size}, {variant.name}", sum((each.asked for each in clean), Counter[str]())
    missing = sum(size - each.on_record for each in [*clean, *tripled])
    found = [
        Figure(
            f"{name}: Graph requests per message",
            asked.total() / len(clean) / size,
            "requests",
            variant.limit,
            f"{references[0]}; {shown(clean[0].asked)}",
        ),
        Figure(
            f"{name}: Graph requests for a single message afterwards",
            clean[0].echo.total(),
            "requests",
            None,
            f"which comes upon our own marks: {shown(clean[0].echo)}",
        ),
        Figure(f"{name}: messages that are not on the record", missing, "messages", 0),
    ]
    if tripled:
        again = sum((each.asked for each in tripled), Counter[str]())
        ratio = again.total() / asked.total()
        more = shown(again - asked) or "none"
        reference = f"{references[1]}; {again.total()} requests to {asked.total()}, more: {more}"
        found.append(Figure(f"{name}: every notification three times, shuffled", round(ratio, 4), "x", 1.02, reference))
    return found
