"""The systems that administrators configure for their tenant to save to: shown, added, changed, removed and checked."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import activity, outages
from server.auth.callers import Caller
from server.autopilot.stopping import stop_rules_of
from server.clock import iso, now
from server.configured import Unusable, kind_of
from server.context import destination_json
from server.destinations import Kind, kinds
from server.destinations.base import Destination, DestinationError, Step
from server.destinations.local import LocalDestination
from server.errors import Conflict, Invalid, NotFound
from server.models import DONE, ConfiguredDestination, Outage, Save, SaveState
from server.people import person_of
from server.problems import UNKNOWN
from server.queueing import hold_message
from server.secret_settings import Settings, checked, merged, refuse_another_system, shown
from server.services import Services

log = structlog.get_logger(__name__)

NAME = re.compile(r"[a-z0-9-]{1,40}")
LONGEST_TITLE = 100
NOT_THERE = "There is no destination of that name."
REMOVED = "The destination “{name}” was removed before this message was saved there."


# Showing


def all_kinds() -> list[dict[str, Any]]:
    """The kinds of systems that can be configured, each with a JSON schema of its settings."""
    return [
        {"kind": name, "title": kind.kind_title, "settings": kind.Config.model_json_schema()}
        for name, kind in sorted(kinds().items())
    ]


def listed(services: Services, tenant_id: str) -> list[dict[str, Any]]:
    """The configured ones, the oldest first, then the built-in one."""
    configured = [_row_json(services, row) for row in rows_of(services, tenant_id)]
    built_in = services.destinations.of(tenant_id)
    return configured + [_built_in_json(built_in[name]) for name in sorted(services.destinations.built_in_names)]


def one(services: Services, tenant_id: str, name: str) -> dict[str, Any]:
    """Raises NotFound."""
    if name in services.destinations.built_in_names:
        return _built_in_json(services.destinations.of(tenant_id)[name])
    with services.database.session() as session:
        row = _row(session, tenant_id, name)
    return _row_json(services, row)


def rows_of(services: Services, tenant_id: str) -> list[ConfiguredDestination]:
    mine = select(ConfiguredDestination).where(ConfiguredDestination.tenant_id == tenant_id)
    with services.database.session() as session:
        return list(session.scalars(mine.order_by(ConfiguredDestination.created_at)))


def _row_json(services: Services, row: ConfiguredDestination) -> dict[str, Any]:
    about = {
        "id": str(row.id),
        "kind": row.kind,
        "builtIn": False,
        "createdAt": iso(row.created_at),
        "changedAt": iso(row.changed_at),
    }
    try:
        made = services.destinations.make(row)
        settings = shown(kind_of(row.kind), services.destinations.settings_of(row))
    except Unusable as error:
        plain = {"name": row.name, "title": row.title, "types": []}
        return {**plain, **about, "settings": None, "warnings": [_warning_json(error.step)]}
    warnings = [_warning_json(each) for each in (*made.warnings(), *_outage(services, row))]
    plain = destination_json(made)
    made.close()
    return {**plain, **about, "settings": settings, "warnings": warnings}


def _outage(services: Services, row: ConfiguredDestination) -> Iterator[Step]:
    """What those are told whose emails wait, while it cannot be used."""
    with services.database.session() as session:
        found = session.get(Outage, (row.tenant_id, row.name))
    if found is not None:
        yield Step(True, found.words, "Check it.", is_warning=True)


def _built_in_json(destination: Destination) -> dict[str, Any]:
    about = {"kind": destination.kind, "builtIn": True, "settings": None}
    return {**destination_json(destination), **about, "warnings": [_warning_json(e) for e in destination.warnings()]}


def _warning_json(step: Step) -> dict[str, Any]:
    return {"message": step.message, "action": step.action}


# Changing


def add(
    services: Services,
    tenant_id: str,
    by: Caller | None,
    kind: str,
    name: str,
    title: str | None,
    settings: Settings,
    again: bool = False,
) -> dict[str, Any]:
    """`by` is None for the operator; `again`: it is the system that had this name before. Raises Invalid with what is
    wrong in the settings, and Conflict.
    """
    if not NAME.fullmatch(name):
        raise Invalid("name: 1 to 40 small letters, digits and hyphens.")
    if name == LocalDestination.name or name in services.destinations.built_in_names:
        raise Conflict("A built-in destination has that name.", code="name_taken")
    found = _kind(kind)
    moment = now()
    row = ConfiguredDestination(
        tenant_id=tenant_id,
        name=name,
        kind=kind,
        title=_title(title) or found.kind_title,
        sealed=b"",
        version=1,
        created_at=moment,
        changed_at=moment,
    )
    kept = checked(found, settings)
    try:
        with services.database.session.begin() as session:
            if not again:
                _refuse_used_name(session, tenant_id, name)
            session.add(row)
            session.flush()
            _seal(services, row, kept)
            _noted(session, "destination_added", by, row)
    except IntegrityError:
        raise Conflict("There is a destination of that name already.", code="name_taken") from None
    services.destinations.look_again(tenant_id)
    return one(services, tenant_id, name)


def change(
    services: Services, tenant_id: str, by: Caller | None, name: str, title: str | None, settings: Settings | None
) -> dict[str, Any]:
    """Settings are merged (RFC 7396); objects in a list are matched by their "id". Raises Invalid and Conflict."""
    if title is None and settings is None:
        raise Invalid('Say what to change: {"title": …} or {"settings": {…}}.')
    _refuse_built_in(services, name)
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, name, is_locked=True)
        row.title = _title(title) or row.title
        if settings is not None:
            kind = _kind(row.kind)
            before = _settings_or_nothing(services, row)
            after = checked(kind, merged(before, settings))
            refuse_another_system(kind, before, after)
            _seal(services, row, after)
            outages.over(services, session, tenant_id, name)  # what waits is tried with them at once
        row.version += 1
        row.changed_at = now()
        _noted(session, "destination_changed", by, row)
    services.destinations.look_again(tenant_id)
    return one(services, tenant_id, name)


def remove(services: Services, tenant_id: str, by: Caller | None, name: str, force: bool = False) -> dict[str, Any]:
    """What was saved there stays there; rules that save there stop. Raises Conflict while saves wait for it, unless
    they may fail (`force`).
    """
    _refuse_built_in(services, name)
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, name, is_locked=True)
        waiting = session.scalar(select(func.count()).select_from(_waiting(row).subquery())) or 0
        if waiting and not force:
            are = "1 save is" if waiting == 1 else f"{waiting} saves are"
            sentence = f"{are} still waiting for it. Wait until they are done, or remove it with force: then they fail."
            raise Conflict(sentence, code="saves_waiting", waiting=waiting)
        stopped = stop_rules_of(services, session, tenant_id, name)
        failed = _give_up(session, row)
        outages.over(services, session, tenant_id, name)
        session.delete(row)
        _noted(session, "destination_removed", by, row)
    services.destinations.look_again(tenant_id)
    return {"name": name, "stoppedRules": stopped, "failedSaves": failed}


def _row(session: Session, tenant_id: str, name: str, is_locked: bool = False) -> ConfiguredDestination:
    if not NAME.fullmatch(name):
        raise NotFound(NOT_THERE)
    mine = select(ConfiguredDestination).where(
        ConfiguredDestination.tenant_id == tenant_id, ConfiguredDestination.name == name
    )
    row = session.scalars(mine.with_for_update() if is_locked else mine).one_or_none()
    if row is None:
        raise NotFound(NOT_THERE)
    return row


def _refuse_built_in(services: Services, name: str) -> None:
    if name in services.destinations.built_in_names:
        raise Conflict(
            "The built-in destination has no settings; AFFIX_BUILT_IN_DESTINATION hides it.", code="built_in"
        )


def _refuse_used_name(session: Session, tenant_id: str, name: str) -> None:
    """What was saved under a name is taken for saved in whatever system bears it."""
    mine = Save.tenant_id == tenant_id, Save.destination == name, Save.state.in_(DONE)
    there = select(ConfiguredDestination.id).where(
        ConfiguredDestination.tenant_id == tenant_id, ConfiguredDestination.name == name
    )
    if session.scalar(select(Save.id).where(*mine, ~there.exists()).limit(1)) is not None:
        sentence = "Emails were saved under this name before. Choose another, unless it is the same system again."
        raise Conflict(sentence, code="name_was_used")


def _kind(name: str) -> Kind:
    found = kinds().get(name)
    if found is None:
        raise Invalid(f"kind: there is {', '.join(sorted(kinds()))}.", code="unknown_kind")
    return found


def _title(title: str | None) -> str | None:
    words = " ".join((title or "").split())
    if len(words) > LONGEST_TITLE:
        raise Invalid(f"title: at most {LONGEST_TITLE} characters.")
    return words or None


def _seal(services: Services, row: ConfiguredDestination, settings: Settings) -> None:
    """Nothing is kept of which no destination can be made."""
    services.destinations.seal(row, settings)
    try:
        services.destinations.make(row).close()
    except Unusable as error:
        raise Invalid(error.step.message) from None


def _settings_or_nothing(services: Services, row: ConfiguredDestination) -> Settings:
    """What cannot be opened any more can be entered anew."""
    try:
        return services.destinations.settings_of(row)
    except Unusable:
        return {}


def _noted(session: Session, what: str, by: Caller | None, row: ConfiguredDestination) -> None:
    log.info(what, tenant=row.tenant_id, destination=row.name, kind=row.kind, by=by.oid if by else "operator")
    if by:
        activity.note_destination(session, what, person_of(session, by), row.name, row.title)


# Removing


def _waiting(row: ConfiguredDestination) -> Any:
    """The ids of saves and messages that wait for the destination: to be saved there, or to be moved away from it."""
    is_meant = or_(Save.destination == row.name, Save.leaving["destination"].astext == row.name)
    is_open = Save.state.in_((SaveState.queued, SaveState.saving))
    return select(Save.id, Save.message_id).where(Save.tenant_id == row.tenant_id, is_open, is_meant)


def _give_up(session: Session, row: ConfiguredDestination) -> int:
    """What waits to be saved there fails; what was to leave it stays on the record there. What somebody has in hand
    ends by itself. Returns how many.
    """
    count = 0
    for save_id, message_id in session.execute(_waiting(row).order_by(Save.message_id)).all():
        hold_message(session, message_id)
        save = session.get_one(Save, save_id, with_for_update={"of": Save}, populate_existing=True)
        if save.state != SaveState.queued:
            continue
        count += 1
        if save.leaving and save.leaving["destination"] == row.name:
            save.leaving = None
        if save.destination == row.name:
            save.failed("unknown_destination", REMOVED.format(name=row.name), UNKNOWN, now())
            save.message.mark_at = now()
            activity.note(session, "failed", save.person, save, code=save.reason_code)
    return count


# Checking


def check(services: Services, tenant_id: str, name: str) -> Iterator[dict[str, Any]]:
    """What is looked at, each step as soon as it is known. Raises NotFound at once."""
    if name in services.destinations.built_in_names:
        return map(_step_json, services.destinations.of(tenant_id)[name].check())
    with services.database.session() as session:
        row = _row(session, tenant_id, name)
    return map(_step_json, proven(services, row, lambda destination: destination.check()))


def _step_json(step: Step) -> dict[str, Any]:
    return {"ok": step.ok, "message": step.message, "action": step.action, "warning": step.is_warning}


def proven(
    services: Services, row: ConfiguredDestination, ask: Callable[[Destination], Iterator[Step]]
) -> Iterator[Step]:
    """The steps of a question to one destination, which is made anew for it; then what it warns of."""
    try:
        made = services.destinations.make(row)
    except Unusable as error:
        yield error.step
        return
    told = set()
    try:
        for step in ask(made):
            told.add(step.message)
            yield step
        yield from (each for each in made.warnings() if each.message not in told)
    except DestinationError as error:
        yield Step(False, error.message, None if error.permanent else "Try again later.")
    finally:
        made.close()
