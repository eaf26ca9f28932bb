"""Records chosen for messages that are still being written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    json = postgresql.JSONB(astext_type=sa.Text())
    state = sa.Enum("waiting", "sent", "ended", name="outgoingstate", native_enum=False, length=16)
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("immutable_id", sa.Text(), nullable=False),
        sa.Column("folder_id", sa.Text(), nullable=True),
        sa.Column("internet_message_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("from_address", sa.Text(), nullable=False),
        sa.Column("mailbox_kind", sa.Text(), nullable=False),
        sa.Column("records", json, nullable=False),
        sa.Column("attachments", json, nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("lease_until", moment, nullable=True),
        sa.Column("fresh_at", moment, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("settled_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_outgoing_mailbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outgoing_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    waits = sa.text("state = 'waiting'")
    draft = ["mailbox_id", "immutable_id"]
    op.create_index("uq_outgoing_waiting", "outgoing", draft, unique=True, postgresql_where=waits)
    op.create_index("ix_outgoing_due_at", "outgoing", ["due_at"], postgresql_where=waits)
    op.create_index("ix_outgoing_person_id", "outgoing", ["person_id", "created_at"])
    op.create_index("ix_outgoing_mailbox_id", "outgoing", ["mailbox_id", "created_at"])


def downgrade() -> None:
    op.drop_table("outgoing")
