"""What all processes count together for the operator's metrics, and the trace that a save belongs to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("labels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", "part", name=op.f("pk_tallies")),
    )
    op.add_column("saves", sa.Column("trace", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("saves", "trace")
    op.drop_table("tallies")
