"""Activity: what happened, in the order it happened. Rows are only ever added."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base
from server.models.people import Person
from server.models.saves import Save


class Activity(Base):
    """`what` is one word (saved, partial, failed, undone, moved, retried); `detail` holds codes
    and names for showing. `is_automatic`: it is how a save of a rule ended, which nobody did.
    """

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_person", "tenant_id", "person_id", "at", "id"),
        Index("ix_activities_mailbox", "tenant_id", text("(detail ->> 'mailbox')"), "at", "id"),
        Index("ix_activities_by_people", "tenant_id", "at", "id", postgresql_where=text("not is_automatic")),
        Index("ix_activities_failed", "tenant_id", "at", postgresql_where=text("what = 'failed'")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    tenant_id: Mapped[str]
    at: Mapped[datetime]
    what: Mapped[str]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    save_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("saves.id"))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_automatic: Mapped[bool] = mapped_column(default=False, server_default=false())

    person: Mapped[Person] = relationship(lazy="joined")
    save: Mapped[Save | None] = relationship()
