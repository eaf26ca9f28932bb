"""Favourites of a mailbox, what people prefer, and who is filing a message right now.

A save also names its mailbox, so that the latest records of a mailbox are found without looking at all its messages.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "favorites",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("shown", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_favorites_mailbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_favorites_person_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "destination", "record_type", "record_id", name=op.f("pk_favorites")),
    )
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.Column("remind_on_send", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "openings",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("immutable_id", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("internet_message_id", sa.Text(), nullable=True),
        sa.Column("from_address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sent_at", moment, nullable=True),
        sa.Column("opened_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_openings_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "immutable_id", name=op.f("pk_openings")),
    )
    op.create_index("ix_openings_internet_message_id", "openings", ["tenant_id", "internet_message_id"])
    op.create_index("ix_openings_opened_at", "openings", ["opened_at"])
    op.create_table(
        "presences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("immutable_id", sa.Text(), nullable=False),
        sa.Column("records", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_presences_person_id")),
        sa.ForeignKeyConstraint(
            ["mailbox_id", "immutable_id"],
            ["openings.mailbox_id", "openings.immutable_id"],
            name=op.f("fk_presences_mailbox_id_immutable_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_presences")),
    )
    op.create_index("ix_presences_mailbox_id_immutable_id", "presences", ["mailbox_id", "immutable_id"])
    op.create_index("ix_presences_until", "presences", ["until"])
    op.add_column("mailboxes", sa.Column("attachments", sa.Text(), nullable=True))
    op.add_column("saves", sa.Column("mailbox_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE saves SET mailbox_id = m.mailbox_id FROM messages m WHERE m.id = saves.message_id")
    op.create_foreign_key(op.f("fk_saves_mailbox_id"), "saves", "mailboxes", ["mailbox_id"], ["id"])
    op.create_index("ix_saves_mailbox_id", "saves", ["mailbox_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_saves_mailbox_id", "saves")
    op.drop_column("saves", "mailbox_id")
    op.drop_column("mailboxes", "attachments")
    op.drop_table("presences")
    op.drop_table("openings")
    op.drop_table("preferences")
    op.drop_table("favorites")
