"""Outages of destinations, saves that are being undone, how often one killed its worker; pauses of any place."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

ZERO = sa.text("0")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    json = postgresql.JSONB(astext_type=sa.Text())
    op.alter_column("pauses", "mailbox", new_column_name="name")
    op.create_table(
        "outages",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("wait", sa.Float(), nullable=False),
        sa.Column("probe_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "destination", name=op.f("pk_outages")),
    )
    op.add_column("saves", sa.Column("undoing", json, nullable=True))
    op.add_column("saves", sa.Column("deaths", sa.Integer(), nullable=False, server_default=ZERO))
    op.execute("UPDATE saves SET leaving = NULL WHERE leaving = 'null'")
    some = sa.text("undoing is not null or leaving is not null")
    op.create_index("ix_saves_taken_off", "saves", ["tenant_id"], postgresql_where=some)


def downgrade() -> None:
    """What is being undone at that moment goes back to the queue, and is saved."""
    op.execute("UPDATE saves SET state = 'queued' WHERE undoing IS NOT NULL")
    op.drop_index("ix_saves_taken_off", "saves")
    op.drop_column("saves", "deaths")
    op.drop_column("saves", "undoing")
    op.drop_table("outages")
    op.alter_column("pauses", "name", new_column_name="mailbox")
