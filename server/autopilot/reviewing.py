"""The review list: mail that a rule could not match to any record, saved by hand or dismissed by somebody who may
read the mailbox.
"""

from typing import Any

from server.access import enter
from server.auth.callers import Caller
from server.autopilot import seen
from server.clock import now
from server.detection import ItemHint
from server.errors import Conflict, NotFound
from server.lines import one_sighting
from server.models import Mailbox, Person, Sighting
from server.paging import line_of
from server.people import person_of
from server.queueing import RecordRef
from server.saving import Choice, save_later
from server.services import Services


def save(
    services: Services, caller: Caller, line_id: str, records: list[RecordRef], choice: Choice
) -> list[dict[str, Any]]:
    """Save by hand what Autopilot saw. Graph hands the item to the caller first: that proves the right."""
    person, sighting, mailbox = _visible(services, caller, line_id)
    hint = ItemHint(id=sighting.immutable_id, id_format="immutable", mailbox=mailbox.address)
    saves = save_later(services, caller, hint, records, choice)
    with services.database.session.begin() as session:
        _settle(session.get_one(Sighting, sighting.id, with_for_update=True), person)
    return saves


def dismiss(services: Services, caller: Caller, line_id: str) -> dict[str, Any]:
    """Take it off the review list for everybody. Raises Conflict for what no rule leaves for review."""
    person, sighting, _ = _visible(services, caller, line_id)
    with services.database.session.begin() as session:
        sighting = session.get_one(Sighting, sighting.id, with_for_update=True)
        if sighting.decision != seen.UNMATCHED:
            raise Conflict("This message is not on the review list.", code="not_for_review")
        _settle(sighting, person)
        session.flush()
        return one_sighting(session, person, sighting)


def _visible(services: Services, caller: Caller, line_id: str) -> tuple[Person, Sighting, Mailbox]:
    """What was seen, if the caller may read the mailbox. Else there is no such line."""
    table, number = line_of(line_id) or ("", 0)
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        sighting = session.get(Sighting, number) if table == seen.TABLE else None
        if sighting is None or sighting.tenant_id != caller.tenant_id:
            raise NotFound()
        address = session.get_one(Mailbox, sighting.mailbox_id).address
    mailbox = enter(services, caller, address)
    if mailbox is None or mailbox.id != sighting.mailbox_id:
        raise NotFound()
    return person, sighting, mailbox


def _settle(sighting: Sighting, person: Person) -> None:
    """The first counts: who comes later finds it settled."""
    if sighting.decision == seen.UNMATCHED and sighting.settled_at is None:
        sighting.settled_at, sighting.settled_by_id = now(), person.id
