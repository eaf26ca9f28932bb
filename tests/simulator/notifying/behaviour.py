"""How notifications behave. What Graph documents is the start; the control interface changes it."""

import random
from dataclasses import dataclass, field


@dataclass
class Behaviour:
    """Times in seconds as documented; `compress` makes all of them shorter by that factor."""

    handshake: float = 10.0
    first_patience: float = 3.0
    retry_patience: float = 10.0
    base: float = 10.0  # before the first retry; each further one waits twice as long
    give_up: float = 4 * 3600.0
    window: float = 600.0  # over which an endpoint is judged, and for which it stays slow or dropped
    slow_share: float = 0.10  # of answers later than first_patience
    drop_share: float = 0.15  # of answers later than retry_patience
    judged_from: int = 10  # answers; fewer say nothing
    states: bool = True
    compress: float = 1.0
    gather: float = 0.02  # how long notifications wait for company
    batch: int = 50
    reauthorise_within: float = 3600.0

    drop: float = 0.0
    duplicate: int = 1
    delay: tuple[float, float] = (0.0, 0.0)
    shuffle: bool = False
    before_get: float | None = None  # how long after its notification a message can be read
    mixed: bool = False
    updated_after_created: bool = False
    hold: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def seconds(self, name: str) -> float:
        return float(getattr(self, name)) / self.compress
