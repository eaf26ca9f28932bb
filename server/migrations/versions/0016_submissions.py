"""Messages that programs gave us to send, their files, and where else sent copies are looked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    json = postgresql.JSONB(astext_type=sa.Text())
    states = ("queued", "sending", "sent", "failed", "withdrawn")
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("message", json, nullable=False),
        sa.Column("envelope", json, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Enum(*states, name="submissionstate", native_enum=False, length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("most_attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("send_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("lease_until", moment, nullable=True),
        sa.Column("draft_asked_at", moment, nullable=True),
        sa.Column("draft_id", sa.Text(), nullable=True),
        sa.Column("kept", sa.Integer(), nullable=True),
        sa.Column("send_asked_at", moment, nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("command", sa.Text(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("settled_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_submissions_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
    )
    op.create_index("uq_submissions_queue_id", "submissions", ["tenant_id", "queue_id"], unique=True)
    named = sa.text("idempotency_key IS NOT NULL")
    keys = ["account_id", "idempotency_key"]
    op.create_index("uq_submissions_idempotency_key", "submissions", keys, unique=True, postgresql_where=named)
    waits = sa.text("state IN ('queued', 'sending')")
    op.create_index("ix_submissions_due_at", "submissions", ["due_at"], postgresql_where=waits)
    op.create_index("ix_submissions_tenant_id", "submissions", ["tenant_id", "created_at"])
    op.create_table(
        "submission_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("is_inline", sa.Boolean(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("source", json, nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_submission_files_submission_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_files")),
    )
    op.create_index("ix_submission_files_submission_id", "submission_files", ["submission_id", "position"])
    op.create_table(
        "submission_pieces",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["submission_files.id"], name=op.f("fk_submission_pieces_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_submission_pieces")),
    )
    # Files are packed already, and whole pieces of them are read.
    op.execute("ALTER TABLE submission_pieces ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_table(
        "sent_places",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("read_until", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_sent_places_mailbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sent_places_person_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "person_id", name=op.f("pk_sent_places")),
    )
    op.create_index("ix_sent_places_due_at", "sent_places", ["due_at"])


def downgrade() -> None:
    op.drop_table("sent_places")
    op.drop_table("submission_pieces")
    op.drop_table("submission_files")
    op.drop_table("submissions")
