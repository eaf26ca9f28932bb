"""Numbers for Prometheus, counted in the database at each scrape: the same from whichever process they come."""

from collections.abc import Iterator

from apiflask import APIBlueprint
from flask import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy import func, select

from server.models import Save, SaveState
from server.services import Services


class Queue:
    """Saves by state, and how long the oldest one that is due has been waiting."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def collect(self) -> Iterator[Metric]:
        with self.services.database.session() as session:
            by_state = select(Save.state, func.count()).group_by(Save.state)
            counted = {state: count for state, count in session.execute(by_state)}
            waiting = func.extract("epoch", func.now() - func.min(Save.due_at))
            oldest = session.scalar(select(waiting).where(Save.state == SaveState.queued, Save.due_at <= func.now()))
        saves = GaugeMetricFamily("affix_saves", "Saves by state.", labels=["state"])
        for state in SaveState:
            saves.add_metric([state.value], counted.get(state, 0))
        yield saves
        yield GaugeMetricFamily(
            "affix_oldest_due_save_seconds", "Age of the oldest save that is due.", float(oldest or 0)
        )


def blueprint(services: Services) -> APIBlueprint:
    metrics = APIBlueprint("metrics", __name__, enable_openapi=False)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Queue(services))

    @metrics.get("/metrics")
    def show() -> Response:
        """Totals only: nothing of a tenant or a person."""
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return metrics
