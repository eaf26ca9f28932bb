"""The built-in destination's records, emails and files.

Bytes lie in pieces of a megabyte, so that saving and reading a message of 25 MB never holds it in memory; a content is
stored once for each tenant, because every mail of a company carries the same logo. The unique key of an email is what
makes a repeated save harmless.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "local_blobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_blobs")),
        sa.UniqueConstraint("tenant_id", "sha256", name=op.f("uq_local_blobs_tenant_id_sha256")),
    )
    op.create_table(
        "local_counters",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "type", name=op.f("pk_local_counters")),
    )
    op.create_table(
        "local_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("number_key", sa.Text(), nullable=True),
        sa.Column("number_digits", sa.Text(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["local_records.id"], name=op.f("fk_local_records_company_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_records")),
        sa.UniqueConstraint("tenant_id", "type", "number_key", name=op.f("uq_local_records_tenant_id_type_number_key")),
    )
    op.create_index("ix_local_records_company_id", "local_records", ["company_id"], unique=False)
    op.create_index("ix_local_records_tenant_id_address", "local_records", ["tenant_id", "address"], unique=False)
    op.create_index("ix_local_records_tenant_id_domain", "local_records", ["tenant_id", "domain"], unique=False)
    op.create_index(
        "ix_local_records_tenant_id_number_digits", "local_records", ["tenant_id", "number_digits"], unique=False
    )
    op.create_table(
        "local_emails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("internet_message_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("mailbox_kind", sa.Text(), nullable=False),
        sa.Column("sent_by_name", sa.Text(), nullable=False),
        sa.Column("sent_by_address", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_by_id", sa.Text(), nullable=False),
        sa.Column("saved_by_name", sa.Text(), nullable=False),
        sa.Column("saved_by_address", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cc", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bcc", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("links", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("missing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mime_blob_id", sa.Uuid(), nullable=True),
        sa.Column("mime_sha256", sa.Text(), nullable=True),
        sa.Column("mime_size", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["mime_blob_id"], ["local_blobs.id"], name=op.f("fk_local_emails_mime_blob_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["local_records.id"], name=op.f("fk_local_emails_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_emails")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_local_emails_tenant_id_key")),
    )
    op.create_index("ix_local_emails_mime_blob_id", "local_emails", ["mime_blob_id"], unique=False)
    op.create_index("ix_local_emails_record_id_saved_at", "local_emails", ["record_id", "saved_at"], unique=False)
    op.create_table(
        "local_pieces",
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blob_id"], ["local_blobs.id"], name=op.f("fk_local_pieces_blob_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("blob_id", "number", name=op.f("pk_local_pieces")),
    )
    op.create_table(
        "local_files",
        sa.Column("email_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("is_inline", sa.Boolean(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=True),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["blob_id"], ["local_blobs.id"], name=op.f("fk_local_files_blob_id")),
        sa.ForeignKeyConstraint(
            ["email_id"], ["local_emails.id"], name=op.f("fk_local_files_email_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("email_id", "number", name=op.f("pk_local_files")),
    )
    op.create_index("ix_local_files_blob_id", "local_files", ["blob_id"], unique=False)


def downgrade() -> None:
    for table in ("local_files", "local_pieces", "local_emails", "local_records", "local_counters", "local_blobs"):
        op.drop_table(table)
