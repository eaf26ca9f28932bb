"""Watched mailboxes: how far each folder was read, and how the watching goes."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Enum, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base
from server.models.mailboxes import Mailbox


class Health(enum.StrEnum):
    """ "connected" only where new mail would really be noticed; "degraded" is polling without notifications."""

    connecting = "connecting"
    connected = "connected"
    degraded = "degraded"
    authentication_error = "authenticationError"
    connect_error = "connectError"
    access_lost = "accessLost"
    unlicensed = "unlicensed"
    paused = "paused"


class Watch(Base):
    """A mailbox with rules or accounts. `due_at` is when it has to be looked at next; it only moves forward meanwhile.

    `fence` grows with each drain, so that a worker that was away cannot write an older place over a newer one.
    `carrier` is who read it last; None before the first time, and where Affix itself does (`by_application`).
    `full_at` is when every folder was read whatever its counts said. Until `rest_until` announcements wait, so that a
    burst is read in few looks. `outage_at` is since when nobody could read it;
    `caught_up` tells of the last such gap: {"since", "until", "messages", "saves"}. `rules_rest_since` is since when it
    is read for accounts alone, because its rules have no licence or none is active: what they missed is read once more
    afterwards, from where its folders were then put back to (`is_rewound`). Until `altered_until` Graph was asked for
    changes of mail from before everything that is watched.
    """

    __tablename__ = "watches"
    __table_args__ = (Index("ix_watches_due_at", "due_at"),)

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    tenant_id: Mapped[str]
    health: Mapped[Health] = mapped_column(
        Enum(Health, native_enum=False, length=24, values_callable=lambda kinds: [kind.value for kind in kinds]),
        default=Health.connecting,
    )
    reason: Mapped[str | None]
    carrier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    synced_at: Mapped[datetime | None]
    full_at: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]
    by_application: Mapped[bool] = mapped_column(default=False)
    outage_at: Mapped[datetime | None]
    caught_up: Mapped[dict[str, Any] | None]
    rules_rest_since: Mapped[datetime | None]
    is_rewound: Mapped[bool] = mapped_column(default=False)
    altered_until: Mapped[datetime | None]

    mailbox: Mapped[Mailbox] = relationship(lazy="joined")


class WatchedFolder(Base):
    """A folder and the delta link up to which it was read; None before the first time and after a reset.

    `total` and `unread` are its counts when that reading began: as long as they stay, nothing came. `is_left_out`:
    rules never look at mail in it (drafts, the outbox, the bins). `special_use` is the name by which Graph knows it,
    whatever the mailbox calls it: "inbox", "sentitems" and so on.
    """

    __tablename__ = "watched_folders"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("watches.mailbox_id"), primary_key=True)
    folder_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    link: Mapped[str | None]
    total: Mapped[int | None]
    unread: Mapped[int | None]
    is_left_out: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[str | None]
    special_use: Mapped[str | None]


class Announcement(Base):
    """A message that Graph announced and that no look has found yet: it may not be there yet, or not for us. `change`
    is "created", "updated" or "deleted".
    """

    __tablename__ = "announcements"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("watches.mailbox_id"), primary_key=True)
    immutable_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    change: Mapped[str] = mapped_column(default="created")


class Sighting(Base):
    """That Autopilot saw a message, and what it did about it: the answer to "why was this (not) saved?".

    `decision` is "matched", "unmatched" or the code of why it was left out. Of unmatched mail that a rule keeps for
    review, `settled_at` says when somebody saved or dismissed it.
    """

    __tablename__ = "sightings"
    __table_args__ = (
        Index("uq_sightings_message", "mailbox_id", "immutable_id", unique=True),
        Index("ix_sightings_tenant_id", "tenant_id", "id"),
        Index("ix_sightings_at", "mailbox_id", "at", "id"),
        Index(
            "ix_sightings_open",
            "mailbox_id",
            "at",
            "id",
            postgresql_where=text("decision = 'unmatched' and settled_at is null"),
        ),
        Index("ix_sightings_internet_message_id", "tenant_id", "internet_message_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    tenant_id: Mapped[str]
    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"))
    immutable_id: Mapped[str]
    internet_message_id: Mapped[str | None]
    subject: Mapped[str]
    from_address: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime | None]
    at: Mapped[datetime]
    decision: Mapped[str]
    reason: Mapped[str]
    rule_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("rules.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
