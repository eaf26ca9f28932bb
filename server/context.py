"""What the pane shows: of an open message, and of a person when none is open."""

from typing import Any

import structlog
from sqlalchemy import select

from server import outgoing
from server.auth.callers import Caller
from server.autopilot.health import health_json, needs_attention
from server.autopilot.matching import seen_in
from server.autopilot.overview import full_json, looking_for
from server.clock import iso
from server.destinations.base import Destination, DestinationError
from server.detection import ItemHint, Located, locate, mailbox_json
from server.favorites import favorites, recents
from server.following import save_json
from server.licensing import license_json, of_member
from server.lines import one_sighting
from server.live import saves_of
from server.mail.base import Address, MailItem
from server.mailboxes import known, own
from server.models import Person, Save, SaveState, Sighting
from server.openings import remember
from server.people import is_administrator, known_person, person_of
from server.preferences import of as preferences_of
from server.preferences import preferences_json
from server.presence import others
from server.records import record_json
from server.saving import why_not
from server.services import Services

log = structlog.get_logger(__name__)

MOST_SUGGESTIONS = 10
MOST_PEOPLE = 50


def of_item(services: Services, caller: Caller, hint: ItemHint) -> dict[str, Any]:
    """The mailbox with its kind, the message, where it is saved and by whom just now, and which records fit or are at
    hand in this mailbox.
    """
    located = locate(services, caller, hint)
    return {
        "mailbox": mailbox_json(located.mailbox, located.membership),
        "message": _message_json(services, located.item),
        **_of_email(services, located),
        "preferences": {"attachments": located.mailbox.attachments},
        "outgoing": outgoing.waiting_for(services, located),
        "rules": _rules(services, located),
        "suggestions": _suggestions(services, located),
        "autopilot": _seen(services, located),
        "license": _license(services, located),
        "health": _health(services, located),
    }


def of_person(services: Services, caller: Caller) -> dict[str, Any]:
    """Who the caller is, the mailboxes they used, what they can save to, and their latest saves."""
    person = known_person(services, caller)
    with services.database.session.begin() as session:
        mailbox = own(session, person)
        latest = select(Save).where(Save.person_id == person.id, Save.state != SaveState.undone)
        saves = [save_json(each, person) for each in session.scalars(latest.order_by(Save.created_at.desc()).limit(5))]
        licenses = of_member(session, person)
        attention = needs_attention(services, session, person)
        preferences = preferences_json(preferences_of(session, person))
    return {
        "id": str(person.id),
        "person": {
            "id": str(person.id),
            "name": person.name,
            "address": person.address,
            "addresses": person.addresses,
            "administrator": is_administrator(caller),
        },
        "tenant": {"id": person.tenant_id},
        "mailbox": {"id": str(mailbox.id), "address": person.address, "name": person.name, "kind": "personal"},
        "mailboxes": known(services, caller),
        "licenses": licenses,
        "attention": attention,
        "preferences": preferences,
        "settings": {
            "attachments": services.settings.attachments,
            "maxFileBytes": services.settings.max_file_bytes,
            "maxMessageBytes": services.settings.max_message_bytes,
            "marks": services.settings.mark_messages,
        },
        "destinations": [destination_json(each) for each in services.destinations.of(person.tenant_id).values()],
        "saves": saves,
    }


def destination_json(destination: Destination) -> dict[str, Any]:
    return {
        "name": destination.name,
        "title": destination.title,
        "types": [
            {
                "type": each.type,
                "title": each.title,
                "plural": each.plural,
                "fields": [{"name": f.name, "title": f.title, "required": f.required} for f in each.fields],
            }
            for each in destination.types()
        ],
    }


def _message_json(services: Services, item: MailItem) -> dict[str, Any]:
    problem = why_not(item)
    return {
        "id": item.id,
        "internetMessageId": item.internet_message_id,
        "conversationId": item.conversation_id,
        "subject": item.subject,
        "from": _address_json(item.from_),
        "sender": _address_json(item.sender),
        "to": [_address_json(each) for each in item.to],
        "cc": [_address_json(each) for each in item.cc],
        "sentAt": iso(item.sent_at),
        "receivedAt": iso(item.received_at),
        "isDraft": item.is_draft,
        "kind": item.kind,
        "savable": problem is None,
        "whyNot": problem,
        "categories": list(item.categories),
        "attachments": [
            {
                "id": each.id,
                "name": each.name,
                "contentType": each.content_type,
                "size": each.size,
                "kind": each.kind,
                "isInline": each.is_inline,
                "tooLarge": each.size > services.settings.max_file_bytes,
            }
            for each in item.attachments
        ],
    }


def _address_json(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _of_email(services: Services, located: Located) -> dict[str, Any]:
    with services.database.session.begin() as session:
        email = remember(session, located)
        return {
            "saves": saves_of(session, email, located.person),
            "presence": others(session, email, located.person),
            "favorites": favorites(session, located.mailbox.id),
            "recents": recents(session, located.mailbox.id),
        }


def _health(services: Services, located: Located) -> dict[str, Any]:
    with services.database.session() as session:
        return health_json(services, session, located.mailbox, located.person)


def _rules(services: Services, located: Located) -> list[dict[str, Any]]:
    """The mailbox's rules that this message is a case for, whoever made them and whatever state they are in."""
    seen = seen_in(located.mailbox.address, located.item)
    with services.database.session() as session:
        rules = looking_for(session, located.mailbox, seen)
        return [full_json(services, session, each, located.person) for each in rules]


def _seen(services: Services, located: Located) -> dict[str, Any] | None:
    """Why Autopilot saved it or not, as the list of activity says it; None when Autopilot did not see it here."""
    here = Sighting.mailbox_id == located.mailbox.id, Sighting.immutable_id == located.item.id
    with services.database.session() as session:
        sighting = session.scalars(select(Sighting).where(*here)).one_or_none()
        line = one_sighting(session, located.person, sighting) if sighting else None
    return line and {name: line[name] for name in ("state", "reason", "reasonCode", "rule", "at")}


def _license(services: Services, located: Located) -> dict[str, Any]:
    with services.database.session() as session:
        return license_json(services, session, located.mailbox)


def suggested_for(services: Services, caller: Caller, addresses: list[str], subject: str) -> list[dict[str, Any]]:
    """Records that fit a message that is still being written. Asks nothing of Graph."""
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    outside = [each.strip().lower() for each in addresses]
    outside = [each for each in dict.fromkeys(outside) if each and not person.owns(each)]
    return _fitting(services, person, outside[:MOST_PEOPLE], subject)


def _suggestions(services: Services, located: Located) -> list[dict[str, Any]]:
    addresses = _outside_first(located.item, located.person, located.mailbox.address)
    return _fitting(services, located.person, addresses, located.item.subject)


def _fitting(services: Services, person: Person, addresses: list[str], subject: str) -> list[dict[str, Any]]:
    """Records of the people on the message, then those whose number stands in the subject. No
    destination can break it.
    """
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for destination in services.destinations.of(person.tenant_id).values():
        try:
            fitting = destination.find_by_numbers(person.tenant_id, subject)
            fitting += destination.find_by_addresses(person.tenant_id, addresses)
        except DestinationError as error:
            log.warning("no_suggestions", destination=destination.name, code=error.code)
            continue
        for each in fitting:
            record = each.record
            found.setdefault(
                (record.destination, record.type, record.id), {**record_json(record), "because": each.because}
            )
    return list(found.values())[:MOST_SUGGESTIONS]


def _outside_first(item: MailItem, person: Person, mailbox: str) -> list[str]:
    everybody = [item.from_, item.sender, *item.to, *item.cc]
    others = [each.address for each in everybody if each.address and not person.owns(each.address)]
    return [each for each in dict.fromkeys(others) if each != mailbox][:MOST_PEOPLE]
