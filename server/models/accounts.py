"""Accounts: mailboxes that programs use through the account API, each under an id that the program chose."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Enum, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.mailboxes import Mailbox
from server.models.people import Person


class Access(enum.StrEnum):
    """With whose right an account's mailbox is used: `own` and `direct` with the grant of whoever signed in (to their
    own mailbox, to another one), `delegated` with that of a main account, `application` with what the tenant granted
    to Affix itself; `unset` as long as nobody has signed in.
    """

    own = "own"
    direct = "direct"
    delegated = "delegated"
    application = "application"
    unset = "unset"


class AccountState(enum.StrEnum):
    """As clients of the account API know them. `syncing` is usable too: mail is noticed by looking now and then."""

    init = "init"
    connecting = "connecting"
    syncing = "syncing"
    connected = "connected"
    disconnected = "disconnected"
    paused = "paused"
    authentication_error = "authenticationError"
    connect_error = "connectError"
    unset = "unset"


class Account(Base):
    """`account` is the program's id for it, one of its tenant. The mailbox, whose grant reads it and how it goes are
    the same rows that Autopilot has: an account adds only who asked for it and what is told of it.

    `person` is whose grant carries it; None for `delegated` (the main account's counts), `application` and `unset`.
    `auth_user`, `delegated_user`, `delegated_account` and `provider` are what was asked for, to be shown again.
    `state` and `last_error` {"response", "serverResponseCode"} are as they were last told; `notify_from` is from when
    on new messages are told.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("tenant_id", "account"),
        Index("ix_accounts_mailbox_id", "mailbox_id"),
        Index("ix_accounts_person_id", "person_id"),
        Index("ix_accounts_main_id", "main_id"),
    )

    id: Mapped[Id]
    tenant_id: Mapped[str]
    account: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    access: Mapped[Access] = mapped_column(Enum(Access, native_enum=False, length=16))
    provider: Mapped[str | None]
    auth_user: Mapped[str | None]
    delegated_user: Mapped[str | None]
    delegated_account: Mapped[str | None]
    expected_email: Mapped[str | None]
    mailbox_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("mailboxes.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    main_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[AccountState] = mapped_column(
        Enum(AccountState, native_enum=False, length=24, values_callable=lambda kinds: [kind.value for kind in kinds]),
        default=AccountState.init,
    )
    last_error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    delegation_error: Mapped[str | None]
    paused_at: Mapped[datetime | None]
    notify_from: Mapped[datetime]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    mailbox: Mapped[Mailbox | None] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")
    main: Mapped["Account | None"] = relationship(remote_side="Account.id", lazy="joined", join_depth=1)


class AccountChange(Base):
    """That an account's state changed: what `/v1/changes` streams, in this order, and forgets after a while."""

    __tablename__ = "account_changes"
    __table_args__ = (Index("ix_account_changes_tenant_id", "tenant_id", "id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    tenant_id: Mapped[str]
    account: Mapped[str]
    state: Mapped[str]
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime]
