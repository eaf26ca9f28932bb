"""Undoing a backfill: each email that it saved leaves its record again, as if a person had undone that save.

What was on a record before, whoever saved it, is none of the backfill's and stays.
"""

from collections.abc import Iterator
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import outages, undoing
from server.autopilot.backfill_claims import end, go_on_later, hold
from server.destinations.base import DestinationError
from server.errors import Busy
from server.models import Activity, Backfill, BackfillState, Person, Save, SaveState
from server.services import Services

log = structlog.get_logger(__name__)

SLICE = 50  # saves that are looked up at once
BEING_SAVED = 2.0  # seconds to wait for what is in a worker's hands
ASKED = "backfill_undone"
STAYS = "{count} of its emails could not be taken off their records. The reason for the last one: {reason}"


def drop_what_waits(session: Session, backfill: Backfill) -> None:
    """Undo what no worker has begun with yet, before one does: nothing of it is on a record."""
    waiting = select(Save).where(
        Save.backfill_id == backfill.id, Save.state == SaveState.queued, Save.key.is_(None), Save.leaving.is_(None)
    )
    for save in session.scalars(waiting.with_for_update(of=Save, skip_locked=True)):
        save.undone()


def undo(services: Services, claimed: Backfill) -> None:
    """Go through all its saves once, each claimed by itself. Marks in Outlook follow with the next sweeps.

    Raises HandedOver, and DestinationError when the destination wants us to come later.
    """
    with services.database.session() as session:
        person = _who_asked(session, claimed)

    def is_still_ours(session: Session) -> None:
        hold(services, session, claimed)

    waiting, staying, reason = 0, 0, ""
    for save_id in _saves_of(services, claimed):
        try:
            undoing.undo(services, save_id, person, is_still_ours, backfill=str(claimed.id))
        except Busy:
            waiting += 1
        except DestinationError as error:
            if not error.permanent or outages.is_outage(error):
                raise
            log.warning("save_not_undone", save=str(save_id), code=error.code)
            staying, reason = staying + 1, error.message
    if waiting:
        go_on_later(services, claimed, BEING_SAVED, None, "being_saved")
    elif staying:
        end(services, claimed, BackfillState.failed, STAYS.format(count=staying, reason=reason))
    else:
        end(services, claimed, BackfillState.undone)


def _who_asked(session: Session, claimed: Backfill) -> Person:
    """By the record of what happened; who started the backfill, if that says nothing."""
    asked = select(Activity).where(
        Activity.tenant_id == claimed.tenant_id,
        Activity.what == ASKED,
        Activity.detail["backfill"].astext == str(claimed.id),
    )
    line = session.scalars(asked.order_by(Activity.id.desc()).limit(1)).one_or_none()
    return line.person if line else claimed.person


def _saves_of(services: Services, claimed: Backfill) -> Iterator[UUID]:
    mine = select(Save.id).where(Save.backfill_id == claimed.id, Save.state != SaveState.undone)
    mine = mine.order_by(Save.id).limit(SLICE)
    with services.database.session() as session:
        found = list(session.scalars(mine))
    while found:
        yield from found
        with services.database.session() as session:
            found = list(session.scalars(mine.where(Save.id > found[-1])))
