"""How far the clients of delta have come, and how Graph behaves towards them. Callers hold the world's lock."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from tests.simulator.mailbox import Folder, Mailbox

DAY = 24 * 3600.0
PREFIX = "jf3"


@dataclass(frozen=True)
class SyncState:
    """What one link leads to. `since` and `upto` count what had happened when its round began and will end;
    `told` is all that the round has to tell, from place `at` on still to come, or None where the round is yet to begin
    (a deltaLink)."""

    mailbox: Mailbox
    folder: Folder | None  # None: the folders themselves are watched
    options: str  # the query of the first call
    size: int
    since: int
    upto: int
    told: tuple[Any, ...] | None = None
    at: int = 0
    pages: int = 0
    issued_at: float = 0.0


@dataclass
class Syncing:
    """Settings, and the links that were given. Times in seconds."""

    sparse: bool = True  # of what was changed, only the changed properties come
    hole: bool = False  # known issue: what moved out and back in under an immutable id is missed
    empty_pages: int = 0  # so many before each page that holds something
    replays: int = 0  # so many messages come twice in a round, and as many more although nothing happened to them
    moved_in_passes_filter: bool = True
    filter_limit: int = 5000
    counts_ahead: bool = False  # folders count a message already that cannot be read yet
    refusal: str = "gone"
    lifetime: float = 30 * DAY
    next_link_lifetime: float = DAY
    states: dict[str, SyncState] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    def link_to(self, state: SyncState, now: float) -> str:
        token = PREFIX + secrets.token_urlsafe(42)
        self.states[token] = replace(state, issued_at=now)
        return token

    def is_over(self, token: str, now: float) -> bool:
        state = self.states.get(token)
        if state is None or token in self.ended:
            return True
        return state.issued_at + (self.lifetime if state.told is None else self.next_link_lifetime) < now

    def end(self, mailbox: Mailbox | None = None) -> None:
        """From now on the links given so far, of one mailbox or of all, are not good any more."""
        self.ended |= {token for token, state in self.states.items() if mailbox in {None, state.mailbox}}
