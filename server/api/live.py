"""How it stands with the open message, for panes that ask every few seconds."""

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from server import live
from server.api.guard import caller, services
from server.api.shapes import OpenMessage


def routes(api: APIBlueprint) -> None:
    @api.get("/live")
    @api.input(OpenMessage, location="query")
    def show_live(query_data: OpenMessage) -> Response:
        """The saves of this email and who is filing it. 304 when that is what If-None-Match names."""
        response = jsonify(live.of_message(services(), caller(), query_data.mailbox, query_data.message))
        response.add_etag()
        response.make_conditional(request)
        return response
