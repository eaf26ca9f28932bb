"""F21: PostgreSQL rolls transactions back because they stood in each other's way, and there are fewer connections than
people who ask. Nobody is told of it: what was rolled back is done once more.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from server.models import Announcement, Save
from server.services import Services
from server.settings import Settings
from tests.autopilot.conftest import announced, far_off, members, on_watch, record, sweep  # noqa: F401
from tests.autopilot.conftest import in_support as in_support
from tests.conftest import Control, Someone, mime
from tests.faults.sizes import Figure, sized
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World
from tests.steps import SUPPORT, item_of, reference

SECONDS = sized(4.0, 60.0)
WRITERS = 4  # who announce mail, and as many who save some
ONE_IN = 29  # writes to these tables ends as if it had stood in another one's way
TABLES = ("saves", "announcements", "procrastinate_jobs")
STATES = ("40P01", "40001")  # a deadlock; a serialization failure
TROUBLE = """
CREATE SEQUENCE IF NOT EXISTS trouble;
CREATE OR REPLACE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE number bigint := nextval('trouble');
BEGIN
    IF number % {one_in} = 0 THEN
        RAISE EXCEPTION 'in the way' USING ERRCODE = ('{{{states}}}'::text[])[1 + number / {one_in} % {kinds}];
    END IF;
    RETURN NEW;
END $$;
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With as few connections as leave each of the two kinds of writers waiting."""
    return settings.model_copy(update={"database_pool": 2, "base_url": "https://affix.example", "poll_seconds": 10**5})


@pytest.fixture
def trouble(database: str, on_watch: Any) -> Iterator[Callable[[], int]]:  # noqa: F811
    """The count of transactions that were rolled back so far."""
    made = TROUBLE.format(one_in=ONE_IN, states=",".join(STATES), kinds=len(STATES))
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(made.encode())
        for table in TABLES:
            each = f"CREATE TRIGGER trouble BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION trouble()"
            connection.execute(each.encode())
        try:
            yield lambda: int(connection.execute("SELECT last_value FROM trouble").fetchall()[0][0]) // ONE_IN
        finally:
            connection.execute("DROP FUNCTION trouble CASCADE; DROP SEQUENCE trouble")


def test_nobody_hears_of_transactions_that_stood_in_each_others_way(
    app: Any,
    ben: Someone,
    control: Control,
    world: World,
    on_watch: dict[str, Any],  # noqa: F811
    trouble: Callable[[], int],
    services: Services,
    figure: Figure,
) -> None:
    [one] = world.subscriptions.running(world.now())
    head = {"subscriptionId": one.id, "clientState": one.client_state, "tenantId": CONTOSO.id, "changeType": "created"}
    items = [item_of(control.deliver(SUPPORT, mime(f"Order {n}", f"<{n}@x.example>")), SUPPORT) for n in range(WRITERS)]
    end = time.monotonic() + SECONDS
    statuses: list[int] = []
    acknowledged: set[str] = set()

    def announce(writer: int) -> None:
        client, number = app.test_client(), 0
        while time.monotonic() < end:
            ids = [f"{writer}-{number}-{each}" for each in range(3)]
            number += 1
            told = [{**head, "id": each, "resource": "x", "resourceData": {"id": each}} for each in ids]
            statuses.append(client.post("/graph/notifications", json={"value": told}).status_code)
            acknowledged.update(ids)

    def save(writer: int) -> None:
        person, number = Someone(app.test_client(), ben.token), 0
        while time.monotonic() < end:
            body = {"item": items[(writer + number) % WRITERS], "records": [reference(on_watch)], "attachments": "none"}
            number += 1
            statuses.append(person.raw("POST", "/api/saves", json=body).status_code)

    with ThreadPoolExecutor(2 * WRITERS) as pool:
        for each in [
            *(pool.submit(announce, n) for n in range(WRITERS)),
            *(pool.submit(save, n) for n in range(WRITERS)),
        ]:
            each.result()
    figure("answers, transactions rolled back", (len(statuses), trouble()))
    assert trouble() > 0
    assert set(statuses) == {202}
    with services.database.session() as session:
        assert acknowledged <= set(session.scalars(select(Announcement.immutable_id)))
        assert len(session.scalars(select(Save)).all()) == len(items)
