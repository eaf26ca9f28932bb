"""What watched mailboxes cost while no mail comes: a week, in which whatever is due next happens at once.

No clock is touched. Instead all that both sides wrote down is moved into the past, up to the moment that is due next;
only tokens stay as they are, since in a true week they would be renewed before Graph had refused one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.watched import SUPPORT, Watched, shown, watched
from tests.launching import until

PEOPLE = {
    SUPPORT: "ben",
    "sales@contoso.example": "ana",
    "ana@contoso.example": "ana",
    "ben@contoso.example": "ben",
    "cleo@contoso.example": "cleo",
    "mallory@contoso.example": "mallory",
}
SILENT = "room1@contoso.example"
DAYS = 7
TOGETHER = 60.0  # seconds: what is due within the minute is done at once

COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'timestamp with time zone'
        AND (table_name NOT LIKE 'procrastinate%' OR (table_name, column_name) = ('procrastinate_jobs', 'scheduled_at'))
"""
DUE_IN = "SELECT extract(epoch FROM min(due_at) - now())::float8 FROM watches"
OVERDUE = "SELECT count(*) FROM watches WHERE lease_until IS NOT NULL OR due_at <= now()"


def week(database_url: str, folder: Path, days: float = DAYS) -> list[Figure]:
    """Of mailboxes whose mail has been announced before, and of one that never got any."""
    with _watched_mailboxes(database_url, folder) as there:
        _let_pass(there, timedelta(days=days))
        asked, silent, renewals = there.asked(PEOPLE), there.asked([SILENT]), there.renewals()
    what, hours = f"{days:g} idle days of {len(PEOPLE)} mailboxes", days * 24
    return [
        Figure(
            f"{what}: Graph requests per mailbox and hour",
            asked.total() / len(PEOPLE) / hours,
            "requests",
            0.1,
            f"looking every 5 minutes: 12; {shown(asked)}",
        ),
        Figure(f"{what}: renewals of subscriptions per mailbox", renewals / (len(PEOPLE) + 1), "requests", None),
        Figure(
            f"{days:g} idle days of a mailbox that never got mail: Graph requests per hour",
            silent.total() / hours,
            "requests",
            None,
            "its subscription has still to prove itself",
        ),
    ]


@contextmanager
def _watched_mailboxes(database_url: str, folder: Path) -> Iterator[Watched]:
    with watched(database_url, folder, sweep_seconds=1) as there:
        for mailbox, person in PEOPLE.items():
            there.watch(person, mailbox)
        there.wait_until_quiet()
        for mailbox in PEOPLE:
            there.deliver(1, mailbox)
        there.wait_until_announced()
        there.alter(rights=[{"person": "ana", "mailbox": SILENT, "right": "full"}])
        there.watch("ana", SILENT)
        there.wait_until_quiet()
        there.forget_requests()
        yield there


def _let_pass(there: Watched, span: timedelta) -> None:
    """Everything that is due meanwhile happens, when it is due."""
    left = span
    while (step := timedelta(seconds=max(0.0, there.number(DUE_IN)) + TOGETHER)) < left:
        _advance(there, step)
        _look(there)
        left -= step


def _advance(there: Watched, span: timedelta) -> None:
    world = there.desk.world
    with world.lock, there.database.transaction():
        for subscription in world.subscriptions.running(world.now()):
            subscription.expires_at -= span
        for link, state in world.syncing.states.items():
            world.syncing.states[link] = replace(state, issued_at=state.issued_at - span.total_seconds())
        for table, column in there.database.execute(COLUMNS).fetchall():
            there.database.execute(f'UPDATE "{table}" SET "{column}" = "{column}" - %s'.encode(), (span,))


def _look(there: Watched) -> None:
    until(lambda: there.number(OVERDUE) == 0, "whoever is due was looked at")
    there.wait_until_quiet()
