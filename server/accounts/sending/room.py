"""How much of one tenant may wait to be sent, so that no program fills the disk."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.sending.claims import OPEN
from server.errors import Conflict
from server.models import Submission, SubmissionFile
from server.settings import MEGABYTE, Settings

LATER = "Hand in more when some of it was sent, or take some of it back."


def lock(session: Session, tenant_id: str) -> None:
    """Nobody else of the tenant is past this until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"outbox|{tenant_id}", 0))))


def check(session: Session, tenant_id: str, settings: Settings, coming: int = 0) -> None:
    """Raises Conflict where more waits than may, counting so many messages that are not stored yet."""
    mine = Submission.tenant_id == tenant_id, Submission.state.in_(OPEN)
    stored = func.coalesce(func.sum(func.pg_column_size(Submission.message)), 0)
    messages, texts = session.execute(select(func.count(), stored).where(*mine)).one()
    if messages + coming > settings.outbox_messages:
        sentence = f"{settings.outbox_messages} messages wait to be sent, which is as many as may. {LATER}"
        raise Conflict(sentence, code="too_many")
    of_files = select(func.coalesce(func.sum(SubmissionFile.size), 0)).join_from(SubmissionFile, Submission)
    files = session.scalar(of_files.where(*mine)) or 0
    if texts + files + coming > settings.outbox_bytes:
        most = settings.outbox_bytes / MEGABYTE
        raise Conflict(f"What waits to be sent takes the {most:.0f} MB that it may. {LATER}", code="too_many")
