"""Asks Graph to announce the changes of a mailbox. https://learn.microsoft.com/graph/api/resources/subscription"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from server.mail.base import MailBusy
from server.mail.graph.requests import GraphRequests

LIFETIME = timedelta(minutes=10_070)  # Graph allows messages 10,080 from its own now, which is not quite ours
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


@dataclass(frozen=True)
class Subscribed:
    id: str
    expires_at: datetime


class GraphSubscriptions:
    """Acts for whoever the token stands for: the application, or a person for their own mailbox."""

    def __init__(self, requests: GraphRequests) -> None:
        self.requests = requests

    def make(
        self, token: str, mailbox: str, url: str, secret: str, moment: datetime, changes: str = "created,updated"
    ) -> Subscribed:
        """Graph asks `url` whether it wants this before it answers. Raises MailConflict where there is one already."""
        body = {
            "changeType": changes,
            "notificationUrl": url,
            "lifecycleNotificationUrl": url,  # cannot be added later
            "resource": _resource(mailbox),
            "expirationDateTime": _end(moment),
            "clientState": secret,
        }
        return _subscribed(self.requests.json("POST", ("subscriptions",), token, headers=IMMUTABLE, body=body))

    def renew(self, token: str, subscription_id: str, moment: datetime) -> Subscribed:
        """Prolongs it, which also authorises it anew. Raises MailGone."""
        body = {"expirationDateTime": _end(moment)}
        return _subscribed(self.requests.json("PATCH", ("subscriptions", subscription_id), token, body=body))

    def end(self, token: str, subscription_id: str) -> None:
        self.requests.send("DELETE", ("subscriptions", subscription_id), token).close()

    def own(self, token: str, mailbox: str) -> list[str]:
        """The ids of those that the token's holder has on the mailbox."""
        found = self.requests.json("GET", ("subscriptions",), token)
        ids: list[str] = []
        while True:
            there = found.get("value") or []
            ids += [str(each["id"]) for each in there if _is_of(each, mailbox)]
            if "@odata.nextLink" not in found:
                return ids
            found = self.requests.follow(str(found["@odata.nextLink"]), token, mailbox, {})


def _resource(mailbox: str) -> str:
    return f"users/{mailbox}/messages"


def _is_of(found: dict[str, Any], mailbox: str) -> bool:
    return str(found.get("resource", "")).strip("/").lower() == _resource(mailbox).lower()


def _end(moment: datetime) -> str:
    return (moment + LIFETIME).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _subscribed(found: dict[str, Any]) -> Subscribed:
    """Graph may grant another end than was asked for."""
    try:
        end = datetime.fromisoformat(str(found["expirationDateTime"]))
        return Subscribed(str(found["id"]), end if end.tzinfo else end.replace(tzinfo=UTC))
    except (KeyError, ValueError):
        raise MailBusy("Microsoft 365 sent an answer that cannot be read.", code="unreadable") from None
