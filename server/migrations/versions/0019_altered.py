"""Watches keep how far they asked for changed old mail, and whether rules that rested are caught up with already."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("watches", sa.Column("altered_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE watches SET altered_until = synced_at")
    op.add_column("watches", sa.Column("is_rewound", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("watches", "is_rewound", server_default=None)


def downgrade() -> None:
    op.drop_column("watches", "is_rewound")
    op.drop_column("watches", "altered_until")
