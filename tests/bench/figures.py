"""Figures and how they are shown. A figure that falls short is printed like all others."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value. Without a limit it is for information; `reference` says what it is held against. With
    `is_least` the limit is one from below.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    reference: str = ""
    is_least: bool = False

    @property
    def ok(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.is_least else self.value <= self.limit


def table(figures: Sequence[Figure]) -> str:
    rows = [("figure", "value", "unit", "limit", "", "reference"), *map(cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True)) for row in rows
    )


def cells(figure: Figure) -> tuple[str, str, str, str, str, str]:
    shown = figure.name, _number(figure.value), figure.unit, _limit(figure)
    return *shown, _verdict(figure), figure.reference


def as_json(figures: Sequence[Figure]) -> str:
    shown = ("name", "value", "unit", "limit")
    listed = [{**{name: asdict(each)[name] for name in shown}, "ok": each.ok} for each in figures]
    return json.dumps({"figures": listed})


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def _limit(figure: Figure) -> str:
    return "-" if figure.limit is None else f"{'>=' if figure.is_least else '<='} {_number(figure.limit)}"


def _verdict(figure: Figure) -> str:
    return "" if figure.limit is None else "ok" if figure.ok else "SHORT"
