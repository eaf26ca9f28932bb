"""Seats at a mailbox: Exchange serves one application only so many requests at once, and refuses the rest.

https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
https://learn.microsoft.com/graph/throttling
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from server import traffic
from server.mail.base import MailBusy
from server.traffic import TooBusy
from server.traffic.seats import PATIENCE, Others

SEATS = 4
SENTENCES = {
    "paused": "Microsoft 365 asked for a pause at this mailbox.",
    "no_seat": "Too many requests for this mailbox wait already.",
}


class Seats(traffic.Seats):
    def __init__(self, seats: int = SEATS, patience: float = PATIENCE, others: Others | None = None) -> None:
        super().__init__(seats, patience, others)

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """As of any place, but raises MailBusy."""
        with ExitStack() as seat:
            try:
                seat.enter_context(super().at(name))
            except TooBusy as busy:
                raise MailBusy(SENTENCES[busy.code], busy.retry_after, busy.code) from None
            yield
