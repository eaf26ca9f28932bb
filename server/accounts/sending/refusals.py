"""Why a message was not sent, in words, with what an administrator has to do."""

from dataclasses import dataclass

from server.accounts.acting import Acting
from server.accounts.states import called
from server.auth.refusals import consent_url
from server.errors import AffixError, Forbidden, NotFound
from server.mail.base import MailAccessDenied, MailBusy, MailError, MailGone, MailRefused, MailTooLarge

WAITING = ("no_seat", "paused")  # nothing was asked of Exchange yet
UNCONFIRMED = (
    "Microsoft 365 was asked to send the message, and it is neither a draft any more nor in Sent Items. It may have "
    "been sent, so Affix does not send it again."
)
UNANSWERED = (
    "Microsoft 365 was asked to send the message and has not answered since. It may have been sent, so Affix does not "
    "send it again."
)
LARGE_FILE = (
    "it takes no files of 3 MB or more for this mailbox with the right of a person. That is a known fault with shared "
    "mailboxes; an account of the kind outlookService can send them."
)


@dataclass(frozen=True)
class Refusal:
    """`final`: trying again cannot help. `counts` as an attempt. `wait` in seconds, None for the usual one.
    `command` is what an administrator of Exchange Online runs.
    """

    code: str
    sentence: str
    final: bool = False
    counts: bool = True
    wait: float | None = None
    command: str | None = None


def check_consent(acting: Acting) -> None:
    """Raises Forbidden where it is known already that nobody consented to what sending needs. What Affix itself may do
    is not: Exchange's RBAC for Applications grants without a word in any token.
    """
    person = acting.person
    if person is None:
        return
    granted = acting.services.tokens.scopes_of(person.tenant_id, person.oid)
    needed = ("Mail.Send", "Mail.Send.Shared") if person.owns(acting.address) else ("Mail.Send.Shared",)
    if granted and granted.isdisjoint(needed):
        url = consent_url(person.tenant_id, acting.services.settings)
        sentence = (
            f"Affix has no consent to send: {needed[-1]} is missing. An administrator gives it at {url}; then "
            f"{called(person)} has to sign in once more."
        )
        raise Forbidden(sentence, code="AccessDenied", consentUrl=url)


def of(error: Exception, acting: Acting | None, from_: str) -> Refusal:
    if isinstance(error, MailBusy):
        counts = error.code not in WAITING
        return Refusal("Busy", "Microsoft 365 is busy or out of reach.", wait=error.retry_after, counts=counts)
    if isinstance(error, MailAccessDenied) and acting is not None:
        return send_as_denied(acting, from_) if error.code == "ErrorSendAsDenied" else _denied(acting)
    if isinstance(error, MailGone):
        return Refusal("DraftGone", "The draft is not there any more.")
    if isinstance(error, MailRefused | MailTooLarge):
        return Refusal(error.code or "Refused", f"Microsoft 365 refused the message: {error}", final=True)
    if isinstance(error, MailError):
        return Refusal(error.code or "Refused", "Microsoft 365 refused the request.")
    if isinstance(error, NotFound):
        return Refusal(error.code, error.message, final=True)
    if isinstance(error, AffixError):
        return Refusal(error.code, error.message, counts=False)
    raise error


def send_as_denied(acting: Acting, from_: str) -> Refusal:
    """https://learn.microsoft.com/powershell/module/exchangepowershell/add-recipientpermission"""
    who = acting.person.address if acting.person else ""
    command = f"Add-RecipientPermission -Identity {_quoted(from_)} -Trustee {_quoted(who)} -AccessRights SendAs"
    behalf = f"Set-Mailbox -Identity {_quoted(from_)} -GrantSendOnBehalfTo @{{Add={_quoted(who)}}}"
    sentence = (
        f"{_called(acting)} may not send as {from_}. An administrator of Exchange Online allows it with: {command}. "
        f"To allow sending on its behalf instead: {behalf}. It takes up to an hour to work."
    )
    return Refusal("SendAsDenied", sentence, final=True, command=command)


def _denied(acting: Acting) -> Refusal:
    address = acting.address
    if acting.person is None:
        command = 'New-ManagementRoleAssignment -Role "Application Mail.Send" -App <client id of Affix>'
        sentence = (
            f"Affix itself may not send from {address}. The application permissions Mail.Send and Mail.ReadWrite are "
            "needed: consent to them in Entra, or give them to some mailboxes with Exchange's RBAC for Applications."
        )
        return Refusal("AccessDenied", sentence, final=True, command=command)
    command = (
        f"Add-MailboxPermission -Identity {_quoted(address)} -User {_quoted(acting.person.address)} "
        "-AccessRights FullAccess"
    )
    sentence = (
        f"{_called(acting)} may not write in {address}, or nobody consented to Mail.Send.Shared and "
        f"Mail.ReadWrite.Shared yet. Full access to the mailbox is given with: {command}."
    )
    return Refusal("AccessDenied", sentence, final=True, command=command)


def _called(acting: Acting) -> str:
    return called(acting.person) if acting.person else "Affix itself"


def _quoted(text: str) -> str:
    """As PowerShell takes it word for word."""
    return "'" + text.replace("'", "''") + "'"
