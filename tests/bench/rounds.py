"""Two things measured in turns, so that what else the machine does falls on both."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 11


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
    pairs = []
    for number in range(rounds):
        if number % 2:
            second = reference(number)
            pairs.append((ours(number), second))
        else:
            first = ours(number)
            pairs.append((first, reference(number)))
    low, median, high = statistics.quantiles([first / second for first, second in pairs], n=4, method="inclusive")
    return Ratio(median, low, high, *(statistics.median(side) for side in zip(*pairs, strict=True)))
