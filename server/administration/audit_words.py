"""Lines of the audit list in words: who did what, where. Of mail nothing but where it was saved to is told."""

from collections.abc import Mapping
from typing import Any

CONVERSATION = "A conversation"
OTHER = "{who}: {what}."
WORDS = {
    "saved": "{who} saved an email to {name}.",
    "partial": "{who} saved an email to {name}, but not all of it.",
    "failed": "An email that {who} wanted on {name} could not be saved ({code}).",
    "undone": "{who} took an email off {name}.",
    "moved": "{who} moved an email to {name}.",
    "retried": "{who} tried again to save an email to {name}.",
    "rule_made": "{who} started the rule “{title}”.",
    "rule_changed": "{who} changed what the rule “{title}” matches.",
    "rule_paused": "{who} paused the rule “{title}”.",
    "rule_resumed": "{who} resumed the rule “{title}”.",
    "rule_removed": "{who} removed the rule “{title}”.",
    "rule_taken_over": "{who} took the rule “{title}” over from {before}.",
    "rule_stopped": "The rule “{title}” of {who} stopped. {reason}",
    "backfill_started": "{who} had past mail saved for the rule “{title}”.",
    "backfill_paused": "{who} paused saving past mail for the rule “{title}”.",
    "backfill_resumed": "{who} resumed saving past mail for the rule “{title}”.",
    "backfill_undone": "{who} had the past mail of the rule “{title}” undone.",
    "license_assigned": "{who} assigned a licence to {mailbox}.",
    "license_ended": "{who} took the licence of {mailbox} away.",
    "destination_added": "{who} connected the destination “{title}”.",
    "destination_changed": "{who} changed the destination “{title}”.",
    "destination_removed": "{who} removed the destination “{title}”.",
    "attachments_chosen": "{who} chose which attachments are saved from {mailbox} when nobody says otherwise.",
    "mailbox_left": "The rule “{title}” of {who} no longer holds in {mailbox}: the right to read it ended.",
    "caught_up": "Affix caught up with {messages} messages of {mailbox}, with the right of {who}.",
    "exclusion_added": "{who} excluded {value} from Autopilot.",
    "exclusion_removed": "{who} took the exclusion of {value} back.",
    "webhook_added": "{who} added the webhook “{title}” to {host}.",
    "webhook_changed": "{who} changed the webhook “{title}” to {host}.",
    "webhook_paused": "{who} paused the webhook “{title}” to {host}.",
    "webhook_resumed": "{who} resumed the webhook “{title}” to {host}.",
    "webhook_removed": "{who} removed the webhook “{title}” to {host}.",
    "webhook_secret_renewed": "{who} renewed the secret of the webhook “{title}”.",
    "webhook_stopped": "The webhook “{title}” to {host} stopped. {reason}",
    "webhook_ended": "The webhook “{title}” to {host} ended. {reason}",
    "api_key_made": "{who} made the API key “{title}” ({scopes}).",
    "api_key_revoked": "{who} revoked the API key “{title}”.",
    "audit_exported": "{who} exported the audit list.",
}


class _Named(dict[str, Any]):
    """What a line lacks is left blank."""

    def __missing__(self, name: str) -> str:
        return "?"


def words_of(what: str, who: str, detail: Mapping[str, Any]) -> str:
    """One sentence; where the line names a mailbox that it does not say already, that too."""
    named = _Named({key: value for key, value in detail.items() if value not in (None, "")})
    named |= {"who": who, "what": what.replace("_", " ")}
    named.setdefault("name", named.get("record", "a record"))
    template = WORDS.get(what, OTHER)
    sentence = template.format_map(named).strip()
    mailbox = named.get("mailbox")
    if not mailbox or "{mailbox}" in template:
        return sentence
    return f"{sentence} Mailbox: {mailbox}."
