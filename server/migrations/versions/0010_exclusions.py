"""Addresses and domains that Autopilot leaves alone, and counts of what was asked of Microsoft Graph.

Which lines of activity are outcomes of rules stands in the line itself from now on, so that those of people are found
among them at once; saves are counted by day from an index alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

OUTCOMES_OF_RULES = """
UPDATE activities SET is_automatic = true
FROM saves WHERE saves.id = activities.save_id AND saves.rule_id IS NOT NULL
AND activities.what IN ('saved', 'partial', 'failed')
"""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "exclusions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exclusions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusions")),
        sa.UniqueConstraint("tenant_id", "kind", "value", name=op.f("uq_exclusions_tenant_id_kind_value")),
    )
    op.create_table(
        "graph_counts",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "day", name=op.f("pk_graph_counts")),
    )
    op.add_column("activities", sa.Column("is_automatic", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(OUTCOMES_OF_RULES)
    op.create_index(
        "ix_activities_by_people", "activities", ["tenant_id", "at", "id"], postgresql_where=sa.text("not is_automatic")
    )
    op.create_index(
        "ix_activities_failed", "activities", ["tenant_id", "at"], postgresql_where=sa.text("what = 'failed'")
    )
    op.create_index(
        "ix_saves_saved_at",
        "saves",
        ["tenant_id", "how", "saved_at"],
        postgresql_where=sa.text("state in ('saved', 'partial') and duplicate_of_id is null"),
    )
    op.drop_index("ix_saves_rule_id", "saves")
    op.create_index("ix_saves_rule_id", "saves", ["rule_id", "state", "saved_at"])


def downgrade() -> None:
    op.drop_index("ix_saves_rule_id", "saves")
    op.create_index("ix_saves_rule_id", "saves", ["rule_id", "state"])
    op.drop_index("ix_saves_saved_at", "saves")
    op.drop_index("ix_activities_failed", "activities")
    op.drop_index("ix_activities_by_people", "activities")
    op.drop_column("activities", "is_automatic")
    op.drop_table("graph_counts")
    op.drop_table("exclusions")
