"""A rule as it is asked for: what is offered, where it is to hold, what it looks for, and where mail goes."""

from dataclasses import dataclass, field, replace
from typing import Any

from server import licensing
from server.access import enter
from server.auth.callers import Caller
from server.autopilot.options import address_of, domain_of, options_of
from server.autopilot.rules import NO_ACCESS
from server.detection import ItemHint, locate
from server.errors import Conflict, Forbidden, Invalid, Misconfigured
from server.licensing import mailbox_of
from server.mail.base import MailAccessDenied, MailChallenge, MailGone, MailItem
from server.models import Mailbox, RuleKind, Scope
from server.people import as_application, is_administrator, known_person
from server.queueing import RecordRef
from server.records import destination_of
from server.saving import find_record, why_not
from server.services import Services

MOST_TRIED = 3  # mailboxes at which the application's right is tried before a rule for everywhere is started
NOT_GRANTED = (
    "Microsoft 365 does not let Affix itself read {address}. Grant it the application permission Mail.Read for this "
    "mailbox first."
)
LONGEST_TITLE = 120
EVERYWHERE = ", in every mailbox"


@dataclass(frozen=True)
class Wanted:
    """A rule as it is asked for. A conversation needs the open item; an address and a domain need a value, and a
    mailbox unless they are for everywhere. One that matches needs no record, but may name a destination and options.
    """

    kind: str
    scope: str
    record: RecordRef | None
    mailbox: str | None
    value: str | None
    item: ItemHint | None
    attachments: str | None
    internal_too: bool
    private_too: bool
    past_days: int | None = None
    destination: str | None = None
    options: dict[str, Any] | None = None


@dataclass(frozen=True)
class Place:
    """Where to look, and for what. No mailbox means everywhere. `open_in` is the mailbox of the item that was named."""

    mailbox: Mailbox | None
    value: str
    title: str
    message_ids: tuple[str, ...] = ()
    open_in: Mailbox | None = None
    by_application: bool = False


@dataclass(frozen=True)
class Aim:
    """Where matching mail is saved; of a rule that matches the destination alone is known."""

    ref: RecordRef
    name: str = ""
    options: dict[str, Any] = field(default_factory=dict)


def offered(wanted: Wanted) -> tuple[RuleKind, Scope]:
    if wanted.scope not in Scope.__members__:
        raise Invalid(f"A rule holds for one mailbox or everywhere: {', '.join(Scope)}.", code="not_supported")
    if wanted.kind not in RuleKind.__members__:
        raise Invalid(f"There are no rules of this kind. There are: {', '.join(RuleKind)}.", code="not_supported")
    return RuleKind(wanted.kind), Scope(wanted.scope)


def place_of(services: Services, caller: Caller, kind: RuleKind, scope: Scope, wanted: Wanted) -> Place:
    if kind == RuleKind.match:
        return _place_to_match(services, caller, scope, wanted)
    if scope == Scope.everywhere:
        _enter_own(services, caller)
    if kind == RuleKind.conversation:
        found = _conversation(services, caller, wanted)
        is_one = scope == Scope.mailbox
        return found if is_one else replace(found, mailbox=None, title=found.title + EVERYWHERE)
    value = _value(kind, wanted)
    title = _title(kind, value) + (EVERYWHERE if scope == Scope.everywhere else "")
    if scope == Scope.everywhere:
        return Place(None, value, title)
    return Place(_readable(services, caller, wanted.mailbox), value, title)


def _enter_own(services: Services, caller: Caller) -> None:
    """The own mailbox is among those of a rule for everywhere, also when nothing was ever opened in it."""
    person = known_person(services, caller)
    if person.address:
        enter(services, caller, person.address)


def _place_to_match(services: Services, caller: Caller, scope: Scope, wanted: Wanted) -> Place:
    """For administrators: in a mailbox of their own reach, or wherever the tenant lets Affix itself read."""
    if not is_administrator(caller):
        raise Forbidden("Only an administrator of Affix may have mail matched.", code="administrators_only")
    title = _title(RuleKind.match, "") + (EVERYWHERE if scope == Scope.everywhere else "")
    if scope == Scope.everywhere:
        for each in _licensed(services, caller.tenant_id)[:MOST_TRIED]:
            _check_granted(services, caller.tenant_id, each.address)
        return Place(None, "", title, by_application=True)
    if not wanted.mailbox:
        raise Invalid("Name the mailbox whose mail is saved.")
    mailbox = enter(services, caller, wanted.mailbox.strip())
    if mailbox is not None:
        return Place(mailbox, "", title)
    address = wanted.mailbox.strip().lower()
    _check_granted(services, caller.tenant_id, address)
    with services.database.session.begin() as session:
        return Place(mailbox_of(session, caller.tenant_id, address), "", title, by_application=True)


def _check_granted(services: Services, tenant_id: str, address: str) -> None:
    try:
        as_application(services, tenant_id, lambda token: services.mail.can_read(token, address))
    except (MailAccessDenied, MailGone, MailChallenge, Forbidden, Misconfigured):
        raise Conflict(NOT_GRANTED.format(address=address), code="application_access_missing") from None


def _licensed(services: Services, tenant_id: str) -> list[Mailbox]:
    with services.database.session() as session:
        return [each.mailbox for each in licensing.assigned_in(session, tenant_id)]


def aim_of(services: Services, caller: Caller, kind: RuleKind, wanted: Wanted) -> Aim:
    if kind == RuleKind.match:
        destination = destination_of(services, caller.tenant_id, wanted.destination)
        return Aim(RecordRef(destination.name, "", ""), "", options_of(destination, wanted.options or {}))
    if wanted.record is None:
        raise Invalid("Name the record that mail is saved to.")
    return Aim(wanted.record, find_record(services, caller, wanted.record).name)


def _value(kind: RuleKind, wanted: Wanted) -> str:
    value = wanted.value or ""
    return address_of(value) if kind == RuleKind.address else domain_of(value)


def _conversation(services: Services, caller: Caller, wanted: Wanted) -> Place:
    """From the open message, read as the caller. It and what it answers are the beginning of the conversation."""
    if wanted.item is None:
        raise Invalid("A conversation begins with a message: name the item that is open.")
    located = locate(services, caller, replace(wanted.item, mailbox=wanted.item.mailbox or wanted.mailbox))
    mailbox, item, person = located.mailbox, located.item, located.person
    named = (wanted.mailbox or mailbox.address).lower()
    if named != mailbox.address and not (person.owns(named) and person.owns(mailbox.address)):
        raise Invalid("This message is in another mailbox.", code="another_mailbox")
    problem = why_not(item)
    if problem:
        raise Conflict(problem["message"], code=problem["code"])
    ids = _message_ids(item)
    if not ids:
        raise Conflict("This message has no Message-ID, so its answers cannot be recognised.", code="no_message_id")
    title = _title(RuleKind.conversation, item.subject)
    return Place(mailbox, ids[0], title, ids, open_in=mailbox)


def _message_ids(item: MailItem) -> tuple[str, ...]:
    own = (item.internet_message_id,) if item.internet_message_id else ()
    return tuple(dict.fromkeys((*own, *item.references)))


def _readable(services: Services, caller: Caller, address: str | None) -> Mailbox:
    """The mailbox of that address. One that is not there answers as one that the caller may not read."""
    if not address:
        raise Invalid("Name the mailbox whose mail is saved.")
    mailbox = enter(services, caller, address.strip())
    if mailbox is None:
        raise Forbidden(NO_ACCESS, code="mailbox_access_denied")
    return mailbox


def _title(kind: RuleKind, named: str) -> str:
    if kind == RuleKind.match:
        return "Everything from or to people with a record"
    if kind == RuleKind.address:
        return f"Everything from or to {named}"
    if kind == RuleKind.domain:
        return f"Everything from or to anybody at {named}"
    subject = " ".join(named.split())
    short = subject if len(subject) <= LONGEST_TITLE else subject[: LONGEST_TITLE - 1] + "…"
    return f"The conversation “{short}”" if short else "A conversation without a subject"


def terms_of(wanted: Wanted) -> dict[str, Any]:
    return {
        "attachments": {"mode": wanted.attachments},
        "internal_too": wanted.internal_too,
        "private_too": wanted.private_too,
    }
