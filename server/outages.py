"""Outages: a destination as a whole cannot be used for a while, and nothing that waits for it suffers.

An outage is a row that all processes see. Until its pause is over no save for the destination is claimed; then one goes
first, and its success brings back all the others, while another failure makes the pause longer. No try counts.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.clock import now
from server.destinations.base import DestinationError
from server.doorbell import ring_for_outage
from server.models import Message, Outage, Save, SaveState
from server.services import Services

CODES = ("unreachable", "throttled")
NOT_ASKED = ("busy", "unknown_destination")  # refusals of our own, before the destination heard of anything
FIRST, LONGEST = 2.0, 30.0  # seconds of a pause, where the destination does not say; doubled each time
LEAST, MOST = 0.5, 3600.0  # seconds, whatever it says
CALLED = 50  # messages that are rung for when one is over; the sweep rings for more

log = structlog.get_logger(__name__)


def is_outage(error: DestinationError) -> bool:
    """Whether the same would happen to every other email as well; see DestinationError."""
    return error.code == "reconnect" or (error.code in CODES and not error.permanent)


def refused(
    services: Services, session: Session, save: Save, destination: str, title: str, error: DestinationError
) -> bool:
    """Note what the refusal says of the destination as a whole. Whether an outage began with it."""
    if is_outage(error):
        return struck(session, save, destination, title, error)
    if error.code in NOT_ASKED:
        not_asked(session, save)
    else:
        over(services, session, save.tenant_id, destination)
    return False


def is_running() -> ColumnElement[bool]:
    """Of a save: that its destination has an outage, whether its pause is over or not."""
    return select(Outage.destination).where(_of_save()).correlate(Save).exists()


def is_paused() -> ColumnElement[bool]:
    """Of a save: that its destination wants to be left alone now."""
    paused = Outage.until > func.clock_timestamp()
    return select(Outage.destination).where(_of_save(), paused).correlate(Save).exists()


def _of_save() -> ColumnElement[bool]:
    return and_(Outage.tenant_id == Save.tenant_id, Outage.destination == Save.destination)


def struck(session: Session, save: Save, destination: str, title: str, error: DestinationError) -> bool:
    """Note that the destination cannot be used, as the save has just found out. Whether nobody knew before."""
    asked = None if error.retry_after is None else min(max(error.retry_after, LEAST), MOST)
    begun = insert(Outage).values(
        tenant_id=save.tenant_id,
        destination=destination,
        title=title,
        code=error.code,
        since=now(),
        until=_in(asked or FIRST),
        wait=asked or FIRST,
    )
    if session.scalar(begun.on_conflict_do_nothing().returning(Outage.destination)):
        log.warning("outage_began", destination=destination, code=error.code)
        ring_for_outage(session, save.tenant_id, destination, now() + timedelta(seconds=asked or FIRST))
        return True
    known = _known(session, save.tenant_id, destination)
    if known is None:  # it ended in between
        return False
    if known.probe_id == save.id:
        known.wait = asked or min(known.wait * 2, LONGEST)
        known.until, known.probe_id, known.code = now() + timedelta(seconds=known.wait), None, error.code
        _ring(session, known)
    elif asked:  # it was under way already when the outage began
        known.until = max(known.until, now() + timedelta(seconds=asked))
    return False


def _known(session: Session, tenant_id: str, destination: str) -> Outage | None:
    return session.get(Outage, (tenant_id, destination), with_for_update=True, populate_existing=True)


def _in(seconds: float) -> ColumnElement[object]:
    return func.clock_timestamp() + timedelta(seconds=seconds)


def may_probe(session: Session, save: Save, lease_seconds: int) -> bool:
    """Whether the save, whose destination has an outage, is the one that goes first now."""
    mine = update(Outage).where(Outage.tenant_id == save.tenant_id, Outage.destination == save.destination)
    claimed = mine.where(Outage.until <= func.clock_timestamp()).values(until=_in(lease_seconds), probe_id=save.id)
    return session.scalar(claimed.returning(Outage.destination)) is not None


def not_asked(session: Session, save: Save) -> None:
    """The save did not come so far that the destination heard of it: if it was to go first, another one may."""
    mine = update(Outage).where(Outage.tenant_id == save.tenant_id, Outage.probe_id == save.id)
    session.execute(mine.values(until=func.clock_timestamp(), probe_id=None))


def over(services: Services, session: Session, tenant_id: str, destination: str) -> None:
    """The destination answered: what waits for it goes on once the session's transaction is committed."""
    ended = delete(Outage).where(Outage.tenant_id == tenant_id, Outage.destination == destination)
    if session.scalar(ended.returning(Outage.destination)) is None:
        return
    log.info("outage_ended", destination=destination)
    waiting = (
        Save.tenant_id == tenant_id,
        Save.destination == destination,
        Save.state == SaveState.queued,
        Save.due_at <= func.clock_timestamp(),
    )
    by_hand = select(Save.message_id).where(*waiting, Save.rule_id.is_(None)).distinct().limit(CALLED)
    by_rule = select(Message.mailbox_id).join(Save, Save.message_id == Message.id).where(*waiting)
    for message_id in sorted(session.scalars(by_hand)):
        services.ring(session, message_id)
    for mailbox_id in sorted(session.scalars(by_rule.where(Save.rule_id.is_not(None)).distinct())):
        services.ring_for_saves(session, mailbox_id)


def next_probe(session: Session, tenant_id: str, destination: str, is_due: ColumnElement[bool]) -> UUID | None:
    """The message of the save that goes first when the pause is over. While it is not, whoever asks is called later."""
    outage = session.get(Outage, (tenant_id, destination))
    if outage is None:
        return None
    if outage.until > now():
        _ring(session, outage)
        return None
    mine = (Save.tenant_id == tenant_id, Save.destination == destination)
    return session.scalar(select(Save.message_id).where(*mine, is_due).order_by(Save.due_at).limit(1))


def ring_for_probes(session: Session) -> None:
    """For each destination whose pause is over, in case that nobody was called."""
    for outage in session.scalars(select(Outage).where(Outage.until <= func.clock_timestamp())):
        _ring(session, outage)


def _ring(session: Session, outage: Outage) -> None:
    ring_for_outage(session, outage.tenant_id, outage.destination, outage.until)
