"""What is forgotten after so many days: lines of activity, what Autopilot saw, and the files of saved emails.

Saves and the text of saved emails stay, as do the numbers by which a message is known again: else it could be saved a
second time. The audit log loses its oldest links, and says in a new one up to where: the rest can still be verified.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from server.administration import chain
from server.clock import now
from server.destinations.local.forgetting import forget_files
from server.models import Activity, AuditEntry, Sighting
from server.services import Services

BATCH = 2000  # rows of one transaction

log = structlog.get_logger(__name__)


def forget_old(services: Services, moment: datetime | None = None) -> None:
    """All that is older than the settings want, as seen from `moment`."""
    moment, settings = moment or now(), services.settings
    if settings.activity_days is not None:
        before = moment - timedelta(days=settings.activity_days)
        for tenant_id, _ in chain.heads(services.database):
            while _trim_audit(services, tenant_id, before):
                pass
        while _forget_outcomes(services, before):
            pass
        _empty_sightings(services, before)
    if settings.file_days is not None and settings.built_in_destination:
        before = moment - timedelta(days=settings.file_days)
        for tenant_id in settings.tenants:
            count = forget_files(services.database.engine, tenant_id, before, settings.file_days)
            if count:
                log.info("files_forgotten", tenant=tenant_id, emails=count)


def since(services: Services, wanted: datetime | None) -> datetime | None:
    """From when on lines are shown: also what is about to be forgotten is not."""
    if services.settings.activity_days is None:
        return wanted
    oldest = now() - timedelta(days=services.settings.activity_days)
    return max(wanted, oldest) if wanted else oldest


def log_heads(services: Services) -> None:
    """Where each chain is, told to whoever keeps the log: what is noted there, nobody rewrites in the database."""
    for tenant_id, link in chain.heads(services.database):
        log.info("audit_head", tenant=tenant_id, link=str(link))


def _trim_audit(services: Services, tenant_id: str, before: datetime) -> bool:
    """Forget a tenant's oldest links and their lines. Whether there may be more."""
    mine = AuditEntry.tenant_id == tenant_id
    with services.database.session.begin() as session:
        chain.hold(session, tenant_id)
        numbers = select(AuditEntry.number).where(mine).order_by(AuditEntry.number)
        first = session.scalar(numbers.limit(1))
        kept = session.scalar(numbers.where(AuditEntry.at >= before).limit(1))
        last = session.scalar(select(func.max(AuditEntry.number)).where(mine)) if kept is None else kept - 1
        if first is None or last is None or last < first:
            return False
        through = min(last, first + BATCH - 1)
        digest = session.scalars(select(AuditEntry.digest).where(mine, AuditEntry.number == through)).one()
        old = mine, AuditEntry.number <= through
        _may_forget(session)
        lines = select(AuditEntry.activity_id).where(*old, AuditEntry.activity_id.is_not(None))
        session.execute(delete(Activity).where(Activity.id.in_(lines)))
        session.execute(delete(AuditEntry).where(*old))
        chain.tell(session, tenant_id, chain.TRIMMED, through=through, digest=digest.hex())
    log.info("audit_trimmed", tenant=tenant_id, through=through)
    return through < last


def _forget_outcomes(services: Services, before: datetime) -> bool:
    """How saves of rules ended, which is in no chain. Whether there may be more."""
    old = select(Activity.id).where(Activity.is_automatic, Activity.at < before).order_by(Activity.id).limit(BATCH)
    with services.database.session.begin() as session:
        _may_forget(session)
        gone = session.scalars(delete(Activity).where(Activity.id.in_(old)).returning(Activity.id)).all()
    return len(gone) == BATCH


def _empty_sightings(services: Services, before: datetime) -> None:
    """That a message was seen stays, or it would be new when its folder is read anew; what it was goes."""
    told = or_(Sighting.subject != "", Sighting.from_address != "", Sighting.reason != "")
    after = 0
    while True:
        with services.database.session.begin() as session:
            wanted = select(Sighting.id).where(Sighting.id > after, Sighting.at < before, told)
            ids = session.scalars(wanted.order_by(Sighting.id).limit(BATCH)).all()
            if not ids:
                return
            emptied = update(Sighting).where(Sighting.id.in_(ids)).values(subject="", from_address="", reason="")
            session.execute(emptied)
        after = ids[-1]


def _may_forget(session: Session) -> None:
    """Else the triggers of migration 0020 refuse. For this transaction alone."""
    session.execute(text("SET LOCAL affix.forgetting = 'on'"))
