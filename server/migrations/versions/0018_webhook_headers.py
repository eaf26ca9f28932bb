"""Webhooks prove themselves in two ways, carry headers of their own, and know when one arrived last."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    style = sa.Enum("standard", "emailengine", name="headerstyle", native_enum=False, length=16)
    op.add_column("webhooks", sa.Column("style", style, nullable=False, server_default="standard"))
    op.alter_column("webhooks", "style", server_default=None)
    op.add_column("webhooks", sa.Column("by_program", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("webhooks", "by_program", server_default=None)
    op.add_column("webhooks", sa.Column("sealed_headers", sa.LargeBinary(), nullable=True))
    op.add_column("webhooks", sa.Column("last_delivered_at", sa.DateTime(timezone=True), nullable=True))
    last = "SELECT max(delivered_at) FROM deliveries WHERE webhook_id = webhooks.id"
    op.execute(f"UPDATE webhooks SET last_delivered_at = ({last})")
    mine = sa.text("by_program and account_id is null and state <> 'removed'")
    op.create_index("uq_webhooks_by_program", "webhooks", ["tenant_id"], unique=True, postgresql_where=mine)
    op.create_index("ix_webhooks_account_id", "webhooks", ["account_id"])


def downgrade() -> None:
    op.drop_index("ix_webhooks_account_id", "webhooks")
    op.drop_index("uq_webhooks_by_program", "webhooks")
    for name in ("last_delivered_at", "sealed_headers", "by_program", "style"):
        op.drop_column("webhooks", name)
