"""Whose turn it is in the queue that all workers share: bells are answered in the order of their turns.

The turn of a bell is the moment at which it is rung, and a little later for what nobody waits for. Bells of one tenant
and kind that wait have turns some seconds apart, however many there are: so a tenant that rings one waits behind a few
of each other tenant, and not behind all that another one has waiting. Nothing waits for ever, because the turn of what
waits is at some time before that of all that is new; and as long as there are threads nothing waits at all.

A turn is the priority of a job, in half seconds and negative: what comes earlier is more. Bells of the release before
were more than any turn.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

FROM = 1767225600  # 2026-01-01: half seconds since then fit into a priority until 2060
OF = "@"  # between what a bell is about and whose it is, in the name by which only one of them waits


@cache
def _bell(table: str | None) -> TextClause:
    """`table` is where the tenant is found by the id `about`; without one, `about` is the tenant."""
    # An index, bells_of_tenants, has the last of the tenant's turns; see migration 0022.
    owner = f"(SELECT tenant_id FROM {table} WHERE id = CAST(:about AS uuid))" if table else "CAST(:about AS text)"
    return text(f"""
        WITH bell AS MATERIALIZED (
            SELECT coalesce({owner}, '') AS tenant, CAST(:task AS text) AS task, CAST(:at AS timestamptz) AS at
        ), turn AS MATERIALIZED (
            SELECT *, extract(epoch FROM coalesce(at, clock_timestamp())) - {FROM} + CAST(:later AS numeric) AS turn
            FROM bell
        )
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, scheduled_at)
        SELECT 'work', task, least(
                CAST(ceil(-2 * turn) AS integer),
                (SELECT min(priority) - CAST(:apart AS integer) FROM procrastinate_jobs
                 WHERE split_part(queueing_lock, '{OF}', 2) = tenant AND task_name = task
                     AND status <> 'doing' AND scheduled_at IS NULL AND at IS NULL)
            ), CAST(:subject AS text) || '{OF}' || tenant, CAST(:args AS jsonb), at
        FROM turn
        ON CONFLICT DO NOTHING
    """)


def ring(
    session: Session,
    task: str,
    subject: str,
    args: str,
    *,
    table: str | None,
    about: str,
    apart: float,
    later: float = 0.0,
    at: datetime | None = None,
) -> None:
    """Have `task` called with `args`, a JSON object, once the session's transaction is committed, or at `at`; unless it
    waits to be called about the same subject already. `apart`: seconds between two turns of the task for one tenant;
    `later`: seconds by which others come before it that are rung at the same time.
    """
    values = {"task": task, "subject": subject, "args": args, "about": about, "later": later, "at": at}
    session.execute(_bell(table), {**values, "apart": round(2 * apart)})


def in_turn(
    subject: InstrumentedAttribute[Any],
    tenant: InstrumentedAttribute[str],
    since: InstrumentedAttribute[Any],
    *conditions: ColumnElement[bool],
    most: int,
) -> Select[Any]:
    """So many subjects, at most, to which the conditions apply: what waits longest of each tenant, then the second of
    each, and so on. Who rings for what is overdue rings for some of everybody.
    """
    place = func.row_number().over(partition_by=tenant, order_by=since)
    found = select(subject.label("subject"), since.label("since"), place.label("place")).where(*conditions).subquery()
    return select(found.c.subject).order_by(found.c.place, found.c.since).limit(most)
