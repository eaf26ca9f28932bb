"""Keys of programs, what they were used for, and the names that programs give to Affix's registration."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.Column("last_used_at", moment, nullable=True),
        sa.Column("rest_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_api_keys_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_index("ix_api_keys_tenant_id", "api_keys", ["tenant_id", "created_at", "id"])
    op.create_table(
        "api_uses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_api_uses_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_uses")),
    )
    op.create_index("ix_api_uses_key_id", "api_uses", ["key_id", "at", "id"])
    op.create_index("ix_api_uses_at", "api_uses", ["at"])
    kind = sa.Enum("outlook", "outlookService", name="registrationkind", native_enum=False, length=16)
    op.create_table(
        "registrations",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_registrations")),
    )


def downgrade() -> None:
    op.drop_table("registrations")
    op.drop_table("api_uses")
    op.drop_table("api_keys")
