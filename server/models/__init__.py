"""The tables, as typed SQLAlchemy models. They say what may happen to a row; they know no network and no Flask."""

from server.models.account_events import KnownMessage
from server.models.accounts import Access, Account, AccountChange, AccountState
from server.models.activity import Activity
from server.models.api_keys import ApiKey, ApiUse
from server.models.audit import AuditEntry, AuditHead
from server.models.backfills import Backfill, BackfillState
from server.models.base import Base
from server.models.destinations import ConfiguredDestination
from server.models.exclusions import Exclusion, ExclusionKind, GraphCount
from server.models.favorites import Favorite, Opening, Preferences, Presence
from server.models.filed import Dismissal
from server.models.licenses import License
from server.models.mailboxes import Mailbox, Membership
from server.models.messages import Message, MessageBody
from server.models.outgoing import Outgoing, OutgoingState
from server.models.pauses import Outage, Pause
from server.models.people import Grant, Person
from server.models.registrations import Registration, RegistrationKind
from server.models.rules import Rule, RuleKind, RuleMessage, RuleState, Scope
from server.models.saves import DONE, Save, SaveState
from server.models.sent_places import SentPlace
from server.models.sign_ins import SignIn
from server.models.submissions import Submission, SubmissionFile, SubmissionPiece, SubmissionState
from server.models.subscriptions import Subscription
from server.models.tallies import Tally
from server.models.watches import Announcement, Health, Sighting, Watch, WatchedFolder
from server.models.webhooks import Delivery, DeliveryState, HeaderStyle, Webhook, WebhookState

__all__ = [
    "DONE",
    "Access",
    "Account",
    "AccountChange",
    "AccountState",
    "Activity",
    "Announcement",
    "ApiKey",
    "ApiUse",
    "AuditEntry",
    "AuditHead",
    "Backfill",
    "BackfillState",
    "Base",
    "ConfiguredDestination",
    "Delivery",
    "DeliveryState",
    "Dismissal",
    "Exclusion",
    "ExclusionKind",
    "Favorite",
    "Grant",
    "GraphCount",
    "HeaderStyle",
    "Health",
    "KnownMessage",
    "License",
    "Mailbox",
    "Membership",
    "Message",
    "MessageBody",
    "Opening",
    "Outage",
    "Outgoing",
    "OutgoingState",
    "Pause",
    "Person",
    "Preferences",
    "Presence",
    "Registration",
    "RegistrationKind",
    "Rule",
    "RuleKind",
    "RuleMessage",
    "RuleState",
    "Save",
    "SaveState",
    "Scope",
    "SentPlace",
    "Sighting",
    "SignIn",
    "Submission",
    "SubmissionFile",
    "SubmissionPiece",
    "SubmissionState",
    "Subscription",
    "Tally",
    "Watch",
    "WatchedFolder",
    "Webhook",
    "WebhookState",
]
