"""Accounts as programs are shown them."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.references import BadDelegation, root_of
from server.clock import iso, now
from server.models import Access, Account, Subscription, Watch, Webhook, WebhookState
from server.services import Services


def account_json(services: Services, session: Session, account: Account) -> dict[str, Any]:
    """All of one account. `state` and the like as they were noted last: call `states.note_changes` before."""
    return {
        **listed_json(session, account),
        "notifyFrom": iso(account.notify_from),
        "expectedEmail": account.expected_email,
        "webhooks": session.scalar(_own_webhook(account)),
        "mailbox": account.mailbox.address if account.mailbox else None,
        "access": account.access.value,
        "oauth2": _oauth2(account),
        "delegationError": account.delegation_error,
        "outlookSubscription": _subscription(services, session, account),
    }


def _own_webhook(account: Account) -> Select[str]:
    """The address that is told of this account alone."""
    mine = Webhook.account_id == account.id, Webhook.state != WebhookState.removed
    return select(Webhook.url).where(*mine).order_by(Webhook.created_at).limit(1)


def listed_json(session: Session, account: Account) -> dict[str, Any]:
    """What stands of each in a list."""
    watch = session.get(Watch, account.mailbox_id) if account.mailbox_id else None
    return {
        "account": account.account,
        "name": account.name,
        "email": account.email,
        "type": type_of(account),
        "app": account.provider,
        "state": account.state.value,
        "syncTime": iso(watch.synced_at) if watch else None,
        "lastError": account.last_error,
    }


def type_of(account: Account) -> str:
    """In the words of the guide: "invalid" is an account whose main account cannot be resolved."""
    if account.access == Access.application:
        return "outlookService"
    if account.access != Access.delegated:
        return "outlook"
    try:
        root_of(account)
    except BadDelegation:
        return "invalid"
    return "outlook" if account.provider else "delegated"


def _oauth2(account: Account) -> dict[str, Any]:
    named = {
        "user": account.auth_user,
        "delegatedUser": account.delegated_user,
        "delegatedAccount": account.delegated_account,
    }
    auth = {name: value for name, value in named.items() if value is not None}
    return {**({"provider": account.provider} if account.provider else {}), "auth": auth}


def _subscription(services: Services, session: Session, account: Account) -> dict[str, Any] | None:
    """How Microsoft 365's announcements of the mailbox go; None where there are to be none."""
    kept = session.get(Subscription, account.mailbox_id) if account.mailbox_id else None
    if kept is None:
        return None
    if kept.problem:
        word = "error"
    elif not kept.is_running(now(), services.settings.notification_url):
        word = "creating"
    else:
        word = "renewing" if kept.due_at <= now() else "created"
    state = {"state": word, "time": iso(kept.last_notified_at or kept.created_at)}
    if kept.problem:
        state["error"] = kept.problem
    return {"id": kept.graph_id, "expirationDateTime": iso(kept.expires_at), "state": state}
