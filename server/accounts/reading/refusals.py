"""What a program is told when Microsoft 365 refuses, in the words that clients of the account API know."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from server.errors import AffixError, Busy, Conflict, Forbidden, Invalid, NotFound
from server.mail.base import (
    MailAccessDenied,
    MailBusy,
    MailConflict,
    MailError,
    MailGone,
    MailIdMalformed,
    MailTooLarge,
)

MESSAGE, FOLDER = "MessageNotFound", "FolderNotFound"
GONE = {
    MESSAGE: "There is no such message in this mailbox.",
    FOLDER: "There is no such folder in this mailbox.",
}
USUAL_WAIT = 5  # seconds, where Microsoft 365 did not say how long


@contextmanager
def told(gone: str = MESSAGE) -> Iterator[None]:
    """Turn a MailError into what is answered; `gone` is the code for what Graph does not find."""
    try:
        yield
    except MailError as error:
        raise refusal_of(error, gone) from None


def refusal_of(error: MailError, gone: str = MESSAGE) -> AffixError:
    if isinstance(error, MailBusy):
        wait = USUAL_WAIT if error.retry_after is None else max(1, ceil(error.retry_after))
        return Busy("Microsoft 365 is busy or out of reach. Try again later.", retry_after=wait, code="Busy")
    if isinstance(error, MailIdMalformed):
        return Invalid("This is not an id of something in a mailbox.", code="InvalidId")
    if isinstance(error, MailGone):
        return not_there(gone)
    if isinstance(error, MailAccessDenied):
        return Forbidden("This account may not do that in its mailbox: Microsoft 365 refuses it.", code="AccessDenied")
    if isinstance(error, MailConflict):
        return Conflict("There is a folder with this name already.", code="AlreadyExists")
    if isinstance(error, MailTooLarge):
        return Invalid("This is larger than a message can be that Microsoft 365 sends.", code="TooLarge")
    return Invalid(f"Microsoft 365 refuses this request: {error}", code=error.code or "RequestRefused")


def not_there(code: str) -> NotFound:
    return NotFound(GONE[code], code=code)
