"""The mark in Outlook: a category on the item, set by the service so that it shows in every client and every mailbox.

It is an addition. When it cannot be set the save stands, and the answer says so.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select, update

from server.clock import now
from server.errors import AffixError, Busy
from server.mail.base import MailBusy, MailError
from server.models import DONE, Message, Save, SaveState
from server.readers import as_reader
from server.services import Services

log = structlog.get_logger(__name__)

SAVED = "Affix: Saved"
AUTOPILOT = "Affix: Autopilot"
FAILED = "Affix: Failed"
WAIT = timedelta(seconds=15)  # until the next try when Graph has no room
NAMES = {"saved": SAVED, "autopilot": AUTOPILOT, "failed": FAILED}
REFUSED = "The category could not be set in Outlook; the message is saved all the same."


def mark(services: Services, message_id: UUID) -> None:
    """Bring the item's category to what its saves say, if that is due. Merged with the categories of others."""
    claimed = _claim(services, message_id)
    if claimed is None:
        return
    message, saves = claimed
    wanted = _wanted(saves)
    if not services.settings.mark_messages or wanted == message.category:
        _remember(services, message, wanted=message.category, problem=None)
        return
    latest = max(saves, key=lambda save: save.saved_at or save.created_at)
    try:
        known = _change(services, message, latest, _merge(wanted))
    except (MailBusy, Busy) as busy:
        log.info("mark_postponed", message=str(message_id), error=busy.code)
        _postpone(services, message)
    except (MailError, AffixError) as refused:
        log.warning("mark_refused", message=str(message_id), error=refused.code)
        _remember(services, message, wanted=message.category, problem=REFUSED)
    else:
        _remember(services, message, wanted=wanted, problem=None, known=known)


def _claim(services: Services, message_id: UUID) -> tuple[Message, list[Save]] | None:
    """The item and its saves, if the mark is due; for the time of a lease nobody else does it as well."""
    lease = timedelta(seconds=services.settings.lease_seconds)
    due = Message.id == message_id, Message.mark_at <= func.clock_timestamp()
    claim = update(Message).where(*due).values(mark_at=func.clock_timestamp() + lease).returning(Message.id)
    with services.database.session.begin() as session:
        if session.execute(claim).one_or_none() is None:
            return None
        saves = select(Save).where(Save.message_id == message_id)
        return session.get_one(Message, message_id), list(session.scalars(saves))


def _wanted(saves: list[Save]) -> str | None:
    """The marks that the item should carry, joined by "+": how it was saved, or else that it could not be."""
    done = {"saved" if save.how == "manual" else "autopilot" for save in saves if save.state in DONE}
    if not done and any(save.state == SaveState.failed for save in saves):
        done = {"failed"}
    return "+".join(sorted(done)) or None


def _merge(wanted: str | None) -> Callable[[list[str]], list[str]]:
    def change(categories: list[str]) -> list[str]:
        others = [each for each in categories if each not in NAMES.values()]
        ours = [NAMES[each] for each in wanted.split("+")] if wanted else []
        # Nothing to do leaves the order as it was, so that nothing is written.
        return categories if set(categories) == {*others, *ours} else [*others, *ours]

    return change


def _change(
    services: Services, message: Message, save: Save, change: Callable[[list[str]], list[str]]
) -> tuple[list[str], str | None]:
    known, mailbox = (list(message.categories), message.etag), message.mailbox.address
    return as_reader(
        services,
        save,
        lambda token: services.mail.change_categories(token, mailbox, message.immutable_id, change, known),
    )


def _remember(
    services: Services,
    seen: Message,
    *,
    wanted: str | None,
    problem: str | None,
    known: tuple[list[str], str | None] | None = None,
) -> None:
    with services.database.session.begin() as session:
        message = session.get_one(Message, seen.id, with_for_update={"of": Message})
        message.category, message.category_problem = wanted, problem
        if message.mark_at == seen.mark_at:  # else something happened meanwhile, and it is due again
            message.mark_at = None
        if known:
            message.categories, message.etag = known


def _postpone(services: Services, seen: Message) -> None:
    with services.database.session.begin() as session:
        message = session.get_one(Message, seen.id, with_for_update={"of": Message})
        message.mark_at = now() + WAIT
