"""Outgoing webhooks and their deliveries; when somebody was told that a connection runs out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("failing_since", moment, nullable=True),
        sa.Column("troubles", sa.Integer(), nullable=False),
        sa.Column("quiet_until", moment, nullable=True),
        sa.Column("lease_until", moment, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_webhooks_made_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index("ix_webhooks_tenant_id", "webhooks", ["tenant_id", "created_at", "id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("delivered_at", moment, nullable=True),
        sa.Column("headers", json, nullable=True),
        sa.Column("answer", json, nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id_webhooks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    waits = sa.text("state = 'waiting'")
    is_test = sa.text("state = 'waiting' and event = 'webhookTest'")
    op.create_index("ix_deliveries_due", "deliveries", ["webhook_id", "next_at"], postgresql_where=waits)
    op.create_index("ix_deliveries_tests", "deliveries", ["webhook_id"], postgresql_where=is_test)
    op.create_index("ix_deliveries_list", "deliveries", ["webhook_id", "created_at", "id"])
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
    op.add_column("grants", sa.Column("warned_at", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("grants", "warned_at")
    op.drop_table("deliveries")
    op.drop_table("webhooks")
