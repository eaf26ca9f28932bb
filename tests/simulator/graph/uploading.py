"""Files of 3 to 150 MB for a draft: a session at Graph, then ranges to an address of Outlook that is its own key.

https://learn.microsoft.com/graph/outlook-large-attachments
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.simulator import faults
from tests.simulator.graph import access, shape
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.drafts import LARGEST_FILE, add, check_draft
from tests.simulator.graph.finding import item_asked
from tests.simulator.graph.routing import of_message
from tests.simulator.mailbox import Item, Mailbox
from tests.simulator.mime import Attachment
from tests.simulator.traffic import Visit
from tests.simulator.world import World

HOST = "outlook.office.com"
LARGEST = 150 * 1024 * 1024  # bytes
LARGEST_RANGE = 4 * 1024 * 1024
LIFETIME = timedelta(hours=1)
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass
class Session:
    """One file on its way into a draft."""

    call: Call
    mailbox: Mailbox
    item: Item
    given: Attachment
    size: int
    key: str
    until: float
    content: bytearray = field(default_factory=bytearray)

    def shown(self, world: World) -> dict[str, Any]:
        return {
            "expirationDateTime": shape.moment(world.now() + timedelta(seconds=self.until - world.time())),
            "nextExpectedRanges": [f"{len(self.content)}-"],
        }


@of_message("POST", "/attachments/createUploadSession")
def begin(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    item = item_asked(call, mailbox)
    check_draft(item)
    body = call.json()
    asked = body.get("AttachmentItem", body.get("attachmentItem"))
    if not isinstance(asked, dict) or asked.get("attachmentType") != "file" or not asked.get("name"):
        raise GraphError(400, "ErrorInvalidRequest", "AttachmentItem needs attachmentType, name and size.")
    size = asked.get("size")
    if not isinstance(size, int) or size < LARGEST_FILE:
        message = "The attachment size should not be less than 3 MB."
        raise GraphError(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize", message)
    if size > LARGEST:
        raise GraphError(400, "ErrorAttachmentSizeLimitExceeded", "The attachment is larger than 150 MB.")
    kind = str(asked.get("contentType") or "application/octet-stream")
    given = Attachment("file", str(asked["name"]), kind, b"", bool(asked.get("isInline")), asked.get("contentId"))
    name, key = secrets.token_hex(16), secrets.token_urlsafe(24)
    session = Session(call, mailbox, item, given, size, key, call.world.time() + LIFETIME.total_seconds())
    call.world.uploads[name] = session
    owner = f"{mailbox.account.id}@{mailbox.account.tenant.id}"
    path = f"/api/gv1.0/users('{owner}')/messages/AttachmentSessions('{name}')?authtoken={key}"
    start = call.base.replace("graph.microsoft.com", HOST)
    context = f"{call.base}/v1.0/$metadata#microsoft.graph.uploadSession"
    return Answer(201, {"@odata.context": context, "uploadUrl": start + path, **session.shown(call.world)})


def create_uploads(world: World) -> Blueprint:
    uploads = Blueprint("uploads", __name__, url_prefix=f"/{HOST}")

    @uploads.route("/<path:rest>", methods=["PUT", "GET", "DELETE"])
    def everything(rest: str) -> Response:
        path = request.environ["simulator.path"].partition("?")[0]
        world.traffic.count(Visit("upload", request.method, "/AttachmentSessions/{id}"))
        fault = world.faults.take("upload", request.method, path)
        if fault and not fault.after:
            faults.suffer(fault, request.environ.get("simulator.patience"))
            if fault.status:
                return _refused(fault.status, "ServiceUnavailable", "The service is temporarily unavailable.")
        with world.lock:
            answer = _answer(world, rest)
        if fault and fault.after:
            faults.suffer(fault, request.environ.get("simulator.patience"))
        return answer

    return uploads


def _answer(world: World, rest: str) -> Response:
    if request.headers.get("Authorization"):
        return _refused(401, "InvalidAudience", "The address is its own key; Authorization must not be sent.")
    named = re.search(r"AttachmentSessions\('([^']*)'\)", request.environ["simulator.path"])
    session = world.uploads.get(named[1]) if named else None
    is_its_own = session is not None and secrets.compare_digest(session.key, request.args.get("authtoken", ""))
    if session is None or not is_its_own or session.until < world.time() or not session.item.is_draft:
        return _refused(404, "ErrorItemNotFound", "The upload session was not found.")
    if request.method == "DELETE":
        del world.uploads[str(named and named[1])]
        return Response(status=204)
    if request.method == "GET":
        return jsonify(session.shown(world))
    return _take(world, session, str(named and named[1]))


def _take(world: World, session: Session, name: str) -> Response:
    stated, octets = RANGE.fullmatch(request.headers.get("Content-Range", "")), request.get_data()
    if stated is None:
        return _refused(400, "InvalidContentRangeHeader", "The Content-Range header is missing or malformed.")
    first, last, whole = (int(each) for each in stated.groups())
    if whole != session.size or last - first + 1 != len(octets) or len(octets) >= LARGEST_RANGE:
        return _refused(400, "InvalidContentRangeHeader", "The range does not fit its content or its session.")
    if first != len(session.content) or last >= whole:
        return _refused(416, "InvalidContentRangeHeader", "This range is not expected now.")
    session.content += octets
    if len(session.content) < whole:
        return jsonify(session.shown(world))
    session.given.content = bytes(session.content)
    add(session.call, session.mailbox, session.item, session.given)
    del world.uploads[name]
    return Response(status=201, headers={"Location": f"https://{HOST}/api/v2.0/Attachments('{name}')"})


def _refused(status: int, code: str, message: str) -> Response:
    answer = jsonify(error={"code": code, "message": message})
    answer.status_code = status
    return answer
