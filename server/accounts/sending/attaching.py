"""Files of a submission, into its draft: each once, however often an attempt breaks off in between."""

import tempfile
from collections.abc import Callable
from typing import IO, cast

from server.accounts.sending import files
from server.accounts.sending.letters import Reference
from server.accounts.sending.refusals import LARGE_FILE
from server.accounts.sending.work import Work
from server.errors import NotFound
from server.mail.base import MailAccessDenied, MailBusy, MailGone, MailRefused
from server.mail.graph.sending import LARGEST_FILE, SMALL, File
from server.models import SubmissionFile

IN_MEMORY = 1024 * 1024  # bytes of a fetched file that need no disk
BELOW = "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize"

Read = Callable[[int, int], bytes]


def keep_wanted(work: Work, reference: Reference) -> int:
    """Take away what Exchange put into an answer and nobody asked for. Gives how many attachments are left."""
    there = work.ask(lambda token: work.mail.attached(token, work.address, work.draft_id))
    left = 0
    for each in there:
        if reference.forward_attachments or (each.is_inline and reference.inline):
            left += 1
        else:
            _detach(work, each.id)
    return left


def _detach(work: Work, attachment_id: str) -> None:
    work.ask(lambda token: work.mail.detach(token, work.address, work.draft_id, attachment_id))


def attach_all(work: Work) -> None:
    """Those that are not there yet. They go in one after the other, so that their number tells which are."""
    if not work.files:
        return
    there = 0
    if work.row.fence > 1:  # claimed before; an attempt that does not count is taken off `attempts` again
        attached = work.ask(lambda token: work.mail.attached(token, work.address, work.draft_id))
        there = len(attached) - (work.row.kept or 0)
    if not 0 <= there <= len(work.files):
        work.discard(work.draft_id)
        work.note(draft_id=None, draft_asked_at=None, kept=None)
        raise MailBusy("The draft was changed by somebody else.", code="draft_changed")
    for row in work.files[there:]:
        _attach(work, row)


def _attach(work: Work, row: SubmissionFile) -> None:
    if row.source is None:
        file = File(row.name, row.content_type, row.size, row.is_inline, row.content_id)
        _send(work, file, files.reader(work.services.database, row.id))
        return
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as content:
        file = _fetched(work, row, cast(IO[bytes], content))

        def read(first: int, length: int) -> bytes:
            content.seek(first)
            return content.read(length)

        _send(work, file, read)


def _fetched(work: Work, row: SubmissionFile, into: IO[bytes]) -> File:
    """An attachment of another message, as it is now, under the name that was asked for."""
    source = row.source or {}
    try:
        found = work.ask(
            lambda token: work.mail.fetch(
                token, work.address, source["message"], source["attachment"], into, LARGEST_FILE
            )
        )
    except MailGone:
        raise NotFound("An attachment that was referred to is not there any more.", code="AttachmentNotFound") from None
    content_type = row.content_type or found.content_type
    return File(row.name or found.name, content_type, found.size, row.is_inline, row.content_id)


def _send(work: Work, file: File, read: Read) -> None:
    work.note()  # still ours?
    if file.size < SMALL:
        _attach_small(work, file, read)
        return
    try:
        url = work.ask(lambda token: work.mail.begin_upload(token, work.address, work.draft_id, file))
    except MailAccessDenied:
        raise MailRefused(LARGE_FILE, code="LargeFileRefused") from None
    except MailRefused as refused:
        if refused.code != BELOW:
            raise
        _attach_small(work, file, read)
    else:
        with work.services.counts.of(work.row.tenant_id):
            work.mail.upload(url, work.address, file.size, read)


def _attach_small(work: Work, file: File, read: Read) -> None:
    content = read(0, file.size)
    work.ask(lambda token: work.mail.attach(token, work.address, work.draft_id, file, content))
