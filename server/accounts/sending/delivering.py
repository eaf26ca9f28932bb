"""The worker's side: one submission from its row into the world, once.

First a draft, whose immutable id is kept; then its files; then Exchange is asked to send that draft. Whatever answer is
lost, the draft tells what became of it: as long as it is one it was not sent, and it cannot be sent twice. A draft that
vanished after Exchange was asked is looked for in Sent Items, the mailbox's and the person's own, and never replaced.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from server.accounts.acting import acting
from server.accounts.sending import attaching, claims, files, settling
from server.accounts.sending.claims import TakenOver
from server.accounts.sending.letters import Reference, letter_of, reference_of
from server.accounts.sending.work import Work
from server.clock import now
from server.errors import AffixError, NotFound
from server.mail.base import MailBusy, MailError, MailGone, MailItem
from server.models import Submission
from server.services import Services

SENT_ITEMS, OUTBOX = "sentitems", "outbox"
CLOCKS_DIFFER = timedelta(minutes=5)

log = structlog.get_logger(__name__)


def deliver(services: Services, submission_id: UUID) -> None:
    """Try once to send it; nothing if it is not due or another worker has it."""
    claimed = claims.claim(services, submission_id)
    if claimed is None:
        settling.tidy(services, submission_id)
        return
    work: Work | None = None
    with claims.kept(services, claimed):
        try:
            work = _work(services, claimed)
            _send(work)
        except TakenOver:
            log.info("submission_taken_over", submission=str(submission_id))
            settling.tidy(services, submission_id)
        except (MailError, AffixError) as error:
            settling.trouble(services, claimed, work, error)
        else:
            settling.sent(services, claimed)


def _work(services: Services, claimed: Submission) -> Work:
    if claimed.attempts > claimed.limit:  # each of which ended its worker
        raise NotFound("Every attempt to send the message broke off.", code="AttemptsUsedUp")
    with services.database.session() as session:
        there = files.of_submission(session, claimed.id)
    return Work(services, claimed, acting(services, claimed.tenant_id, claimed.account.account), there)


def _send(work: Work) -> None:
    """Returns when it is sent."""
    if work.row.send_asked_at is not None:
        if _was_sent(work):
            return
    else:
        if _write(work):
            return
        attaching.attach_all(work)
    work.note(send_asked_at=now())
    work.ask(lambda token: work.mail.send(token, work.address, work.draft_id))


def _write(work: Work) -> bool:
    """The draft, as it is to be sent but for its files; what an earlier attempt left is used, or cleared away. True
    when somebody has sent it from Outlook meanwhile.
    """
    row, reference = work.row, reference_of(work.row.message)
    if row.kept is not None:
        item = _item(work)
        if item is not None:
            return not item.is_draft
    left = [row.draft_id] if row.draft_id else _left_behind(work)
    if left and reference is None and row.kept is None:
        work.note(draft_id=left[0], kept=0)  # it was made with all that it says, or not at all
        return False
    for each in left:
        work.discard(str(each))
    work.note(draft_asked_at=now(), draft_id=None, kept=None)
    if reference is None:
        _write_new(work)
    else:
        _write_answer(work, reference)
    return False


def _write_new(work: Work) -> None:
    letter = letter_of(work.row.message, work.row.message_id)
    draft = work.ask(lambda token: work.mail.draft(token, work.address, letter))
    work.note(draft_id=draft.id, kept=0)


def _write_answer(work: Work, reference: Reference) -> None:
    row = work.row
    about, action, bare = reference.message, reference.action, letter_of(row.message, row.message_id)
    try:
        draft = work.ask(lambda token: work.mail.answer(token, work.address, about, action, bare))
    except MailGone:
        if not reference.ignore_missing:
            sentence = "The message that this one refers to is not in the mailbox any more."
            raise NotFound(sentence, code="MessageNotFound") from None
        row.message.pop("reference")
        _write_new(work)
        return
    work.note(draft_id=draft.id)
    letter = letter_of(row.message, row.message_id, draft.quoted if reference.inline else "")
    work.ask(lambda token: work.mail.write(token, work.address, draft.id, letter))
    work.note(kept=attaching.keep_wanted(work, reference))


def _left_behind(work: Work) -> list[str]:
    """Drafts whose making was asked for without an answer."""
    if work.row.draft_asked_at is None:
        return []
    found = work.ask(lambda token: work.services.mail.find(token, work.address, work.row.message_id))
    return [each.id for each in found if each.is_draft]


def _item(work: Work) -> MailItem | None:
    """The draft as it is now; None when it is not there."""
    try:
        return work.ask(lambda token: work.services.mail.item(token, work.address, work.draft_id))
    except MailGone:
        return None


def _was_sent(work: Work) -> bool:
    """Of a draft that Exchange was asked to send. False while it lies there unsent, to be asked once more.

    Raises MailGone when it is nowhere, and MailBusy while it is just being sent.
    """
    item = _item(work)
    if item is None:
        if _sent_copy(work) is None:
            raise MailGone("The message is nowhere.")
        return True
    if item.is_draft and item.folder_id == work.ask(_folder(work, OUTBOX)):
        raise MailBusy("Microsoft 365 is just sending the message.", code="being_sent")
    return not item.is_draft


def _folder(work: Work, name: str) -> Callable[[str], str]:
    return lambda token: work.services.mail.folder_id(token, work.address, name)


def _sent_copy(work: Work) -> MailItem | None:
    """The sent message, where the draft was, or among what the person sends otherwise."""
    person = work.acting.person
    for place in dict.fromkeys((work.address, person.address if person else work.address)):
        try:
            found = work.ask(_in_sent_items(work, place))
        except MailError as error:
            log.info("sent_items_not_read", code=error.code)
            continue
        for item in found:
            if not item.is_draft and _is_recent(item.sent_at, work.row.created_at):
                return item
    return None


def _in_sent_items(work: Work, place: str) -> Callable[[str], list[MailItem]]:
    return lambda token: work.services.mail.find(token, place, work.row.message_id, SENT_ITEMS)


def _is_recent(sent_at: datetime | None, created_at: datetime) -> bool:
    return sent_at is not None and sent_at > created_at - CLOCKS_DIFFER
