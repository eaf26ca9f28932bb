"""Numbers for Prometheus: the same from whichever web process they come. Keep them inside, as the README says."""

from typing import cast

from apiflask import APIBlueprint, APIFlask
from flask import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from server.metrics.exposition import Page
from server.services import Services


def blueprint(services: Services) -> APIBlueprint:
    metrics = APIBlueprint("metrics", __name__, enable_openapi=False)
    registry = CollectorRegistry(auto_describe=False)
    metrics.record_once(lambda state: registry.register(Page(services, cast(APIFlask, state.app).version)))

    @metrics.get("/metrics")
    def show() -> Response:
        """Totals only: nothing of a tenant or a person."""
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return metrics
