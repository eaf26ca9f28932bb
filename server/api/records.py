"""Records of the destinations, and the emails on them."""

from typing import Any, BinaryIO
from urllib.parse import quote

from apiflask import APIBlueprint
from flask import Response

from server import records
from server.api.guard import caller, listing, services
from server.api.shapes import NewRecord, Page, RecordSearch
from server.records import record_json

CHUNK = 256 * 1024
RECORD = "/records/<destination>/<type>/<id>"
EMAIL = RECORD + "/emails/<reference>"


def routes(api: APIBlueprint) -> None:
    @api.get("/records")
    @api.input(RecordSearch, location="query")
    def search_records(query_data: RecordSearch) -> dict[str, Any]:
        """Records by name, address, domain or number."""
        found = records.search(services(), caller(), **query_data.model_dump())
        return listing("records", [record_json(each) for each in found.items], found.next)

    @api.post("/records")
    @api.input(NewRecord)
    def create_record(json_data: NewRecord) -> tuple[dict[str, Any], int]:
        """Make a new record in a destination."""
        values = json_data.model_extra or {}
        return record_json(records.create(services(), caller(), json_data.destination, json_data.type, values)), 201

    @api.get(RECORD)
    def one_record(destination: str, type: str, id: str) -> dict[str, Any]:
        """One record."""
        return record_json(records.one(services(), caller(), destination, type, id))

    @api.get(RECORD + "/emails")
    @api.input(Page, location="query")
    def emails_of_record(destination: str, type: str, id: str, query_data: Page) -> dict[str, Any]:
        """The emails on a record, the latest saved first."""
        page = records.emails(services(), caller(), destination, type, id, query_data.limit, query_data.cursor)
        return listing("emails", [records.email_json(each) for each in page.items], page.next)

    @api.get(EMAIL)
    def one_email(destination: str, type: str, id: str, reference: str) -> dict[str, Any]:
        """One email to read; its HTML is cleaned."""
        return records.email(services(), caller(), destination, type, id, reference)

    @api.get(EMAIL + "/mime")
    def mime_of_email(destination: str, type: str, id: str, reference: str) -> Response:
        """The message as it was saved, byte for byte."""
        return _download(
            "message.eml", "message/rfc822", records.mime(services(), caller(), destination, type, id, reference)
        )

    @api.get(EMAIL + "/attachments/<int:number>")
    def attachment_of_email(destination: str, type: str, id: str, reference: str, number: int) -> Response:
        """One attachment's bytes, always as a download."""
        file, opened = records.attachment(services(), caller(), destination, type, id, reference, number)
        return _download(file.name, "application/octet-stream", opened)


def _download(name: str, content_type: str, opened: BinaryIO) -> Response:
    # Never shown in place: what senders attach must not run under our address.
    response = Response(iter(lambda: opened.read(CHUNK), b""), mimetype=content_type)
    response.call_on_close(opened.close)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response
