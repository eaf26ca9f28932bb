"""`affix keys`: everything that is stored sealed gets another key while the service works."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select

from server import rotation
from server.accounts import sign_in
from server.auth.sealing import Sealer, Unsealable
from server.db import NAME, Database
from server.models import Base, Grant, Webhook
from server.rotation import PLACES
from server.services import Services
from server.webhooks import signing
from tests.conftest import Someone
from tests.destinations.keyed import CANARY, SAMPLE, registered
from tests.destinations.sample import SampleDestination
from tests.simulator.seed import CONTOSO
from tests.steps import execute
from tests.upkeep.conftest import NEW, OLD, Operator
from tests.webhooks.steps import added

# Of secrets that nobody can tell from them.
DIGESTS = {
    "api_keys.digest",
    "audit_entries.content",
    "audit_entries.digest",
    "audit_heads.digest",
    "sign_ins.browser_digest",
    "sign_ins.state_digest",
    "subscriptions.client_state",
}
IN_TRANSIT = {"submission_pieces.content"}  # files of messages that are being sent


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    with registered(SampleDestination):
        yield


@pytest.fixture
def everything(ana: Someone, ben: Someone, services: Services) -> None:
    """Something sealed in each place."""
    for person in (ana, ben):
        person.get("/api/me")
    ana.post("/api/admin/destinations", SAMPLE, expect=201)
    added(ana)
    wanted = sign_in.Wanted("crm-1", "CRM", "", False, None, None, None, "CRM")
    sign_in.begin(services, sign_in.form_url(services, CONTOSO.id, wanted).rpartition("/")[2])
    with services.database.session.begin() as session:
        webhook = session.scalars(select(Webhook)).one()
        signing.seal_extra(services.sealer, webhook, signing.Extra({"x-token": CANARY}))


def opened(services: Services, *keys: str) -> int:
    """How many sealed values these keys open, each at its place; raises Unsealable where they do not."""
    sealer, count = Sealer(keys), 0
    for place in PLACES:
        with services.database.session() as session:
            for row in session.scalars(select(place.model).where(place.column.is_not(None))):
                sealer.open(getattr(row, place.column.key), place.context(row))
                count += 1
    return count


def test_every_column_with_bytes_is_rotated_or_no_secret_of_ours() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    rotated = {f"{place.model.__tablename__}.{place.column.key}" for place in PLACES}
    assert columns == rotated | DIGESTS | IN_TRANSIT


def test_all_that_was_sealed_opens_with_the_new_key_alone_once_it_was_rotated(
    everything: None, services: Services, operator: Operator
) -> None:
    assert opened(services, OLD) == 6
    first, second = Sealer([NEW]).key_ids[0], Sealer([OLD]).key_ids[0]
    operator.keys(OLD, NEW)
    assert operator("keys", "list").splitlines() == [
        f"{second}  seals  2 grants, 1 destinations, 1 webhook secrets, 1 webhook headers, 1 sign-ins",
        f"{first}  opens  nothing",
    ]
    operator.keys(NEW, OLD)
    said = operator("keys", "rotate")
    assert said.startswith(f"6 sealed anew with {first}.")
    assert f"{second} may be taken out of AFFIX_SECRET_KEYS from 20" in said  # a link to a sign-in is open for a day
    assert opened(services, NEW) == 6
    assert operator("keys", "rotate").startswith("0 sealed anew")
    execute(services, "UPDATE sign_ins SET used_at = now()")
    assert f"{second} may be taken out of AFFIX_SECRET_KEYS now." in operator("keys", "rotate")
    assert "keys_rotated  key=" in operator("audit", "notes", "--tenant", CONTOSO.id)
    operator("audit", "verify")


def test_a_rotation_that_was_broken_off_goes_on_where_it_was(
    everything: None, services: Services, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    seal, done = Sealer.seal, []

    def breaks_off(self: Sealer, secret: bytes, context: str) -> bytes:
        done.append(context)
        if len(done) == 4:
            raise KeyboardInterrupt
        return seal(self, secret, context)

    operator.keys(NEW, OLD)
    monkeypatch.setattr(Sealer, "seal", breaks_off)
    assert operator.run("keys", "rotate").exit_code == 1
    monkeypatch.setattr(Sealer, "seal", seal)
    with pytest.raises(Unsealable):
        opened(services, NEW)
    assert opened(services, NEW, OLD) == 6
    assert operator("keys", "rotate").startswith("3 sealed anew")
    assert opened(services, NEW) == 6


def test_what_no_key_opens_is_told_and_left_as_it_is(everything: None, services: Services, operator: Operator) -> None:
    with services.database.session.begin() as session:
        one, two = session.scalars(select(Grant).order_by(Grant.oid)).all()
        one.sealed, two.sealed = two.sealed, one.sealed
        before = {one.sealed, two.sealed}
    operator.keys(NEW, OLD)
    said = operator.fails("keys", "rotate")
    assert "4 sealed anew" in said and "2 grants cannot be opened" in said and "may be taken out" not in said
    with services.database.session() as session:
        assert set(session.scalars(select(Grant.sealed))) == before


def test_nothing_is_rotated_before_every_process_knows_the_new_key(
    everything: None, services: Services, operator: Operator
) -> None:
    """The settings of the usual service know the old key alone; this is a process of it that is connected."""
    assert services.settings.database_url
    address = services.database.address
    with_old = Database(address, 1, name=" ".join((NAME, *Sealer([OLD]).key_ids)))
    with_both = Database(address, 1, name=" ".join((NAME, *Sealer([OLD, NEW]).key_ids)))
    operator.keys(NEW, OLD)
    with with_old.engine.connect():
        said = operator.fails("keys", "rotate")
        assert "1 connections are of processes that do not know the key" in said
    with_old.close()
    assert opened(services, OLD) == 6
    with with_both.engine.connect():
        assert "still seal with another key" in operator.fails("keys", "rotate")
    with_both.close()
    assert opened(services, NEW) == 6
    assert "may be taken out" in operator("keys", "rotate")


def test_four_at_work_open_all_that_they_need_while_keys_are_rotated(
    everything: None, services: Services, operator: Operator
) -> None:
    """Each seals something new all the time, two of them still with the old key, and reads all that there is."""
    over, failures = threading.Event(), list[BaseException]()
    rounds = [0, 0, 0, 0]

    def at_work(number: int) -> None:
        mine = Sealer([OLD, NEW] if number % 2 else [NEW, OLD])
        place = PLACES[number]
        context, key = place.context, place.column.key
        try:
            while not over.is_set() or not rounds[number]:
                with services.database.session.begin() as session:
                    row: Any = session.scalars(
                        select(place.model).order_by(*place.key).limit(1).with_for_update(of=place.model)
                    ).one()
                    secret = mine.open(getattr(row, key), context(row))
                    setattr(row, key, mine.seal(secret, context(row)))
                opened(services, NEW, OLD)
                rounds[number] += 1
        except BaseException as error:
            failures.append(error)

    operator.keys(NEW, OLD)
    workers = [threading.Thread(target=at_work, args=(number,)) for number in range(4)]
    for each in workers:
        each.start()
    for _ in range(3):
        operator.run("keys", "rotate")
    over.set()
    for each in workers:
        each.join(20)
    assert failures == [] and min(rounds) > 0
    operator("keys", "rotate")
    assert opened(services, NEW) == 6
