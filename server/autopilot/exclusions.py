"""Those for whom Autopilot saves nothing in a tenant: shown to everybody, changed by administrators.

A message is left out when everybody from outside the organisation who is on it is excluded, or, of mail within the
organisation, everybody on it; one that somebody else is on as well is saved, but never to a record of who is excluded.
A rule for nobody but them is refused, and rests while the exclusion is there. A domain covers all that are below it.
Looks and backfills that are under way heed a change with their next turn. Saving by hand is not touched.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from server.activity import note_rule, note_tenant
from server.auth.callers import Caller
from server.autopilot import stopping
from server.autopilot.matching import Excluded, is_excluded, with_parents
from server.autopilot.options import address_of, domain_of
from server.clock import iso, now
from server.errors import Conflict, Invalid, NotFound
from server.models import Exclusion, ExclusionKind, Person, Rule, RuleKind, RuleState
from server.people import person_json, person_of
from server.services import Services

CODE = "excluded"
MOST = 5000  # in a tenant; they are read anew for each look at a mailbox
LONGEST_NOTE = 500
REFUSED = (
    "An administrator excluded {value} from Autopilot{note}. Saving by hand works; ask your administrator if mail of "
    "these people should be saved by itself."
)
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))")
SHARED_LOCK = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:subject, 0))")
STOPPED = "An administrator excluded {value} from Autopilot{note}. The rule goes on when that is taken back."


def of_tenant(session: Session, tenant_id: str) -> Excluded:
    """All of them, as sets."""
    mine = select(Exclusion.kind, Exclusion.value).where(Exclusion.tenant_id == tenant_id)
    found: dict[ExclusionKind, set[str]] = {kind: set() for kind in ExclusionKind}
    for kind, value in session.execute(mine):
        found[kind].add(value)
    return Excluded(frozenset(found[ExclusionKind.address]), frozenset(found[ExclusionKind.domain]))


def listed(
    services: Services, tenant_id: str, q: str | None, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of them by value; the cursor is the last one's value and kind."""
    query = select(Exclusion).where(Exclusion.tenant_id == tenant_id).order_by(Exclusion.value, Exclusion.kind)
    if q:
        query = query.where(
            or_(
                Exclusion.value.contains(q.strip().lower(), autoescape=True),
                Exclusion.note.icontains(q.strip(), autoescape=True),
            )
        )
    if cursor:
        value, _, kind = cursor.rpartition("|")
        query = query.where(tuple_(Exclusion.value, Exclusion.kind) > (value, kind))
    with services.database.session() as session:
        found = session.scalars(query.limit(limit + 1)).all()
        shown = [exclusion_json(each) for each in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return shown, f"{last.value}|{last.kind.value}" if last else None


def add(services: Services, caller: Caller, kind: str, value: str, note: str) -> tuple[dict[str, Any], bool]:
    """Exclude an address or a domain; rules that are about nobody else rest from now on. Whether it is new: one that is
    there keeps who made it, and gets the note if there is one.
    """
    value = address_of(value) if kind == ExclusionKind.address else domain_of(value)
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"note: at most {LONGEST_NOTE} characters.")
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        _hold(session, caller.tenant_id)
        known = session.scalars(_mine(caller.tenant_id).where(Exclusion.kind == kind, Exclusion.value == value)).first()
        if known is not None:
            known.note = note or known.note
            return exclusion_json(known), False
        _refuse_too_many(session, caller.tenant_id)
        row = Exclusion(tenant_id=caller.tenant_id, kind=ExclusionKind(kind), value=value, note=note, created_at=now())
        row.person = person
        session.add(row)
        session.flush()
        note_tenant(session, "exclusion_added", person, title=value, kind=kind, value=value, note=note)
        covered = _covered(session, caller.tenant_id, RuleState.active, of_tenant(session, caller.tenant_id))
        stopping.stop_rules(services, session, select(Rule).where(Rule.id.in_(covered)), CODE, _words(STOPPED, row))
        return exclusion_json(row), True


def remove(services: Services, caller: Caller, exclusion_id: UUID) -> dict[str, Any]:
    """Take one back: rules that rested for it go on with what comes from now on. Raises NotFound."""
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        _hold(session, caller.tenant_id)
        row = session.get(Exclusion, exclusion_id)
        if row is None or row.tenant_id != caller.tenant_id:
            raise NotFound()
        shown = exclusion_json(row)
        session.delete(row)
        session.flush()
        about = {"kind": row.kind.value, "value": row.value, "note": row.note}
        note_tenant(session, "exclusion_removed", person, title=row.value, **about)
        _go_on(services, session, person)
        return shown


def keep(session: Session, tenant_id: str) -> None:
    """None is added or taken back until the session's transaction ends. Before anything else is held: whoever changes
    them holds the mailboxes and rules that they concern after that, too.
    """
    session.execute(SHARED_LOCK, {"subject": f"exclusions:{tenant_id}"})


def refuse_rule(session: Session, tenant_id: str, kind: RuleKind, value: str) -> None:
    """Raises Conflict (excluded) for a rule that is about nobody but those who are excluded."""
    found = _covering(session, tenant_id, kind, value)
    if found is not None:
        raise Conflict(_words(REFUSED, found), code=CODE, exclusion=found.value)


def covers(session: Session, rule: Rule) -> bool:
    return _covering(session, rule.tenant_id, rule.kind, rule.value) is not None


def exclusion_json(row: Exclusion) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind.value,
        "value": row.value,
        "note": row.note,
        "by": person_json(row.person),
        "createdAt": iso(row.created_at),
    }


def _hold(session: Session, tenant_id: str) -> None:
    session.execute(LOCK, {"subject": f"exclusions:{tenant_id}"})


def _mine(tenant_id: str) -> Select[Exclusion]:
    return select(Exclusion).where(Exclusion.tenant_id == tenant_id)


def _refuse_too_many(session: Session, tenant_id: str) -> None:
    count = session.scalar(select(func.count()).select_from(Exclusion).where(Exclusion.tenant_id == tenant_id)) or 0
    if count >= MOST:
        raise Conflict(f"There are {MOST} exclusions already. Exclude a domain instead of its addresses.", code="full")


def _covered(session: Session, tenant_id: str, state: RuleState, excluded: Excluded) -> list[UUID]:
    """The rules in that state that are about nobody but those who are excluded."""
    named = Rule.kind.in_((RuleKind.address, RuleKind.domain))
    rules = select(Rule.id, Rule.kind, Rule.value).where(Rule.tenant_id == tenant_id, Rule.state == state, named)
    return [rule_id for rule_id, kind, value in session.execute(rules) if is_excluded(kind, value, excluded)]


def _go_on(services: Services, session: Session, person: Person) -> None:
    """Rules that nothing excludes any more, except those whose destination went in the meantime: they say that now."""
    resting = (Rule.tenant_id == person.tenant_id, Rule.state == RuleState.stopped, Rule.reason_code == CODE)
    still = _covered(session, person.tenant_id, RuleState.stopped, of_tenant(session, person.tenant_id))
    for rule in stopping.held(services, session, select(Rule).where(*resting, Rule.id.not_in(still))):
        if not services.destinations.is_there(rule.tenant_id, rule.destination):
            stopping.stop(session, rule, stopping.CODE, stopping.REASON.format(name=rule.destination))
            continue
        rule.resume()
        rule.since = now()
        note_rule(session, "rule_resumed", person, rule)


def _covering(session: Session, tenant_id: str, kind: RuleKind, value: str) -> Exclusion | None:
    if kind not in (RuleKind.address, RuleKind.domain):
        return None
    by_domain = (Exclusion.kind == ExclusionKind.domain) & Exclusion.value.in_(with_parents(value))
    by_address = (Exclusion.kind == ExclusionKind.address) & (Exclusion.value == value)
    named = _mine(tenant_id).where(or_(by_domain, by_address))
    return session.scalars(named.order_by(Exclusion.kind, Exclusion.value).limit(1)).first()


def _words(sentence: str, row: Exclusion) -> str:
    return sentence.format(value=row.value, note=f" (“{row.note}”)" if row.note else "")
