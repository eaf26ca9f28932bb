"""All that is stored about one person or one mailbox, for whoever has a right to know, as lines of JSON.

The tables say themselves what belongs to whom: rows that refer to the person or the mailbox, and rows that refer to
those, whatever tables there are. Secrets are never among them: nothing stored as bytes, and no address of a webhook.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Table, and_, func, or_, select
from sqlalchemy.orm import Session

from server.administration import chain
from server.destinations.local.tables import LocalBase, LocalEmail, LocalFile
from server.errors import NotFound
from server.models import Activity, Base, Grant, Mailbox, Message, Person, Save
from server.revoking import person_named
from server.services import Services

# What refers to a person or mailbox without being about it: who added an address or key, and all that came of it.
NOT_FOLLOWED = {"webhooks", "api_keys", "mailboxes", "people"}
HIDDEN = {"webhooks.url", "watched_folders.link"}
BATCH = 500
TABLES = Base.metadata.tables

Wanted = dict[Table, ColumnElement[bool]]


def of_person(services: Services, tenant_id: str, name: str) -> Iterator[str]:
    """By object id or address. Raises NotFound before the first line."""
    with services.database.session.begin() as session:
        person = person_named(session, tenant_id, name)
        chain.tell(session, tenant_id, "person_exported", person=str(person.id))
    wanted = _about("people", Person.id == person.id)
    wanted[TABLES["grants"]] = and_(Grant.tenant_id == tenant_id, Grant.oid == person.oid)
    saved = select(Save.message_id).where(Save.tenant_id == tenant_id, Save.person_id == person.id)
    wanted[TABLES["messages"]] = Message.id.in_(saved)
    return _lines(services, wanted)


def of_mailbox(services: Services, tenant_id: str, address: str) -> Iterator[str]:
    """With the emails that Affix's own records have from it. Raises NotFound before the first line."""
    with services.database.session.begin() as session:
        mailbox = mailbox_named(session, tenant_id, address)
        chain.tell(session, tenant_id, "mailbox_exported", mailbox=str(mailbox.id))
    wanted = _about("mailboxes", Mailbox.id == mailbox.id)
    here = and_(Activity.tenant_id == tenant_id, Activity.detail["mailbox"].astext == mailbox.address)
    wanted[TABLES["activities"]] = or_(wanted.get(TABLES["activities"], here), here)
    emails = and_(LocalEmail.tenant_id == tenant_id, func.lower(LocalEmail.mailbox) == mailbox.address)
    wanted[LocalBase.metadata.tables["local_emails"]] = emails
    wanted[LocalBase.metadata.tables["local_files"]] = LocalFile.email_id.in_(select(LocalEmail.id).where(emails))
    return _lines(services, wanted)


def mailbox_named(session: Session, tenant_id: str, address: str) -> Mailbox:
    """Raises NotFound."""
    mine = select(Mailbox).where(Mailbox.tenant_id == tenant_id, Mailbox.address == address.strip().lower())
    found = session.scalars(mine).one_or_none()
    if found is None:
        raise NotFound("Affix knows no such mailbox in this tenant.")
    return found


def _about(name: str, is_root: ColumnElement[bool]) -> Wanted:
    """Of each table the rows that refer to these rows, directly or through others."""
    root = TABLES[name]
    wanted: Wanted = {root: is_root}
    # Parents come before children; a table that refers to itself is asked for what refers to its own rows only.
    for table in Base.metadata.sorted_tables:
        conditions = [
            and_(*(each.parent.in_(select(each.column).where(wanted[each.column.table])) for each in key.elements))
            for key in table.foreign_key_constraints
            if key.referred_table in wanted
            and key.referred_table is not table
            and (key.referred_table is root or key.referred_table.name not in NOT_FOLLOWED)
        ]
        if conditions and table is not root:
            wanted[table] = or_(*conditions)
    return wanted


def _lines(services: Services, wanted: Wanted) -> Iterator[str]:
    for table, condition in wanted.items():
        columns = [each for each in table.columns if not _is_hidden(each)]
        with services.database.session() as session:
            found = session.execute(select(*columns).where(condition), execution_options={"yield_per": BATCH})
            for row in found:
                shown = {column.name: value for column, value in zip(columns, row, strict=True) if value is not None}
                yield json.dumps({"table": table.name, **shown}, default=_plain, ensure_ascii=False) + "\n"


def _is_hidden(column: Any) -> bool:
    return isinstance(column.type, LargeBinary) or f"{column.table.name}.{column.name}" in HIDDEN


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an export")
