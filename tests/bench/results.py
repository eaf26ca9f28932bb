"""The figures as a page that is kept beside the measures."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tests.bench.figures import Figure, cells

HEAD = """# What Affix costs

Written by `scripts/bench {what} --keep` on {date}, on a machine with {machine} at the beginning.{quick}
{count} figures have a limit, {verdict}. Ratios are medians over rounds in which both sides took turns.
"""
QUICK = " Measured with `--quick`: small sizes, which show that all works and little more."


def page(figures: Mapping[str, Sequence[Figure]], machine: str, is_quick: bool) -> str:
    limited = [each for found in figures.values() for each in found if each.limit is not None]
    short = sum(not each.ok for each in limited)
    head = HEAD.format(
        what="all" if len(figures) > 1 else next(iter(figures)),
        date=f"{datetime.now(UTC):%d %B %Y}".lstrip("0"),
        machine=machine,
        quick=QUICK if is_quick else "",
        count=len(limited),
        verdict=f"short of it: {short}" if short else "all of them hold",
    )
    return "\n".join([head, *(_part(name, found) for name, found in figures.items())])


def _part(name: str, figures: Sequence[Figure]) -> str:
    rows = [_row(("figure", "value", "unit", "limit", "", "reference")), "|---|--:|---|---|---|---|"]
    return "\n".join([f"## {name}\n", *rows, *(_row(cells(each)) for each in figures)]) + "\n"


def _row(found: Sequence[str]) -> str:
    return "| " + " | ".join(each.replace("|", "\\|").replace("<", "&lt;") for each in found) + " |"
