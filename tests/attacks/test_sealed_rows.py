"""What is stored sealed opens in its own row and column alone (A41): whoever can write to the database, and only that,
gives nobody another's secret.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from server.accounts import sign_in
from server.auth.refusals import GrantLost
from server.auth.sealing import Unsealable
from server.models import Grant
from server.rotation import PLACES
from server.services import Services
from tests.accounts.conftest import eve_program, program
from tests.conftest import Someone
from tests.destinations.keyed import SAMPLE, registered
from tests.destinations.sample import SampleDestination
from tests.simulator.hooks import HOST
from tests.simulator.seed import CONTOSO, FABRIKAM
from tests.steps import execute
from tests.webhooks.steps import added

__all__ = ["eve_program", "program"]  # as the stories of accounts have them


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    with registered(SampleDestination):
        yield


@pytest.fixture
def of_two_tenants(
    ana: Someone, ben: Someone, their_administrator: Someone, services: Services, program: Any, eve_program: Any
) -> None:
    """Something sealed in each place, of two tenants and, where people have it, of two people."""
    ben.get("/api/me")
    for administrator, tenant in ((ana, CONTOSO), (their_administrator, FABRIKAM)):
        administrator.get("/api/me")
        administrator.post("/api/admin/destinations", SAMPLE, expect=201)
        added(administrator)
        wanted = sign_in.Wanted("crm-1", "CRM", "", False, None, None, None, "CRM")
        sign_in.begin(services, sign_in.form_url(services, tenant.id, wanted).rpartition("/")[2])
    for each in (program, eve_program):
        headers = [{"key": "X-Team", "value": "support"}]
        each.post("/v1/settings", {"webhooks": f"https://{HOST}/program", "webhooksCustomHeaders": headers})


def test_a41_what_is_sealed_opens_in_no_other_row_and_no_other_column(of_two_tenants: None, services: Services) -> None:
    with services.database.session() as session:
        there = [(place, row) for place in PLACES for row in session.scalars(select(place.model))]
        sealed = [(place, row, getattr(row, place.column.key)) for place, row in there]
    assert all(sum(place is each for each, _, value in sealed if value) >= 2 for place in PLACES)
    tried = 0
    for place, row, value in sealed:
        if value is None:
            continue
        assert services.sealer.open(value, place.context(row))
        for other, elsewhere, _ in sealed:
            if (other, elsewhere) != (place, row):
                with pytest.raises(Unsealable):
                    services.sealer.open(value, other.context(elsewhere))
                tried += 1
    assert tried > 100


SWAP = """
    UPDATE grants SET sealed = (
        SELECT other.sealed FROM grants AS other
        WHERE other.tenant_id <> grants.tenant_id ORDER BY other.oid LIMIT 1
    )
"""


def test_a41_a_grant_in_anothers_place_lets_nobody_act_as_its_owner(
    of_two_tenants: None, services: Services, eve: Someone
) -> None:
    """It counts as none: who is not there is no longer acted for, and who comes again leaves a new one."""
    with services.database.session() as session:
        people = [(row.tenant_id, row.oid) for row in session.scalars(select(Grant))]
    execute(services, SWAP)
    for person in people:
        services.tokens.forget(*person)
        with pytest.raises(GrantLost):
            services.tokens.for_person(*person)
    assert eve.get("/api/me")["person"]["address"] == "eve@fabrikam.example"
    execute(services, "UPDATE people SET profile_at = NULL")  # Graph is asked who it is
    assert eve.get("/api/me")["person"]["address"] == "eve@fabrikam.example"
