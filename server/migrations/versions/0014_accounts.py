"""Accounts: mailboxes that programs use."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    json = postgresql.JSONB(astext_type=sa.Text())
    access = sa.Enum("own", "direct", "delegated", "application", "unset", name="access", native_enum=False, length=16)
    state = sa.Enum(
        "init",
        "connecting",
        "syncing",
        "connected",
        "disconnected",
        "paused",
        "authenticationError",
        "connectError",
        "unset",
        name="accountstate",
        native_enum=False,
        length=24,
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("access", access, nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("auth_user", sa.Text(), nullable=True),
        sa.Column("delegated_user", sa.Text(), nullable=True),
        sa.Column("delegated_account", sa.Text(), nullable=True),
        sa.Column("expected_email", sa.Text(), nullable=True),
        sa.Column("mailbox_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("main_id", sa.Uuid(), nullable=True),
        sa.Column("state", state, nullable=False),
        sa.Column("last_error", json, nullable=True),
        sa.Column("delegation_error", sa.Text(), nullable=True),
        sa.Column("paused_at", moment, nullable=True),
        sa.Column("notify_from", moment, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_accounts_mailbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.ForeignKeyConstraint(["main_id"], ["accounts.id"], name=op.f("fk_accounts_main_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("tenant_id", "account", name=op.f("uq_accounts_tenant_id")),
    )
    for name in ("mailbox_id", "person_id", "main_id"):
        op.create_index(f"ix_accounts_{name}", "accounts", [name])
    op.create_table(
        "account_changes",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", json, nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
    )
    op.create_index("ix_account_changes_tenant_id", "account_changes", ["tenant_id", "id"])


def downgrade() -> None:
    op.drop_table("account_changes")
    op.drop_table("accounts")
