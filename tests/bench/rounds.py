"""Two things or more measured in turns, so that what else the machine does falls on both."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

ROUNDS = 11

Cost = TypeVar("Cost")


@dataclass(frozen=True)
class Ratio:
    """The median of the rounds' ratios with its quartiles, and the medians of both sides."""

    median: float
    low: float
    high: float
    ours: float
    reference: float

    def spread(self) -> str:
        return f"quartiles {self.low:.3f} to {self.high:.3f}"


def compare(ours: Callable[[int], float], reference: Callable[[int], float], rounds: int = ROUNDS) -> Ratio:
    """Each side gets the number of the round and gives what it cost. The order is flipped in each round."""
    found = in_turns({"ours": ours, "reference": reference}, rounds)
    return ratio(found["ours"], found["reference"])


def in_turns(sides: Mapping[str, Callable[[int], Cost]], rounds: int = ROUNDS) -> dict[str, list[Cost]]:
    """What each side gave in each round; the order is flipped in each round."""
    found: dict[str, list[Cost]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in reversed(sides) if number % 2 else sides:
            found[name].append(sides[name](number))
    return found


def ratio(ours: Sequence[float], reference: Sequence[float]) -> Ratio:
    """Of two sides that were measured in the same rounds, at least two."""
    ratios = [first / second for first, second in zip(ours, reference, strict=True)]
    low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Ratio(median, low, high, statistics.median(ours), statistics.median(reference))
