"""The check that the guide recommends after adding a mailbox, as one command: the account is connected, its folders can
be read, a message goes out, and the webhook for new messages is told of it.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Literal

from sqlalchemy import any_, literal, or_, select
from sqlalchemy.orm import Session

from server.accounts import states
from server.accounts.acting import acting
from server.accounts.references import account_of
from server.accounts.sending import submitting
from server.accounts.telling import NEW
from server.errors import AffixError
from server.mail.base import MailError
from server.models import (
    Account,
    AccountState,
    Delivery,
    DeliveryState,
    Submission,
    SubmissionState,
    Webhook,
    WebhookState,
)
from server.services import Services

CheckName = Literal["state", "folders", "send", "webhook"]
CHECKS: tuple[CheckName, ...] = ("state", "folders", "send", "webhook")
USUAL_PATIENCE, MOST_PATIENCE = 30.0, 60.0  # seconds for all checks together
LOOKED_EVERY = 0.3
MOMENTARY = (AccountState.init, AccountState.connecting, AccountState.disconnected)
SUBJECT = "Affix tries whether mail of “{account}” goes out and comes in"
TEXT = "This message was sent to verify the account “{account}”. It may be deleted."
NO_WORKER = "Is a worker running (affix worker)?"


@dataclass(frozen=True)
class Check:
    """`message` says what was found and, where that is not well, what to do."""

    check: str
    ok: bool
    message: str


@dataclass
class Trial:
    """One account being verified. `message_id` is of the message that was sent for that."""

    services: Services
    tenant_id: str
    account: str
    end: float
    message_id: str | None = None

    def wait(self, look: Callable[[], Check | None]) -> Check | None:
        """What `look` finds before the time is over."""
        while True:
            found = look()
            if found is not None or monotonic() >= self.end:
                return found
            Event().wait(LOOKED_EVERY)


def verify(
    services: Services,
    tenant_id: str,
    account: str,
    wanted: Collection[str] = CHECKS,
    patience: float = USUAL_PATIENCE,
) -> Iterator[Check]:
    """One after the other, as each is done. To see the webhook told, a message is sent too. Raises NotFound."""
    with services.database.session() as session:
        account_of(session, tenant_id, account)
    trial = Trial(services, tenant_id, account, monotonic() + min(patience, MOST_PATIENCE))
    checks = {"state": _state, "folders": _folders, "send": _send, "webhook": _webhook}
    for name in CHECKS:
        if name in wanted:
            yield _tried(trial, name, checks[name])


def _tried(trial: Trial, name: str, check: Callable[[Trial], Check]) -> Check:
    try:
        return check(trial)
    except AffixError as error:
        return Check(name, False, error.message)
    except MailError as error:
        return Check(name, False, f"Microsoft 365 refused: {error} ({error.code or 'no code'}).")


def _state(trial: Trial) -> Check:
    def look() -> Check | None:
        with trial.services.database.session.begin() as session:
            found = account_of(session, trial.tenant_id, trial.account)
            states.note_of(trial.services, session, [found])
            standing = states.standing_of(trial.services, session, found)
        if standing.state in MOMENTARY:
            return None
        is_well = standing.state == AccountState.connected
        return Check("state", is_well, "connected" if is_well else f"{standing.state.value}: {standing.sentence}")

    sentence = f"No look at the mailbox succeeded in time. {NO_WORKER}"
    return trial.wait(look) or Check("state", False, sentence)


def _folders(trial: Trial) -> Check:
    mine = acting(trial.services, trial.tenant_id, trial.account)
    found = mine.ask(lambda token: trial.services.mail.changes.counted_folders(token, mine.address))
    return Check("folders", bool(found), f"{len(found)} folders of {mine.address} can be read.")


def _send(trial: Trial) -> Check:
    mine = acting(trial.services, trial.tenant_id, trial.account)
    message = {
        "to": [{"address": mine.address}],
        "subject": SUBJECT.format(account=trial.account),
        "text": TEXT.format(account=trial.account),
    }
    asked = submitting.Asked(message=message, files=(), digest="", attempts=1)
    queued = submitting.submit(trial.services, trial.tenant_id, trial.account, asked)
    trial.message_id = queued["messageId"]

    def look() -> Check | None:
        with trial.services.database.session() as session:
            mine = select(Submission).where(Submission.queue_id == queued["queueId"])
            row = session.scalars(mine.where(Submission.tenant_id == trial.tenant_id)).one()
        if row.state == SubmissionState.sent:
            return Check("send", True, f"A message to {row.envelope['to'][0]} was sent.")
        return None if row.is_open else Check("send", False, row.error or "The message was not sent.")

    return trial.wait(look) or Check("send", False, f"The message waits to be sent. {NO_WORKER}")


def _webhook(trial: Trial) -> Check:
    with trial.services.database.session() as session:
        account = account_of(session, trial.tenant_id, trial.account)
        if not _listeners(session, account):
            return Check("webhook", False, f"No webhook is told of {NEW}. POST /v1/settings names one.")
    if trial.message_id is None:
        sent = _send(trial)
        if not sent.ok:
            return Check("webhook", False, sent.message)

    def look() -> Check | None:
        with trial.services.database.session() as session:
            told = Delivery.event == NEW, Delivery.body.contains(str(trial.message_id), autoescape=True)
            mine = select(Delivery).where(Delivery.tenant_id == trial.tenant_id, *told)
            found = session.scalars(mine.where(Delivery.created_at >= account.created_at)).all()
        if any(each.state == DeliveryState.delivered for each in found):
            return Check("webhook", True, f"The webhook was told of the message ({NEW}).")
        refused = next((each for each in found if each.problem), None)
        return Check("webhook", False, f"The webhook was not reached: {refused.problem}.") if refused else None

    sentence = f"{NEW} was not told of the message in time. GET /v1/account/{trial.account} says how it is noticed."
    return trial.wait(look) or Check("webhook", False, sentence)


def _listeners(session: Session, account: Account) -> bool:
    wants = Webhook.tenant_id == account.tenant_id, literal(NEW) == any_(Webhook.events)
    is_of_it = or_(Webhook.account_id.is_(None), Webhook.account_id == account.id)
    mine = select(Webhook.id).where(*wants, is_of_it, Webhook.state == WebhookState.active)
    return session.scalar(mine.limit(1)) is not None
