"""The record that fits each of many messages best: every destination is asked once about all of them."""

from collections.abc import Sequence
from typing import Any

import structlog

from server.destinations.base import DestinationError
from server.mail.base import MailItem
from server.records import record_json
from server.services import Services

log = structlog.get_logger(__name__)


def best_for_each(services: Services, tenant_id: str, items: Sequence[MailItem]) -> dict[str, dict[str, Any]]:
    """By the message's id: a record whose number stands in its subject, else one of its sender, else the company that
    the sender writes from; with the reason. No destination can break it.
    """
    best: dict[str, dict[str, Any]] = {}
    subjects = list(dict.fromkeys(each.subject for each in items))
    senders = list(dict.fromkeys(each.from_.address for each in items))
    for destination in services.destinations.of(tenant_id).values() if items else ():
        try:
            numbered = destination.find_by_numbers_of_each(tenant_id, subjects)
            known = destination.find_matches(tenant_id, senders)
        except DestinationError as error:
            log.warning("no_suggestions", destination=destination.name, code=error.code)
            continue
        for item in items:
            found = next(iter([*numbered[item.subject], *known[item.from_.address]]), None)
            if found and item.id not in best:
                best[item.id] = {**record_json(found.record), "because": found.because}
    return best
