"""Rules everywhere and by matching, backfills, pauses of mailboxes, and what the watch has to know to read less."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

LIVE = sa.text("state <> 'removed'")
RECORD = ["kind", "value", "destination", "record_type", "record_id"]
FALSE = sa.text("false")


def upgrade() -> None:
    op.alter_column("rules", "mailbox_id", nullable=True)
    scope = sa.Enum("mailbox", "everywhere", name="scope", native_enum=False, length=16)
    op.add_column("rules", sa.Column("scope", scope, nullable=False, server_default="mailbox"))
    options = sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}")
    op.add_column("rules", options)
    op.add_column("rules", sa.Column("by_application", sa.Boolean(), nullable=False, server_default=FALSE))
    op.drop_index("uq_rules_live", "rules")
    place = sa.text("coalesce(mailbox_id, person_id)")
    op.create_index("uq_rules_live", "rules", [place, *RECORD], unique=True, postgresql_where=LIVE)
    op.create_index("ix_rules_mailbox_id", "rules", ["mailbox_id"])

    op.drop_column("watches", "folders_at")
    op.add_column("watches", sa.Column("full_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("watches", sa.Column("rest_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("grants", sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("watches", sa.Column("by_application", sa.Boolean(), nullable=False, server_default=FALSE))
    op.add_column("watches", sa.Column("outage_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("watches", sa.Column("caught_up", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("watched_folders", sa.Column("total", sa.Integer(), nullable=True))
    op.add_column("watched_folders", sa.Column("unread", sa.Integer(), nullable=True))
    op.add_column("watched_folders", sa.Column("is_left_out", sa.Boolean(), nullable=False, server_default=FALSE))

    op.add_column("sightings", sa.Column("from_address", sa.Text(), nullable=False, server_default=""))
    op.add_column("sightings", sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sightings", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sightings", sa.Column("settled_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_sightings_settled_by_id"), "sightings", "people", ["settled_by_id"], ["id"])
    op.create_index("ix_sightings_at", "sightings", ["mailbox_id", "at", "id"])
    op.create_index("ix_sightings_internet_message_id", "sightings", ["tenant_id", "internet_message_id"])

    _backfills()
    recipients = sa.Column("recipients", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}")
    op.add_column("messages", recipients)
    op.add_column("saves", sa.Column("backfill_id", sa.Uuid(), nullable=True))
    op.add_column("saves", sa.Column("by_application", sa.Boolean(), nullable=False, server_default=FALSE))
    op.add_column("saves", sa.Column("duplicate_of_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_saves_backfill_id"), "saves", "backfills", ["backfill_id"], ["id"])
    op.create_foreign_key(op.f("fk_saves_duplicate_of_id"), "saves", "saves", ["duplicate_of_id"], ["id"])
    op.create_index("ix_saves_rule_id", "saves", ["rule_id", "state"])
    some = sa.text("backfill_id is not null")
    op.create_index("ix_saves_backfill_id", "saves", ["backfill_id", "state"], postgresql_where=some)

    _indices()
    op.create_table(
        "message_bodies",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_bodies_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_bodies")),
    )
    op.create_table(
        "announcements",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("immutable_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["watches.mailbox_id"], name=op.f("fk_announcements_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "immutable_id", name=op.f("pk_announcements")),
    )
    op.create_table(
        "pauses",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_pauses")),
    )


def _indices() -> None:
    """For the list of activity. Lines about saves carry their mailbox from now on; older ones get it."""
    op.drop_index("ix_activities_person", "activities")
    op.create_index("ix_activities_person", "activities", ["tenant_id", "person_id", "at", "id"])
    mailbox = sa.text("(detail ->> 'mailbox')")
    op.create_index("ix_activities_mailbox", "activities", ["tenant_id", mailbox, "at", "id"])
    op.create_index("ix_saves_message_id", "saves", ["message_id"])
    is_open = sa.text("state in ('queued', 'saving', 'partial', 'failed')")
    op.create_index("ix_saves_open", "saves", ["tenant_id", "state", "created_at"], postgresql_where=is_open)
    is_for_review = sa.text("decision = 'unmatched' and settled_at is null")
    op.create_index("ix_sightings_open", "sightings", ["mailbox_id", "at", "id"], postgresql_where=is_for_review)
    op.execute(
        "UPDATE activities SET detail = detail || jsonb_build_object('mailbox', mailboxes.address)"
        " FROM saves JOIN messages ON messages.id = saves.message_id"
        " JOIN mailboxes ON mailboxes.id = messages.mailbox_id"
        " WHERE activities.save_id = saves.id AND NOT activities.detail ? 'mailbox'"
    )


def _backfills() -> None:
    states = ("running", "paused", "done", "failed", "undoing", "undone")
    op.create_table(
        "backfills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Enum(*states, name="backfillstate", native_enum=False, length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_backfills_mailbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_backfills_person_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name=op.f("fk_backfills_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfills")),
    )
    op.create_index("ix_backfills_rule_id", "backfills", ["rule_id", "created_at"])
    at_work = sa.text("state in ('running', 'undoing')")
    op.create_index("ix_backfills_due_at", "backfills", ["due_at"], postgresql_where=at_work)


def downgrade() -> None:
    """Rules that an older version does not know are lost; what they saved stays."""
    op.drop_table("pauses")
    op.drop_table("announcements")
    op.drop_table("message_bodies")
    op.drop_column("messages", "recipients")
    for column in ("duplicate_of_id", "by_application", "backfill_id"):
        op.drop_column("saves", column)
    op.drop_index("ix_sightings_open", "sightings")
    for index in ("ix_saves_open", "ix_saves_message_id", "ix_saves_rule_id"):
        op.drop_index(index, "saves")
    op.drop_index("ix_activities_mailbox", "activities")
    op.drop_index("ix_activities_person", "activities")
    op.create_index("ix_activities_person", "activities", ["tenant_id", "person_id", "id"])
    op.drop_table("backfills")
    op.drop_index("ix_sightings_internet_message_id", "sightings")
    op.drop_index("ix_sightings_at", "sightings")
    for column in ("settled_by_id", "settled_at", "received_at", "from_address"):
        op.drop_column("sightings", column)
    for column in ("is_left_out", "unread", "total"):
        op.drop_column("watched_folders", column)
    op.drop_column("grants", "lost_at")
    for column in ("caught_up", "outage_at", "by_application", "rest_until", "full_at"):
        op.drop_column("watches", column)
    op.add_column("watches", sa.Column("folders_at", sa.DateTime(timezone=True), nullable=True))
    unknown = "SELECT id FROM rules WHERE mailbox_id IS NULL OR kind = 'match'"
    op.execute(f"UPDATE saves SET rule_id = NULL WHERE rule_id IN ({unknown})")
    op.execute(f"UPDATE sightings SET rule_id = NULL WHERE rule_id IN ({unknown})")
    op.execute(f"DELETE FROM rule_messages WHERE rule_id IN ({unknown})")
    op.execute("DELETE FROM rules WHERE mailbox_id IS NULL OR kind = 'match'")
    op.drop_index("ix_rules_mailbox_id", "rules")
    op.drop_index("uq_rules_live", "rules")
    op.create_index("uq_rules_live", "rules", ["mailbox_id", *RECORD], unique=True, postgresql_where=LIVE)
    for column in ("by_application", "options", "scope"):
        op.drop_column("rules", column)
    op.alter_column("rules", "mailbox_id", nullable=False)
