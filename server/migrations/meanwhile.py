"""For migrations of tables that others write to at the same time."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op


def create_index(name: str, table: str, columns: Sequence[str | sa.TextClause], **more: Any) -> None:
    """As `op.create_index`, which stops all writing to the table until the index is there. This one waits for the
    transactions that have begun before, as long as that takes. It is the only thing that its migration does: it runs
    outside of the transaction, and makes anew what a try left that was cut off.
    """
    with op.get_context().autocommit_block():
        [patience] = op.get_bind().execute(sa.text("SHOW lock_timeout")).scalars()
        op.execute("SET lock_timeout = 0")
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, list(columns), postgresql_concurrently=True, **more)
        op.execute(sa.text(f"SET lock_timeout = '{patience}'"))
