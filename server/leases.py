"""Leases of saves: whoever has one in hand has it for so many seconds, and for longer only while the process lives."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy import func, tuple_, update
from sqlalchemy.exc import SQLAlchemyError

from server.models import Save, SaveState
from server.services import Services

LONGEST = 900.0  # seconds; what takes longer stands still, whatever the reason

log = structlog.get_logger(__name__)


@contextmanager
def kept(services: Services, saves: Sequence[Save]) -> Iterator[None]:
    """Prolong the leases of these saves from time to time, as long as the block runs."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(services, saves, over), daemon=True, name="lease")
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def renew(services: Services, saves: Sequence[Save]) -> bool:
    """Prolong the leases of those that nobody else has taken over. Whether there are any."""
    until = func.clock_timestamp() + timedelta(seconds=services.settings.lease_seconds)
    mine = tuple_(Save.id, Save.fence).in_([(each.id, each.fence) for each in saves])
    renewed = update(Save).where(mine, Save.state == SaveState.saving).values(lease_until=until)
    with services.database.session.begin() as session:
        return bool(session.scalars(renewed.returning(Save.id)).all())


def _keep(services: Services, saves: Sequence[Save], over: threading.Event) -> None:
    end = time.monotonic() + LONGEST
    while not over.wait(services.settings.lease_seconds / 3) and time.monotonic() < end:
        try:
            renew(services, saves)
        except SQLAlchemyError as error:
            log.warning("lease_not_renewed", error=type(error).__name__)
