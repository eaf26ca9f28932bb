"""Whose turn it is in the queue that all workers share: a tenant waits behind a few bells of each other one, not behind
all that another one has waiting.
"""

import time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from server import delivery
from server.autopilot import watching
from server.doorbell import AT_ONCE, IN_TIME
from server.services import Services
from tests.faults.sizes import sized

CROWD, SMALL = sized(1000, 10_000), 50
A_FEW = 5  # bells of the crowd that are answered before the last one of fifty others
HOURS = 3600 * 2  # half seconds, in which turns are counted
MAILBOXES = """
    INSERT INTO mailboxes (id, tenant_id, address, name)
    SELECT gen_random_uuid(), :tenant, gen_random_uuid() || '@example.com', '' FROM generate_series(1, :count) AS n
    RETURNING id
"""
MESSAGES = """
    INSERT INTO messages (id, tenant_id, mailbox_id, immutable_id, subject, preview, kind, from_name, from_address,
        sender_address, attachments, recipients, categories)
    SELECT gen_random_uuid(), :tenant, :mailbox, n::text, '', '', 'message', '', '', '', '[]', '{}', '{}'
    FROM generate_series(1, :count) AS n RETURNING id
"""
WATCHES = """
    INSERT INTO watches (mailbox_id, tenant_id, health, due_at, fence, failures, by_application, is_rewound)
    SELECT id, tenant_id, 'connected', now() - interval '1 minute', 0, 0, false, false FROM mailboxes
"""
NEXT = "SELECT (procrastinate_fetch_job_v2(NULL, NULL)).queueing_lock"


def mailboxes(services: Services, tenant: str, count: int) -> list[UUID]:
    with services.database.session.begin() as session:
        return list(session.scalars(text(MAILBOXES), {"tenant": tenant, "count": count}))


def rung_at_mailboxes(services: Services, how: str, tenant: str, count: int) -> set[str]:
    """So many bells of that tenant; gives the ids of what they are about."""
    ids = mailboxes(services, tenant, count)
    with services.database.session.begin() as session:
        for each in ids:
            getattr(services, how)(session, each)
    return {str(each) for each in ids}


def rung_by_hand(services: Services, how: str, tenant: str, count: int) -> set[str]:
    [mailbox] = mailboxes(services, tenant, 1)
    with services.database.session.begin() as session:
        ids = list(session.scalars(text(MESSAGES), {"tenant": tenant, "mailbox": mailbox, "count": count}))
        for each in ids:
            getattr(services, how)(session, each)
    return {str(each) for each in ids}


CROWDS: dict[str, Any] = {
    "ring": rung_by_hand,
    "ring_for_mailbox": rung_at_mailboxes,
    "ring_for_saves": rung_at_mailboxes,
}


def answered(services: Services, wanted: set[str]) -> list[str]:
    """What workers are about, in their order, until the last of the wanted ones."""
    order = []
    left = set(wanted)
    with services.database.session.begin() as session:
        while left:
            subject = session.scalar(text(NEXT))
            assert subject, "nobody rang for them"
            order.append(next((each for each in left if each in subject), ""))
            left.discard(order[-1])
    return order


def test_the_sweep_rings_for_some_of_everybody(services: Services) -> None:
    rung_by_hand(services, "ring", "crowd", CROWD)
    rung_at_mailboxes(services, "ring_for_mailbox", "throng", CROWD)
    other = rung_by_hand(services, "ring", "other", 1) | rung_at_mailboxes(services, "ring_for_mailbox", "quiet", 1)
    with services.database.session.begin() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
        session.execute(text("UPDATE messages SET mark_at = now() - interval '1 minute'"))
        session.execute(text(WATCHES))
    delivery.ring_for_overdue(services)
    watching.ring_for_overdue(services)
    answered(services, other)


@pytest.mark.parametrize("how", CROWDS)
def test_fifty_tenants_with_one_message_each_do_not_wait_behind_the_thousands_of_another(
    services: Services, how: str
) -> None:
    began = time.monotonic()
    CROWDS[how](services, how, "crowd", CROWD)
    for bell in ("ring_for_mailbox", "ring_for_saves"):  # how a new message goes: it is found, and then saved
        small = set[str]().union(*(rung_at_mailboxes(services, bell, f"{bell}-{n}", 1) for n in range(SMALL)))
        order = answered(services, small)
        # What nobody answered since may have waited longer than they: one bell for each time that two are apart.
        assert order.count("") <= A_FEW + (time.monotonic() - began) / (AT_ONCE if how == "ring" else IN_TIME)


def test_what_waits_long_enough_goes_before_what_is_new(services: Services) -> None:
    waiting = rung_at_mailboxes(services, "ring_for_saves", "crowd", 10)
    with services.database.session.begin() as session:
        session.execute(text("UPDATE procrastinate_jobs SET priority = priority + :earlier"), {"earlier": HOURS})
    rung_at_mailboxes(services, "ring_for_mailbox", "other", 20)
    assert answered(services, waiting).count("") == 0


def test_what_people_ask_for_goes_before_what_comes_by_itself(services: Services) -> None:
    rung_at_mailboxes(services, "ring_for_saves", "first", 1)
    rung_at_mailboxes(services, "ring_for_mailbox", "second", 1)
    by_hand = rung_by_hand(services, "ring", "third", 1)
    assert answered(services, by_hand).count("") == 0


def test_many_that_people_ask_for_go_before_nearly_all_that_comes_by_itself(services: Services) -> None:
    rung_at_mailboxes(services, "ring_for_saves", "tenant", 20)
    by_hand = rung_by_hand(services, "ring", "tenant", 10)
    assert answered(services, by_hand).count("") <= 10 * AT_ONCE / IN_TIME + 1


def test_one_bell_waits_for_each_subject(services: Services) -> None:
    [mailbox] = mailboxes(services, "tenant", 1)
    for _ in range(3):
        with services.database.session.begin() as session:
            services.ring_for_mailbox(session, mailbox)
    with services.database.session() as session:
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1
