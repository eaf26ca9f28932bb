"""Messages that somebody took off a mailbox's work list."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "dismissals",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("immutable_id", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_dismissals_mailbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_dismissals_person_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "immutable_id", name=op.f("pk_dismissals")),
    )


def downgrade() -> None:
    op.drop_table("dismissals")
