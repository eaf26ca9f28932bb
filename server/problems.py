"""Why a try to save did not succeed, and what that means: wait, or stop with a reason and something to do."""

from dataclasses import dataclass

from server.destinations.base import DestinationError
from server.errors import AffixError, Busy, Misconfigured
from server.mail.base import MailAccessDenied, MailBusy, MailChallenge, MailGone

BUSY_WAIT = 1.0  # seconds, where we ourselves ask a destination for too much at once
AWAY_WAIT = 10.0  # seconds, where there is no way to Microsoft 365; however often, that is not the message's fault
UNKNOWN = "Retry once it is set up again, or move the email to another record."
SIGN_IN_AGAIN = "Open Affix in Outlook once more, then retry."


@dataclass(frozen=True)
class Problem:
    """Why a try did not succeed. `wait` in seconds; `final` means that trying again by itself cannot help."""

    code: str
    reason: str
    action: str | None = None
    final: bool = False
    wait: float | None = None


def problem_of(error: Exception) -> Problem:
    """What a refusal means for a save: wait, or stop with a reason and something to do."""
    if isinstance(error, MailBusy):
        wait = AWAY_WAIT if error.code == "out_of_reach" else error.retry_after
        return Problem("mail_busy", "Microsoft 365 is busy. Affix tries again by itself.", wait=wait)
    if isinstance(error, Busy):
        return Problem(error.code, error.message, wait=float(error.retry_after))
    if isinstance(error, MailGone):
        gone = "The message was deleted, or moved to another mailbox, before it could be saved."
        return Problem("message_gone", gone, "Open it where it is now and save it from there.", final=True)
    if isinstance(error, MailAccessDenied):
        denied = "The person who asked for this may no longer read the message."
        return Problem("access_lost", denied, "Ask the mailbox's administrator for access, then retry.", final=True)
    if isinstance(error, MailChallenge):
        return Problem("sign_in_again", "Microsoft 365 asks the person to sign in again.", SIGN_IN_AGAIN, final=True)
    if isinstance(error, Misconfigured):
        return Problem(error.code, error.message, "Tell your administrator; Affix tries again by itself.")
    if isinstance(error, AffixError):
        return Problem(error.code, error.message, SIGN_IN_AGAIN, final=True)
    return Problem("mail_refused", "Microsoft 365 refused to hand out the message.", "Retry later.", final=False)


def problem_of_destination(error: DestinationError) -> Problem:
    """What it means for a save that its destination refused it, while others may well be saved."""
    if error.code == "busy":
        return Problem(error.code, error.message, wait=error.retry_after or BUSY_WAIT)
    if not error.permanent:
        return Problem(error.code, error.message, wait=error.retry_after)
    action = UNKNOWN if error.code == "unknown_destination" else "Choose another record."
    return Problem(error.code, error.message, action, final=True)
