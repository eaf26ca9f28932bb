"""The stored grants of people, over the database: what server.auth needs to keep and may not know the tables of."""

from contextlib import AbstractContextManager

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.clock import now
from server.db import Database
from server.models import Grant, Health, Membership, Outgoing, OutgoingState, Person, Save, SaveState, Watch

SIGN_IN_AGAIN = ("grant_lost", "sign_in_again")  # why a save of Autopilot waits for its person


def _wake(session: Session, tenant_id: str, oid: str) -> None:
    """Whatever waited for the person to come back goes on now: the sweep rings for it."""
    person = select(Person.id).where(Person.tenant_id == tenant_id, Person.oid == oid).scalar_subquery()
    theirs = select(Membership.mailbox_id).where(Membership.person_id == person)
    resting = update(Watch).where(Watch.mailbox_id.in_(theirs), Watch.health == Health.authentication_error)
    session.execute(resting.values(due_at=now()))
    waiting = update(Save).where(Save.person_id == person, Save.state == SaveState.queued, Save.rule_id.is_not(None))
    session.execute(waiting.where(Save.reason_code.in_(SIGN_IN_AGAIN)).values(due_at=now()))
    drafts = update(Outgoing).where(Outgoing.person_id == person, Outgoing.state == OutgoingState.waiting)
    session.execute(drafts.where(Outgoing.reason_code.in_(SIGN_IN_AGAIN)).values(due_at=now()))


class DatabaseGrants:
    """Sealed bytes by (tenant, object id), written by compare-and-swap so that no process overwrites a newer grant."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def load(self, tenant_id: str, oid: str) -> tuple[bytes | None, int]:
        """The sealed grant and its version; (None, 0) when there is none."""
        with self.database.session() as session:
            found = session.execute(
                select(Grant.sealed, Grant.version).where(Grant.tenant_id == tenant_id, Grant.oid == oid)
            ).one_or_none()
        return (found.sealed, found.version) if found else (None, 0)

    def store(self, tenant_id: str, oid: str, sealed: bytes, expected_version: int) -> bool:
        """Write the grant if nobody wrote since `expected_version`. Returns whether it was written."""
        values = {"sealed": sealed, "version": expected_version + 1, "updated_at": now(), "lost_at": None}
        with self.database.session.begin() as session:
            before = session.get(Grant, (tenant_id, oid))
            was_lost = before is not None and before.lost_at is not None
            if expected_version == 0:
                wanted = insert(Grant).values(tenant_id=tenant_id, oid=oid, **values).on_conflict_do_nothing()
                is_written = session.execute(wanted.returning(Grant.version)).one_or_none() is not None
            else:
                changed = (
                    update(Grant)
                    .where(Grant.tenant_id == tenant_id, Grant.oid == oid, Grant.version == expected_version)
                    .values(**values)
                    .returning(Grant.version)
                )
                is_written = session.execute(changed).one_or_none() is not None
            # One that was revoked is not there any more, and things may wait for its person all the same.
            if is_written and (was_lost or expected_version == 0):
                _wake(session, tenant_id, oid)
            return is_written

    def forget(self, tenant_id: str, oid: str) -> None:
        with self.database.session.begin() as session:
            session.execute(delete(Grant).where(Grant.tenant_id == tenant_id, Grant.oid == oid))

    def exclusive(self, tenant_id: str, oid: str) -> AbstractContextManager[None]:
        """One exchange at a time for this person, across all processes."""
        return self.database.exclusive(f"grant|{tenant_id}|{oid}")
