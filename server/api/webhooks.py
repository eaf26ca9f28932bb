"""Who is told what happens, for administrators. A secret is shown once, when it is made."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server.api.guard import caller, listing, services
from server.api.webhook_shapes import DeliveryList, ReplayRequest, WebhookChange, WebhookRequest
from server.webhooks import endpoints
from server.webhooks.endpoints import Wanted


def routes(admin: APIBlueprint) -> None:
    """For the blueprint that has asked for the role."""

    @admin.get("/webhook-events")
    def list_webhook_events() -> dict[str, Any]:
        """What a webhook can be told of."""
        return {"events": endpoints.all_events()}

    @admin.get("/webhooks")
    def list_webhooks() -> dict[str, Any]:
        """The addresses that are told what happens, and how that goes."""
        return listing("webhooks", endpoints.listed(services(), caller().tenant_id), None)

    @admin.post("/webhooks")
    @admin.input(WebhookRequest)
    def add_webhook(json_data: WebhookRequest) -> tuple[dict[str, Any], int]:
        """Have an https address told of events. The answer has the secret that signs them, which is not shown again."""
        wanted = Wanted(json_data.url, json_data.events, json_data.title)
        return endpoints.add(services(), caller().tenant_id, caller(), wanted), 201

    @admin.get("/webhooks/<uuid:webhook_id>")
    def show_webhook(webhook_id: UUID) -> dict[str, Any]:
        """One of them."""
        return endpoints.one(services(), caller().tenant_id, webhook_id)

    @admin.patch("/webhooks/<uuid:webhook_id>")
    @admin.input(WebhookChange)
    def change_webhook(webhook_id: UUID, json_data: WebhookChange) -> dict[str, Any]:
        """Another address, other events, another title; paused, or active again, when all that waited is sent. With
        `newSecret` the answer has another secret, and the one before it signs as well for 24 hours.
        """
        asked = json_data
        wanted = Wanted(asked.url, asked.events, asked.title, asked.state, asked.new_secret)
        return endpoints.change(services(), caller().tenant_id, caller(), webhook_id, wanted)

    @admin.delete("/webhooks/<uuid:webhook_id>")
    def remove_webhook(webhook_id: UUID) -> dict[str, Any]:
        """Tell it nothing any more, and forget what was told."""
        endpoints.remove(services(), caller().tenant_id, caller(), webhook_id)
        return {"id": str(webhook_id)}

    @admin.post("/webhooks/<uuid:webhook_id>/test")
    def test_webhook(webhook_id: UUID) -> tuple[dict[str, Any], int]:
        """Send it something that means nothing, once, whatever its events and its state are."""
        return endpoints.test(services(), caller().tenant_id, webhook_id), 202

    @admin.get("/webhooks/<uuid:webhook_id>/deliveries")
    @admin.input(DeliveryList, location="query")
    def list_deliveries(webhook_id: UUID, query_data: DeliveryList) -> dict[str, Any]:
        """What it was told in the last 30 days, the newest first, and what became of that."""
        asked = query_data
        found, following = endpoints.deliveries(
            services(), caller().tenant_id, webhook_id, asked.state, asked.limit, asked.cursor
        )
        return listing("deliveries", found, following)

    @admin.get("/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>")
    def show_delivery(webhook_id: UUID, delivery_id: UUID) -> dict[str, Any]:
        """One of them, with what was sent and what was answered at the last try."""
        return endpoints.one_delivery(services(), caller().tenant_id, webhook_id, delivery_id)

    @admin.post("/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay")
    def replay_delivery(webhook_id: UUID, delivery_id: UUID) -> tuple[dict[str, Any], int]:
        """Send it again. Its number stays, so that the receiver can tell that it is the same."""
        return endpoints.replay(services(), caller().tenant_id, webhook_id, delivery_id), 202

    @admin.post("/webhooks/<uuid:webhook_id>/replay")
    @admin.input(ReplayRequest)
    def replay_deliveries(webhook_id: UUID, json_data: ReplayRequest) -> tuple[dict[str, Any], int]:
        """Send again what failed between two moments, or with `state` what was delivered then."""
        asked = json_data
        count = endpoints.replay_all(services(), caller().tenant_id, webhook_id, asked.since, asked.until, asked.state)
        return {"replayed": count}, 202
