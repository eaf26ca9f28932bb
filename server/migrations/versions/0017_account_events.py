"""What programs are told of the messages in their accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    texts = postgresql.ARRAY(sa.Text())
    op.create_table(
        "known_messages",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("immutable_id", sa.Text(), nullable=False),
        sa.Column("folder_id", sa.Text(), nullable=True),
        sa.Column("flags", texts, nullable=True),
        sa.Column("labels", texts, nullable=True),
        sa.Column("internet_message_id", sa.Text(), nullable=True),
        sa.Column("gone_at", moment, nullable=True),
        sa.Column("deleted_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_known_messages_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "immutable_id", name=op.f("pk_known_messages")),
    )
    op.create_index("ix_known_messages_internet_message_id", "known_messages", ["mailbox_id", "internet_message_id"])
    op.create_index(
        "ix_known_messages_gone", "known_messages", ["mailbox_id"], postgresql_where=sa.text("gone_at is not null")
    )
    op.add_column("watches", sa.Column("rules_rest_since", moment, nullable=True))
    op.add_column("watched_folders", sa.Column("parent_id", sa.Text(), nullable=True))
    op.add_column("watched_folders", sa.Column("special_use", sa.Text(), nullable=True))
    # The changes of a folder come with what the first question named, and that is more from now on.
    op.execute("UPDATE watched_folders SET link = NULL")
    op.add_column("announcements", sa.Column("change", sa.Text(), server_default="created", nullable=False))
    op.alter_column("announcements", "change", server_default=None)
    op.add_column("subscriptions", sa.Column("changes", sa.Text(), nullable=True))
    op.add_column("webhooks", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_webhooks_account_id"), "webhooks", "accounts", ["account_id"], ["id"])
    op.add_column("webhooks", sa.Column("inbox_only", sa.Boolean(), server_default="false", nullable=False))
    op.alter_column("webhooks", "inbox_only", server_default=None)


def downgrade() -> None:
    op.drop_column("webhooks", "inbox_only")
    op.drop_column("webhooks", "account_id")
    op.drop_column("subscriptions", "changes")
    op.drop_column("announcements", "change")
    op.drop_column("watched_folders", "special_use")
    op.drop_column("watched_folders", "parent_id")
    op.drop_column("watches", "rules_rest_since")
    op.drop_table("known_messages")
