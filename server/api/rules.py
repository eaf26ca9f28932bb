"""Rules of Autopilot: started, seen, paused, taken over and removed."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server.api.guard import caller, listing, services
from server.api.items import hint_of
from server.api.shapes import RuleChange, RuleList, RuleRequest
from server.autopilot import overview, rules, starting
from server.autopilot.wanted import Wanted
from server.queueing import RecordRef


def routes(api: APIBlueprint) -> None:
    @api.post("/rules")
    @api.input(RuleRequest)
    def create_rule(json_data: RuleRequest) -> tuple[dict[str, Any], int]:
        """Go on saving mail of a mailbox to a record. 201 for a new rule; 200 when the same one is there already."""
        found, is_new = starting.create(services(), caller(), wanted_of(json_data))
        return found, 201 if is_new else 200

    @api.get("/rules")
    @api.input(RuleList, location="query")
    def list_rules(query_data: RuleList) -> dict[str, Any]:
        """The rules of the mailboxes that the caller may read, whoever made them; newest first."""
        found, following = overview.find(services(), caller(), query_data.mailbox, query_data.limit, query_data.cursor)
        return listing("rules", found, following)

    @api.get("/rules/<uuid:rule_id>")
    def one_rule(rule_id: UUID) -> dict[str, Any]:
        """One rule, with its state and the reason for it."""
        return overview.one(services(), caller(), rule_id)

    @api.patch("/rules/<uuid:rule_id>")
    @api.input(RuleChange)
    def change_rule(rule_id: UUID, json_data: RuleChange) -> dict[str, Any]:
        """Pause or resume a rule; an administrator may take it over."""
        options = json_data.options.model_dump(exclude_unset=True) if json_data.options else None
        wanted = rules.Change(json_data.state, json_data.owner, options)
        return rules.change(services(), caller(), rule_id, wanted)

    @api.delete("/rules/<uuid:rule_id>")
    def remove_rule(rule_id: UUID) -> dict[str, Any]:
        """Remove a rule of one's own. What it saved stays where it is."""
        return rules.remove(services(), caller(), rule_id)


def wanted_of(asked: RuleRequest) -> Wanted:
    record = asked.record
    return Wanted(
        kind=asked.kind,
        scope=asked.scope,
        record=RecordRef(record.destination, record.type, record.id) if record else None,
        mailbox=asked.mailbox,
        value=asked.value,
        item=hint_of(asked.item) if asked.item else None,
        attachments=asked.attachments,
        internal_too=asked.internal_too,
        private_too=asked.private_too,
        past_days=asked.past_days if asked.past_too else None,
        destination=asked.destination,
        options=asked.options.model_dump() if asked.options else None,
    )
