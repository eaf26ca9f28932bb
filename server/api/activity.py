"""What was saved or not, and why; what failed is tried again, and what no rule could match is settled."""

from typing import Any

from apiflask import APIBlueprint

from server import lines, retrying
from server.activity import Wanted
from server.api.guard import caller, listing, services
from server.api.shapes import ActivityList, RetryRequest, ReviewedSave
from server.autopilot import reviewing
from server.paging import read_place
from server.queueing import RecordRef


def routes(api: APIBlueprint) -> None:
    @api.get("/activity")
    @api.input(ActivityList, location="query")
    def list_activity(query_data: ActivityList) -> dict[str, Any]:
        """The caller's own activity and what Autopilot saw where the caller may read, newest first; with `mailbox`
        everybody's there."""
        asked = query_data.model_dump(exclude={"cursor"})
        found, following = lines.find(services(), caller(), Wanted(**asked, after=read_place(query_data.cursor)))
        return listing("activity", found, following)

    @api.post("/activity/retry")
    @api.input(RetryRequest)
    def retry_failed(json_data: RetryRequest) -> tuple[dict[str, Any], int]:
        """Try every failed save again, at most 1,000 in one request; `more` tells whether some are left."""
        retried, more = retrying.retry_all(services(), caller(), retrying.Wanted(**json_data.model_dump()))
        return {"retried": retried, "more": more}, 202

    @api.post("/activity/<line_id>/save")
    @api.input(ReviewedSave)
    def save_line(line_id: str, json_data: ReviewedSave) -> tuple[dict[str, Any], int]:
        """Save by hand a message that Autopilot saw; it leaves the review list."""
        records = [RecordRef(each.destination, each.type, each.id) for each in json_data.records]
        return {"saves": reviewing.save(services(), caller(), line_id, records, json_data.attachments)}, 202

    @api.post("/activity/<line_id>/dismiss")
    def dismiss_line(line_id: str) -> dict[str, Any]:
        """Take a message off the review list without saving it."""
        return reviewing.dismiss(services(), caller(), line_id)
