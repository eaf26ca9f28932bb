"""The audit log is a chain, and append-only.

A line that a person caused is chained when its transaction commits, by a trigger that comes after all else that the
transaction locks: so there is one chain for each tenant however many write, and no two of them wait for each other in a
circle. The version before this one writes chained lines too, without knowing it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"

# What server/administration/chain.py spells in the same way.
LINE = """
    jsonb_build_array(
        {line}.tenant_id, {line}.id, to_char({line}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), {line}.what,
        {line}.person_id, {line}.save_id, {line}.detail, {line}.is_automatic
    )::text
"""
FIRST = "sha256(convert_to('affix audit ' || {tenant}, 'UTF8'))"

APPEND = f"""
CREATE FUNCTION append_to_audit(tenant text, moment timestamptz, line integer, told jsonb, said text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last audit_heads;
    content bytea := sha256(convert_to(said, 'UTF8'));
    following bytea;
BEGIN
    SELECT * INTO last FROM audit_heads WHERE tenant_id = tenant FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_heads VALUES (tenant, 0, {FIRST.format(tenant="tenant")}) ON CONFLICT DO NOTHING;
        SELECT * INTO last FROM audit_heads WHERE tenant_id = tenant FOR UPDATE;
    END IF;
    following := sha256(last.digest || int8send(last.number + 1) || content);
    INSERT INTO audit_entries (tenant_id, number, at, activity_id, note, content, digest)
        VALUES (tenant, last.number + 1, moment, line, told, content, following);
    UPDATE audit_heads SET number = last.number + 1, digest = following WHERE tenant_id = tenant;
END $$
"""
CHAIN = f"""
CREATE FUNCTION chain_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM append_to_audit(NEW.tenant_id, NEW.at, NEW.id, NULL, {LINE.format(line="NEW")});
    RETURN NULL;
END $$
"""
REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('affix.forgetting', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'What happened is only ever added to.' USING ERRCODE = 'restrict_violation';
END $$
"""
# In one go, since a row that changes very often within one transaction becomes slow.
CHAIN_WHAT_IS_THERE = f"""
DO $$
DECLARE
    line activities;
    tenant text := '';
    number bigint;
    digest bytea;
    content bytea;
BEGIN
    FOR line IN SELECT * FROM activities WHERE NOT is_automatic ORDER BY tenant_id, at, id LOOP
        IF line.tenant_id <> tenant THEN
            IF tenant <> '' THEN
                INSERT INTO audit_heads VALUES (tenant, number, digest);
            END IF;
            tenant := line.tenant_id;
            number := 0;
            digest := {FIRST.format(tenant="tenant")};
        END IF;
        number := number + 1;
        content := sha256(convert_to({LINE.format(line="line")}, 'UTF8'));
        digest := sha256(digest || int8send(number) || content);
        INSERT INTO audit_entries VALUES (tenant, number, line.at, line.id, NULL, content, digest);
    END LOOP;
    IF tenant <> '' THEN
        INSERT INTO audit_heads VALUES (tenant, number, digest);
    END IF;
END $$
"""
KEPT = ("activities", "audit_entries")


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("note", postgresql.JSONB(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "number", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["tenant_id", "at"])
    op.create_index("ix_audit_entries_activity_id", "audit_entries", ["activity_id"])
    op.create_table(
        "audit_heads",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_audit_heads")),
    )
    op.execute("LOCK TABLE activities IN SHARE ROW EXCLUSIVE MODE")  # nobody adds a line between the two next steps
    op.execute(CHAIN_WHAT_IS_THERE)
    op.execute(APPEND)
    op.execute(CHAIN)
    op.execute(
        "CREATE CONSTRAINT TRIGGER chained AFTER INSERT ON activities DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW WHEN (NOT NEW.is_automatic) EXECUTE FUNCTION chain_activity()"
    )
    op.execute(REFUSE)
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER kept_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.execute("DROP TRIGGER chained ON activities")
    for table in KEPT:
        op.execute(f"DROP TRIGGER kept ON {table}")
        op.execute(f"DROP TRIGGER kept_whole ON {table}")
    for function in ("refuse_change", "chain_activity", "append_to_audit"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("audit_heads")
    op.drop_table("audit_entries")
