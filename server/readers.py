"""With whose right a message is fetched and marked: the saver's, or a colleague's who carries the mailbox as well."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from server.auth.refusals import GrantLost
from server.autopilot.carriers import carriers_of, note_lost
from server.autopilot.reach import rules_in
from server.mail.base import MailChallenge
from server.models import Person, Save
from server.people import as_carrier
from server.services import Services

log = structlog.get_logger(__name__)

T = TypeVar("T")


def as_reader(services: Services, save: Save, call: Callable[[str], T]) -> T:
    """Do something at Graph for a save. What Autopilot saves goes on with a colleague's connection where the saver's
    own is over; a right that is lost is nobody else's.
    """
    if save.by_application:
        return as_carrier(services, save.tenant_id, None, call)
    try:
        return as_carrier(services, save.tenant_id, save.person, call)
    except (GrantLost, MailChallenge) as lost:
        if isinstance(lost, GrantLost):
            note_lost(services, save.person, lost)
        if save.rule_id is None:
            raise
        with services.database.session() as session:
            others = _others(session, save)
        for person in others:
            try:
                found = as_carrier(services, save.tenant_id, person, call)
            except (GrantLost, MailChallenge):
                continue
            log.info("read_by_colleague", save=str(save.id), person=str(person.id))
            return found
        raise lost


def _others(session: Session, save: Save) -> list[Person]:
    return [each for each in carriers_of(rules_in(session, save.message.mailbox)) if each.id != save.person_id]
