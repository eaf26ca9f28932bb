"""Numbers for those who watch over the account API."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from server.accounts.statistics import statistics
from server.api.guard import services
from server.api.v1.guard import holder, needs


class Span(BaseModel):
    """Over which time the counters count."""

    seconds: Annotated[int, Field(ge=1, le=30 * 86400)] = 3600


class Queues(BaseModel):
    """By state, of what is not done: messages to send, and what webhooks are to be told."""

    submit: dict[str, int]
    notify: dict[str, int]


class Statistics(BaseModel):
    """`connections` are accounts by state. `counters`: "events:<event>", how often webhooks were told."""

    accounts: int
    connections: dict[str, int]
    counters: dict[str, int]
    queues: Queues


def routes(v1: APIBlueprint) -> None:
    @v1.get("/stats")
    @needs("accounts")
    @v1.input(Span, location="query")
    @v1.output(Statistics)
    def show_statistics(query_data: Span) -> dict[str, Any]:
        """Accounts by state, what webhooks were told lately, and what waits."""
        return statistics(services(), holder().tenant_id, query_data.seconds)
