"""Access tokens in use, in memory: found at once, and renewed by one thread at a time per owner."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from threading import Lock

from server.auth.recent import Recent
from server.errors import AffixError, Busy, Misconfigured

REMEMBERED = 10_000  # owners
MARGIN = 300.0  # seconds before its end in which a token is renewed; msal takes the same

Owner = tuple[str, str]


class Throttled(Busy):
    """Busy, and told when to come back: until then the same owner is not tried again."""


@dataclass(frozen=True)
class LiveToken:
    """Renewed from `renew_at` on, in use until `expires_at` if that fails. Both in seconds since 1970."""

    token: str = field(repr=False)
    renew_at: float
    expires_at: float


def live_token(token: str, expires_in: float, now: float) -> LiveToken:
    """Short lives (under 50 minutes) have a shorter margin, or they would be over before they begin."""
    return LiveToken(token, now + expires_in - min(MARGIN, expires_in / 10), now + expires_in)


class LiveTokens:
    """The live token of each owner."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._live: Recent[Owner, LiveToken] = Recent(REMEMBERED)
        self._waits: Recent[Owner, float] = Recent(REMEMBERED)
        self._turns = _Turns()

    def peek(self, owner: Owner) -> str | None:
        """The owner's token, if it is fresh."""
        live = self._live.get(owner)
        return live.token if live is not None and self._now() < live.renew_at else None

    def forget(self, owner: Owner) -> None:
        self._live.drop(owner)

    def renewed(self, owner: Owner, asked: object, dead: str | None, renew: Callable[[], LiveToken]) -> str:
        """A token other than `dead`, from `renew` unless somebody else has just got one.

        Who waited while `renew` failed for the same `asked` (what the outcome depends on) gets the same error, without
        another try. A token on its last minutes is still used if Entra has no new one.
        """
        with self._turns.of(owner) as turn:
            live = self._live.get(owner)
            if live is not None and self._now() < live.renew_at and live.token != dead:
                return live.token
            try:
                turn.repeat_failure(asked)
                self._wait_is_over(owner)
                live = renew()
            except (Busy, Misconfigured) as error:
                if isinstance(error, Throttled):
                    self._waits.put(owner, self._now() + error.retry_after)
                if live is not None and live.token != dead and self._now() < live.expires_at:
                    return live.token
                turn.failure = (asked, error)
                raise
            except AffixError as error:
                self._live.drop(owner)
                turn.failure = (asked, error)
                raise
            self._live.put(owner, live)
            return live.token

    def _wait_is_over(self, owner: Owner) -> None:
        left = (self._waits.get(owner) or 0.0) - self._now()
        if left > 0:
            raise Busy("Microsoft's sign-in service is busy.", retry_after=ceil(left))


@dataclass
class _Turn:
    lock: Lock = field(default_factory=Lock)
    users: int = 0
    failure: tuple[object, AffixError] | None = None

    def repeat_failure(self, asked: object) -> None:
        if self.failure is not None and self.failure[0] == asked:
            raise self.failure[1].with_traceback(None)


class _Turns:
    """A lock per owner that exists only while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: dict[Owner, _Turn] = {}

    @contextmanager
    def of(self, owner: Owner) -> Iterator[_Turn]:
        with self._lock:
            turn = self._turns.setdefault(owner, _Turn())
            turn.users += 1
        try:
            with turn.lock:
                yield turn
        finally:
            with self._lock:
                turn.users -= 1
                if not turn.users:
                    del self._turns[owner]
