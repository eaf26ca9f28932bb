"""Rules, licenses, watched mailboxes, and what was seen in them: the tables of Autopilot."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "licenses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by_id", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["people.id"], name=op.f("fk_licenses_assigned_by_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_licenses_mailbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licenses")),
    )
    op.create_index("ix_licenses_tenant_id", "licenses", ["tenant_id"], unique=False)
    op.create_index(
        "uq_licenses_live", "licenses", ["mailbox_id"], unique=True, postgresql_where=sa.text("ended_at is null")
    )
    op.create_table(
        "rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("maker_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("conversation", "address", "domain", name="rulekind", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("record_name", sa.Text(), nullable=False),
        sa.Column("attachments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("internal_too", sa.Boolean(), nullable=False),
        sa.Column("private_too", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "paused", "stopped", "removed", name="rulestate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_rules_mailbox_id")),
        sa.ForeignKeyConstraint(["maker_id"], ["people.id"], name=op.f("fk_rules_maker_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rules_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
    )
    op.create_index("ix_rules_tenant_id", "rules", ["tenant_id", "state"], unique=False)
    op.create_index(
        "uq_rules_live",
        "rules",
        ["mailbox_id", "kind", "value", "destination", "record_type", "record_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'removed'"),
    )
    op.create_table(
        "watches",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column(
            "health",
            sa.Enum(
                "connecting",
                "connected",
                "degraded",
                "authenticationError",
                "connectError",
                "accessLost",
                "unlicensed",
                "paused",
                name="health",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("carrier_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("folders_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carrier_id"], ["people.id"], name=op.f("fk_watches_carrier_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_watches_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_watches")),
    )
    op.create_index("ix_watches_due_at", "watches", ["due_at"], unique=False)
    op.create_table(
        "rule_messages",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("internet_message_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name=op.f("fk_rule_messages_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "internet_message_id", name=op.f("pk_rule_messages")),
    )
    op.create_table(
        "sightings",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("immutable_id", sa.Text(), nullable=False),
        sa.Column("internet_message_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_sightings_mailbox_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name=op.f("fk_sightings_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
    )
    op.create_index("ix_sightings_tenant_id", "sightings", ["tenant_id", "id"], unique=False)
    op.create_index("uq_sightings_message", "sightings", ["mailbox_id", "immutable_id"], unique=True)
    op.create_table(
        "watched_folders",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["watches.mailbox_id"], name=op.f("fk_watched_folders_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "folder_id", name=op.f("pk_watched_folders")),
    )
    op.add_column("saves", sa.Column("rule_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_saves_rule_id"), "saves", "rules", ["rule_id"], ["id"])


def downgrade() -> None:
    op.drop_column("saves", "rule_id")
    for table in ("watched_folders", "sightings", "rule_messages", "watches", "rules", "licenses"):
        op.drop_table(table)
