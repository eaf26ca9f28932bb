"""Grants that the operator takes back: nothing is done in these people's names any more, in no process."""

import time
from typing import Any

import pytest

from server.auth.graph_tokens import LOOK_AGAIN, GraphTokens
from server.auth.refusals import GrantLost
from server.grants import DatabaseGrants
from server.http import Session
from server.models import Person
from server.services import Services
from tests.autopilot.stories import SENDER, license_for, looking, numbers, order, ruled
from tests.conftest import Control, Someone
from tests.simulator.adapter import mount
from tests.simulator.seed import CONTOSO, FABRIKAM
from tests.steps import BEN, SUPPORT, contact, context, item_of, reference
from tests.upkeep.conftest import Operator


class Process:
    """Another process of the service, with tokens in its own memory and with a clock that this test sets."""

    def __init__(self, services: Services, control: Control) -> None:
        self.later = 0.0
        session = Session()
        mount(session, control.simulator)
        grants = DatabaseGrants(services.database)
        clock = lambda: time.time() + self.later  # noqa: E731
        self._tokens = GraphTokens(services.settings, session, grants, services.sealer, clock)

    def acts_as(self, person: Person) -> bool:
        try:
            return bool(self._tokens.for_person(person.tenant_id, person.oid))
        except GrantLost:
            return False


@pytest.fixture
def elsewhere(services: Services, control: Control) -> Process:
    return Process(services, control)


def row_of(someone: Someone, services: Services) -> Person:
    shown = someone.get("/api/me")["person"]
    with services.database.session() as session:
        return session.get_one(Person, shown["id"])


def test_a_grant_that_is_revoked_is_of_no_use_in_any_process_a_few_seconds_later(
    ana: Someone, ben: Someone, eve: Someone, services: Services, operator: Operator, elsewhere: Process
) -> None:
    people = [row_of(each, services) for each in (ana, ben, eve)]
    assert all(elsewhere.acts_as(each) for each in people)
    operator("grants", "revoke", "--tenant", CONTOSO.id, BEN)
    elsewhere.later = LOOK_AGAIN + 0.1
    assert [elsewhere.acts_as(each) for each in people] == [True, False, True]
    assert BEN not in operator("grants", "list", "--tenant", CONTOSO.id)
    assert "grant_revoked" in operator("audit", "notes", "--tenant", CONTOSO.id)


def test_all_grants_of_one_tenant_go_at_once_and_who_comes_back_leaves_a_new_one(
    ana: Someone,
    ben: Someone,
    eve: Someone,
    services: Services,
    operator: Operator,
    elsewhere: Process,
    control: Control,
) -> None:
    people = [row_of(each, services) for each in (ana, ben, eve)]
    assert all(elsewhere.acts_as(each) for each in people)
    assert operator.run("grants", "revoke-all", "--tenant", CONTOSO.id, input="n\n").exit_code == 1
    assert all(elsewhere.acts_as(each) for each in people)
    assert "2 grants are forgotten" in operator("grants", "revoke-all", "--tenant", CONTOSO.id, "--yes")
    elsewhere.later = LOOK_AGAIN + 0.1
    assert [elsewhere.acts_as(each) for each in people] == [False, False, True]
    assert operator("grants", "list", "--tenant", CONTOSO.id) == ""
    assert operator("grants", "list", "--tenant", FABRIKAM.id) != ""
    services.tokens.forget(people[1].tenant_id, people[1].oid)
    ben.save(item_of(control.deliver(BEN, order(1))), contact(ben))
    assert elsewhere.acts_as(people[1])


@pytest.mark.parametrize("settings", [{"poll_seconds": 0}], indirect=True)
def test_what_rests_because_all_grants_are_gone_says_so_and_nothing_is_lost(
    ana: Someone,
    ben: Someone,
    control: Control,
    operator: Operator,
    services: Services,
    work: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.auth.graph_tokens.LOOK_AGAIN", 0.0)
    record, look = contact(ben), looking(services, work)
    item = item_of(control.deliver(SUPPORT, order(0, sender="hello@wingtip.example")), SUPPORT)
    for person in (ana, ben):
        context(person, item)
    license_for(ana, SUPPORT)
    ruled(ben, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    look()
    operator("grants", "revoke-all", "--tenant", CONTOSO.id, "--yes")
    control.deliver(SUPPORT, order(1))
    look()
    assert numbers(ana, record) == []
    shown = context(ana, item)["health"]
    assert (shown["state"], "open Affix" in shown["message"]) == ("authenticationError", True)
    context(ben, item)
    look()
    assert numbers(ana, record) == ["1"]
