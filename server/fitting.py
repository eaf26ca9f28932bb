"""The record that fits each of many messages best: every destination is asked once about all of them."""

from collections.abc import Iterable, Sequence
from typing import Any

import structlog

from server.destinations.base import Destination, DestinationError, Suggestion
from server.destinations.local.numbers import digits_of, number_key, numbers_in
from server.mail.base import MailItem
from server.records import record_json
from server.services import Services

log = structlog.get_logger(__name__)


def best_for_each(services: Services, tenant_id: str, items: Sequence[MailItem]) -> dict[str, dict[str, Any]]:
    """By the message's id: a record whose number stands in its subject, else one of its sender, else the company that
    the sender writes from; with the reason. No destination can break it.
    """
    best: dict[str, dict[str, Any]] = {}
    for destination in services.destinations.of(tenant_id).values() if items else ():
        try:
            numbered, known = _ask(destination, tenant_id, items)
        except DestinationError as error:
            log.warning("no_suggestions", destination=destination.name, code=error.code)
            continue
        for item in items:
            found = _with_number(numbered, item.subject) or _of_sender(known, item.from_.address)
            if found and item.id not in best:
                best[item.id] = {**record_json(found.record), "because": found.because}
    return best


def _ask(
    destination: Destination, tenant_id: str, items: Sequence[MailItem]
) -> tuple[list[Suggestion], list[Suggestion]]:
    """What a number in one of the subjects leads to, and what one of the senders does."""
    words = dict.fromkeys(word for each in items for word in each.subject.split() if any(map(str.isdigit, word)))
    numbered = destination.find_by_numbers(tenant_id, " ".join(words)) if words else []
    senders = list(dict.fromkeys(each.from_.address for each in items))
    return numbered, destination.find_by_addresses(tenant_id, senders)


def _with_number(found: Iterable[Suggestion], subject: str) -> Suggestion | None:
    keys, digits = numbers_in(subject)
    for each in found:
        number = each.record.number or ""
        if number_key(number) in keys or digits_of(number) in digits:
            return each
    return None


def _of_sender(found: Sequence[Suggestion], sender: str) -> Suggestion | None:
    labels = sender.rpartition("@")[2].split(".")
    domains = {".".join(labels[start:]) for start in range(len(labels))}
    with_address = (each for each in found if (each.record.address or "").lower() == sender)
    with_domain = (each for each in found if each.record.domain in domains)
    return next(with_address, None) or next(with_domain, None)
