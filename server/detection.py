"""Which mailbox is this item in, may the person read it, and what kind of mailbox is it?

What the pane reports are hints. That Graph hands the item to the person is the proof; whose mailbox it is,
the person's own addresses and Exchange's userPurpose decide. Nothing is ever silently taken for personal.
"""

import re
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.auth.callers import Caller
from server.clock import iso, now
from server.errors import AffixError, Forbidden, Invalid, NotFound
from server.mail.base import (
    Address,
    MailAccessDenied,
    MailBusy,
    MailError,
    MailGone,
    MailIdMalformed,
    MailItem,
    Profile,
)
from server.mail.graph.ids import rest_id
from server.models import Mailbox, Membership, Person
from server.people import as_caller, learn, needs_profile, person_of
from server.services import Services

log = structlog.get_logger(__name__)

MOST_TRIES = 8  # mailboxes asked for one item, so that a strange item cannot make us knock everywhere
ADDRESS = re.compile(r"[A-Za-z0-9.!#$&'*+=^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}\Z")

WHY = {
    "own_address": "It is one of your own addresses.",
    "exchange_says_shared": "Exchange says that it is a shared mailbox.",
    "exchange_says_user": "Exchange says that it is another person's mailbox, and you may read it.",
    "exchange_says_other": "Exchange says that it is a room, equipment or another resource.",
    "exchange_says_new": "You may read it, but Exchange names a kind of mailbox that Affix does not know.",
    "directory_hint": "Probably: nobody can sign in to it and it has no licence.",
    "person_says": "You said so.",
    "no_application_permission": "You may read it, but Affix was not allowed to ask Exchange whose it is.",
}
KINDS = {"shared": ("shared", "exchange_says_shared"), "user": ("delegate", "exchange_says_user")}
KINDS |= {"linked": KINDS["user"], **dict.fromkeys(("room", "equipment", "others"), ("other", "exchange_says_other"))}


@dataclass(frozen=True)
class ItemHint:
    """What the pane says of the item. Only `id` is needed; all the rest may be missing or wrong."""

    id: str
    id_format: str = "ews"
    internet_message_id: str | None = None
    owner: str | None = None
    profile_address: str | None = None
    mailbox: str | None = None
    participants: tuple[str, ...] = ()

    def stated(self) -> list[str]:
        """The mailboxes that the pane names, the person's own choice first. Raises Invalid for what is no address."""
        named = [each for each in (self.mailbox, self.owner, self.profile_address) if each]
        for each in named:
            if not ADDRESS.match(each):
                raise Invalid("A mailbox is named by its email address.", code="invalid_address")
        return [each.lower() for each in named]


@dataclass(frozen=True)
class Located:
    """An item that the person was just proven to read, in the mailbox that it was found in."""

    person: Person
    mailbox: Mailbox
    membership: Membership
    item: MailItem

    @property
    def kind(self) -> str:
        return shown_kind(self.membership)[0]


def shown_kind(membership: Membership) -> tuple[str, str]:
    """The kind and how we know it; what the person says counts only where nothing else tells."""
    if membership.kind == "unknown" and membership.stated_kind:
        return membership.stated_kind, "person_says"
    return membership.kind, membership.because


def mailbox_json(mailbox: Mailbox, membership: Membership) -> dict[str, object]:
    kind, because = shown_kind(membership)
    return {
        "id": str(mailbox.id),
        "address": mailbox.address,
        "name": mailbox.name,
        "kind": kind,
        "because": because,
        "why": WHY[because],
        "certain": because in ("own_address", "exchange_says_shared", "exchange_says_user", "exchange_says_other"),
        "since": iso(membership.since),
    }


def locate(services: Services, caller: Caller, hint: ItemHint) -> Located:
    """Find the item as the caller, and decide the kind of its mailbox.

    One Graph request when all is known; the person's profile (at most once a day) is asked at the same time.
    Raises Forbidden when the named mailbox refuses the person, NotFound when no mailbox that we may try has the item.
    """
    item_id = rest_id(hint.id, hint.id_format)
    if item_id is None:
        raise Invalid("This is not the id of an item in a mailbox.", code="invalid_id")
    stated = hint.stated()
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        known = _known_mailboxes(session, person)
    asked = (
        services.threads.submit(as_caller, services, caller, services.mail.profile) if needs_profile(person) else None
    )
    address, item = _search(services, caller, hint, item_id, _candidates(stated, person, caller, known, hint))
    profile = _profile(asked, person) if asked else None
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        if profile:
            learn(person, profile)
        mailbox = mailbox_row(session, person, address, (*item.to, *item.cc))
    return Located(person, mailbox, proven(services, caller, person, mailbox), item)


def _profile(asked: Future[Profile], person: Person) -> Profile | None:
    """The person's profile; without an answer the one that is known goes on counting, if there is one."""
    try:
        return asked.result()
    except MailBusy:
        if person.profile_at is None:
            raise
        return None


def _candidates(stated: list[str], person: Person, caller: Caller, known: list[str], hint: ItemHint) -> list[str]:
    own = person.address or caller.username.lower()
    nearby = [each.lower() for each in hint.participants if ADDRESS.match(each)]
    domain = own.rpartition("@")[2]
    nearby = [each for each in nearby if each.endswith("@" + domain)]
    tried = [*stated, own, *known, *nearby]
    return [each for each in dict.fromkeys(tried) if ADDRESS.match(each)][:MOST_TRIES]


def _search(
    services: Services, caller: Caller, hint: ItemHint, item_id: str, candidates: list[str]
) -> tuple[str, MailItem]:
    refused: MailAccessDenied | None = None
    for address in candidates:
        try:
            return address, _read(services, caller, address, item_id)
        except MailAccessDenied as denied:
            refused = refused or (denied if address in hint.stated() else None)
        except MailIdMalformed:
            raise Invalid("This is not the id of an item in a mailbox.", code="invalid_id") from None
        except MailGone:
            continue
    if refused:  # before looking for copies: one elsewhere would be shown as if it were the item asked for
        raise Forbidden("You have no access to this mailbox in Outlook.", code="mailbox_access_denied") from None
    moved = _moved(services, caller, hint, candidates)
    if moved:
        return moved
    raise NotFound(
        "This message was not found in any mailbox that Affix knows of. Choose the mailbox that it is in.",
        code="message_not_found",
        ask="mailbox",
    )


def _read(services: Services, caller: Caller, address: str, item_id: str) -> MailItem:
    return as_caller(services, caller, lambda token: services.mail.item(token, address, item_id))


def _find(services: Services, caller: Caller, address: str, internet_message_id: str) -> list[MailItem]:
    return as_caller(services, caller, lambda token: services.mail.find(token, address, internet_message_id))


def _moved(services: Services, caller: Caller, hint: ItemHint, candidates: list[str]) -> tuple[str, MailItem] | None:
    """An ordinary id changes when the item is moved. If the Message-ID leads to exactly one item, it is that one."""
    if not hint.internet_message_id:
        return None
    for address in candidates[:3]:
        try:
            found = _find(services, caller, address, hint.internet_message_id)
        except (MailGone, MailAccessDenied):
            continue
        if len(found) == 1:
            return address, found[0]
    return None


def _known_mailboxes(session: Session, person: Person) -> list[str]:
    query = (
        select(Mailbox.address)
        .join(Membership, Membership.mailbox_id == Mailbox.id)
        .where(Membership.person_id == person.id)
        .order_by(Membership.proven_at.desc())
        .limit(MOST_TRIES)
    )
    return list(session.scalars(query))


def mailbox_row(session: Session, person: Person, address: str, nearby: Iterable[Address]) -> Mailbox:
    """The mailbox's row, one for all addresses of the person's own. Its name is as `nearby` people are called."""
    address = person.address if person.owns(address) else address
    named = next((each.name for each in nearby if each.address == address and each.name != address), "")
    name = person.name if person.owns(address) else named
    row = insert(Mailbox).values(tenant_id=person.tenant_id, address=address, name=name)
    session.execute(row.on_conflict_do_nothing())
    mailbox = session.scalars(
        select(Mailbox).where(Mailbox.tenant_id == person.tenant_id, Mailbox.address == address)
    ).one()
    mailbox.name = mailbox.name or name
    return mailbox


def proven(services: Services, caller: Caller, person: Person, mailbox: Mailbox) -> Membership:
    """Note that Graph just let the person in, and what kind of mailbox that is."""
    with services.database.session() as session:
        before = session.get(Membership, (mailbox.id, person.id))
    kind, because = _decide(services, caller, person, mailbox, before)
    with services.database.session.begin() as session:
        return _remember(session, person, mailbox, kind, because)


def note_access(session: Session, person: Person, mailbox: Mailbox) -> Membership:
    """As `proven`, for who is not there to be asked more: the mailbox's kind is as far as it is known."""
    if person.owns(mailbox.address):
        return _remember(session, person, mailbox, "personal", "own_address")
    if mailbox.purpose:
        return _remember(session, person, mailbox, *KINDS.get(mailbox.purpose, ("unknown", "exchange_says_new")))
    before = session.get(Membership, (mailbox.id, person.id))
    known = (before.kind, before.because) if before else ("unknown", "no_application_permission")
    return _remember(session, person, mailbox, *known)


def _decide(
    services: Services, caller: Caller, person: Person, mailbox: Mailbox, before: Membership | None
) -> tuple[str, str]:
    if person.owns(mailbox.address):
        return "personal", "own_address"
    purpose = _purpose(services, mailbox)
    if purpose:
        return KINDS.get(purpose, ("unknown", "exchange_says_new"))
    if before and not before.because.startswith(("own", "exchange")):
        return before.kind, before.because
    return _directory_hint(services, caller, mailbox)


def _purpose(services: Services, mailbox: Mailbox) -> str | None:
    """Exchange's userPurpose, from the row while it is fresh. Only the application may ask, so
    only after access is proven.
    """
    oldest = now() - timedelta(seconds=services.settings.purpose_max_age)
    if mailbox.purpose and mailbox.purpose_at and mailbox.purpose_at > oldest:
        return mailbox.purpose
    try:
        token = services.tokens.for_app(mailbox.tenant_id)
        with services.counts.of(mailbox.tenant_id):
            purpose = services.mail.purpose(token, mailbox.address)
    except (MailError, AffixError) as refused:
        log.info("purpose_not_known", mailbox=str(mailbox.id), error=refused.code)
        return mailbox.purpose
    with services.database.session.begin() as session:
        row = session.get_one(Mailbox, mailbox.id)
        row.purpose, row.purpose_at = purpose, now()
    return purpose


def _directory_hint(services: Services, caller: Caller, mailbox: Mailbox) -> tuple[str, str]:
    try:
        if as_caller(services, caller, lambda token: services.mail.looks_shared(token, mailbox.address)):
            return "shared", "directory_hint"
    except MailError as refused:
        log.info("directory_not_readable", mailbox=str(mailbox.id), error=refused.code)
    return "unknown", "no_application_permission"


def _remember(session: Session, person: Person, mailbox: Mailbox, kind: str, because: str) -> Membership:
    membership = session.get(Membership, (mailbox.id, person.id))
    moment = now()
    if membership is None:
        fresh: dict[str, datetime | str | object] = {
            "since": moment,
            "kind": kind,
            "because": because,
            "proven_at": moment,
        }
        row = insert(Membership).values(mailbox_id=mailbox.id, person_id=person.id, **fresh)
        session.execute(row.on_conflict_do_nothing())
        return session.get_one(Membership, (mailbox.id, person.id))
    if (membership.kind, membership.because) != (kind, because):
        membership.kind, membership.because, membership.since = kind, because, moment
    membership.proven_at = moment
    return membership
