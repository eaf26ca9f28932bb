"""Which hosts answer too slowly: theirs are delayed, or lost."""

from collections import deque
from dataclasses import dataclass, field

from tests.simulator.notifying.behaviour import Behaviour


@dataclass
class Endpoint:
    answers: deque[tuple[float, float]] = field(default_factory=deque)  # when, and how many seconds it took
    state: str = "ok"
    until: float = 0.0


class Endpoints:
    """The state is the host's: one slow customer harms all."""

    def __init__(self) -> None:
        self.hosts: dict[str, Endpoint] = {}

    def state(self, host: str, now: float) -> str:
        """ok, slow or drop."""
        endpoint = self.hosts.get(host)
        if endpoint is None or endpoint.until <= now:
            return "ok"
        return endpoint.state

    def note(self, host: str, now: float, took: float, behaviour: Behaviour) -> None:
        endpoint = self.hosts.setdefault(host, Endpoint())
        endpoint.answers.append((now, took))
        window = behaviour.seconds("window")
        while endpoint.answers[0][0] <= now - window:
            endpoint.answers.popleft()
        if not behaviour.states or len(endpoint.answers) < behaviour.judged_from:
            return
        if self._share(endpoint, behaviour.seconds("retry_patience")) > behaviour.drop_share:
            endpoint.state, endpoint.until = "drop", now + window
        elif self._share(endpoint, behaviour.seconds("first_patience")) > behaviour.slow_share:
            endpoint.state, endpoint.until = "slow", now + window

    def _share(self, endpoint: Endpoint, seconds: float) -> float:
        return sum(took >= seconds for _, took in endpoint.answers) / len(endpoint.answers)
