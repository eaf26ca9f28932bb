"""What programs do with accounts that are there: change what is said of them, pause, look anew, delete."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.accounts import making, states
from server.accounts.acting import let_in_again
from server.accounts.references import BadDelegation, account_of, carrier_of, users_of
from server.accounts.showing import account_json, listed_json
from server.autopilot.watching import watch_over
from server.clock import now
from server.errors import Conflict
from server.models import (
    Account,
    AccountState,
    Subscription,
    Watch,
    WatchedFolder,
)
from server.services import Services
from server.webhooks import of_programs


def one(services: Services, tenant_id: str, account: str) -> dict[str, Any]:
    """As it is now. Raises NotFound."""
    with services.database.session.begin() as session:
        found = account_of(session, tenant_id, account)
        states.note_of(services, session, [found])
        return account_json(services, session, found)


def listed(
    services: Services, tenant_id: str, page: int, size: int, state: AccountState | None, query: str | None
) -> dict[str, Any]:
    """A page, the first is 0, by id. `query` is a part of the id, the name or the address."""
    wanted = select(Account).where(Account.tenant_id == tenant_id)
    if state is not None:
        wanted = wanted.where(Account.state == state)
    if query:
        text = func.concat_ws(" ", Account.account, Account.name, Account.email)
        wanted = wanted.where(text.icontains(query, autoescape=True))
    with services.database.session.begin() as session:
        total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
        shown = session.scalars(wanted.order_by(Account.account).offset(page * size).limit(size)).all()
        states.note_of(services, session, shown)
        pages = -(-total // size)
        return {
            "total": total,
            "page": page,
            "pages": pages,
            "accounts": [listed_json(session, each) for each in shown],
        }


@contextmanager
def _held(services: Services, tenant_id: str, account: str) -> Iterator[tuple[Session, Account]]:
    """The account, to be changed in one transaction; its mailbox is looked at after it. How it stands is noted at the
    end. Raises NotFound.
    """
    with services.database.session.begin() as session:
        making.keep_references(session, tenant_id)
        found = account_of(session, tenant_id, account)
        if found.mailbox is not None:
            watch_over(services, session, found.mailbox)  # held before the account, as everywhere
        session.refresh(found, with_for_update={"of": Account})
        yield session, found
        if found in session:
            found.changed_at = now()
            states.note_of(services, session, [found])


def pause(services: Services, tenant_id: str, account: str) -> dict[str, Any]:
    """Nothing is read, sent or told for it until it is resumed. What stands on it as its main account goes on."""
    with _held(services, tenant_id, account) as (_, found):
        found.paused_at = found.paused_at or now()
    return one(services, tenant_id, account)


def resume(services: Services, tenant_id: str, account: str) -> dict[str, Any]:
    """What came meanwhile is found by the next look."""
    with _held(services, tenant_id, account) as (_, found):
        found.paused_at = None
    return one(services, tenant_id, account)


def sync(services: Services, tenant_id: str, account: str) -> None:
    """Look at every folder as soon as a worker is free."""
    with _held(services, tenant_id, account) as (session, found):
        session.execute(update(Watch).where(Watch.mailbox_id == found.mailbox_id).values(full_at=None, rest_until=None))


def flush(services: Services, tenant_id: str, account: str, notify_from: datetime | None) -> None:
    """Forget how far each folder was read, and read everything anew. What was told or saved once is not told or saved
    again. With `notify_from` new messages are told from then on.
    """
    with _held(services, tenant_id, account) as (session, found):
        if notify_from is not None:
            found.notify_from = notify_from
        places = update(WatchedFolder).where(WatchedFolder.mailbox_id == found.mailbox_id)
        session.execute(places.values(link=None, total=None, unread=None))
        session.execute(update(Watch).where(Watch.mailbox_id == found.mailbox_id).values(full_at=None, rest_until=None))


def reconnect(services: Services, tenant_id: str, account: str) -> dict[str, Any]:
    """Try whether the mailbox may be read, have it looked at and announced anew. Returns the account as it is then."""
    with services.database.session() as session:
        found = account_of(session, tenant_id, account)
        try:
            person = carrier_of(session, found)
        except BadDelegation:
            return one(services, tenant_id, account)
    let_in_again(services, found, person)
    with _held(services, tenant_id, account) as (session, held):
        announced = update(Subscription).where(Subscription.mailbox_id == held.mailbox_id)
        session.execute(announced.values(due_at=now(), problem=None))
    return one(services, tenant_id, account)


def remove(services: Services, tenant_id: str, account: str) -> None:
    """Delete it. Its mailbox is watched no longer than something else needs it, and the grant of whoever signed in for
    it is kept no longer either. Raises NotFound, and Conflict (AccountInUse) while others have it as main account.
    """
    with _held(services, tenant_id, account) as (session, found):
        using = [each.account for each in users_of(session, found)]
        if using:
            named = ", ".join(f"“{each}”" for each in using[:10])
            sentence = f"Other accounts have this one as their main account: {named}. Delete or change them first."
            raise Conflict(sentence, code="AccountInUse", accounts=using)
        states.gone(session, found)
        person = found.person
        of_programs.of_account(services, session, tenant_id, found.id, "", None)
        session.delete(found)
        session.flush()
        if person is not None:
            making.forget_grant(services, session, person)
