"""The queue finds the last turn of a tenant by an index; see server/turns.py."""

import sqlalchemy as sa
from alembic import op

from server.migrations import meanwhile

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    meanwhile.create_index(
        "bells_of_tenants",
        "procrastinate_jobs",
        [sa.text("split_part(queueing_lock, '@', 2)"), "task_name", "priority"],
        postgresql_where=sa.text("status <> 'doing' AND scheduled_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("bells_of_tenants", "procrastinate_jobs")
