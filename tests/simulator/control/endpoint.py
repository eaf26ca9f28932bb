"""The control interface over HTTP."""

import base64
import binascii
from dataclasses import asdict, fields
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.simulator.control.arriving import Arrival, arrival, arrivals
from tests.simulator.control.asking import BadControl, body_of_request, mailbox_named, text_of
from tests.simulator.control.changes import change_world, described
from tests.simulator.control.minting import minted, refresh_token
from tests.simulator.control.netsuite import registered
from tests.simulator.faults import Fault
from tests.simulator.graph import shape
from tests.simulator.ids import Malformed, parse_ews, parse_rest
from tests.simulator.mailbox import Item, Mailbox
from tests.simulator.mime import Attachment
from tests.simulator.netsuite.ledger import ledger
from tests.simulator.subscriptions import Subscription
from tests.simulator.world import World

Answered = Response | tuple[Response, int]


def create_control(world: World) -> Blueprint:
    control = Blueprint("control", __name__, url_prefix="/control")

    @control.errorhandler(BadControl)
    def refuse(error: BadControl) -> Answered:
        return jsonify(error={"code": error.code, "message": str(error)}), error.status

    @control.post("/tokens")
    def make_token() -> Answered:
        asked = body_of_request(dict)
        with world.lock:
            token, renewal = minted(world, asked), refresh_token(world, asked)
        return jsonify(token=token, **({"refreshToken": renewal} if renewal else {}))

    @control.post("/messages")
    def deliver() -> Answered:
        if request.is_json and "mailbox" not in request.args:
            return jsonify(messages=[arrived(one) for one in arrivals(world, body_of_request(dict))]), 201
        read, headers = request.args.get("read") == "true", request.args.get("headers") != "false"
        asked = {**request.args, "read": read, "headers": headers}
        return jsonify(arrived(arrival(world, asked, request.get_data()))), 201

    def arrived(one: Arrival) -> dict[str, str]:
        return _ids(*world.deliver(one.address, one.raw, one.folder, one.moment, one.is_read, one.has_headers))

    @control.get("/messages")
    def listing() -> Answered:
        with world.lock:
            mailbox = mailbox_named(world, request.args.get("mailbox"))
            return jsonify(messages=[_shown(mailbox, item) for item in mailbox.items.values()])

    @control.delete("/messages")
    def remove() -> Answered:
        with world.lock:
            mailbox, item = _item_named(world, body_of_request(dict))
            mailbox.remove(item)
        return jsonify({})

    @control.post("/moves")
    def move() -> Answered:
        asked = body_of_request(dict)
        with world.lock:
            mailbox, item = _item_named(world, asked)
            mailbox.move(item, mailbox.folder_at(text_of(asked, "folder")), world.now())
            return jsonify(_shown(mailbox, item))

    @control.get("/webhooks")
    def heard() -> Answered:
        with world.lock:
            return jsonify(heard=[each.shown() for each in world.heard])

    @control.delete("/webhooks")
    def forget_heard() -> Answered:
        with world.lock:
            world.heard.clear()
        return jsonify({})

    @control.post("/attachments")
    def attach() -> Answered:
        asked = body_of_request(dict)
        with world.lock:
            mailbox, item = _item_named(world, asked)
            item.attach(_attachment(asked.get("attachment")))
            mailbox.change(item, world.now(), {"hasAttachments"})
            return jsonify(_ids(mailbox, item)), 201

    @control.post("/faults")
    def order_faults() -> Answered:
        asked = body_of_request(dict, list)
        orders = [_fault(one) for one in (asked if isinstance(asked, list) else [asked])]
        for fault in orders:
            world.faults.order(fault)
        return jsonify(faults=[asdict(fault) for fault in orders]), 201

    @control.get("/faults")
    def faults() -> Answered:
        return jsonify(faults=[asdict(fault) for fault in world.faults.waiting()])

    @control.delete("/faults")
    def clear_faults() -> Answered:
        world.faults.clear()
        return jsonify({})

    @control.get("/requests")
    def requests() -> Answered:
        return jsonify(world.traffic.report())

    @control.delete("/requests")
    def forget_requests() -> Answered:
        world.traffic.clear()
        return jsonify({})

    @control.get("/notifications")
    def notifications() -> Answered:
        if request.args.get("settled") == "true":
            return jsonify(settled=world.notifier.is_settled(_seconds(request.args.get("wait"))))
        return jsonify(world.notifier.report())

    @control.delete("/notifications")
    def forget_notifications() -> Answered:
        world.notifier.forget_figures()
        return jsonify({})

    @control.get("/subscriptions")
    def subscriptions() -> Answered:
        with world.lock:
            return jsonify(subscriptions=[_watching(one) for one in world.subscriptions.running(world.now())])

    @control.get("/ledger")
    def show_ledger() -> Answered:
        return jsonify(ledger(world.netsuite))

    @control.post("/netsuite")
    def register_at_netsuite() -> Answered:
        asked = body_of_request(dict)
        with world.lock:
            return jsonify(registered(world, asked)), 201

    @control.get("/world")
    def show_world() -> Answered:
        with world.lock:
            return jsonify(described(world))

    @control.post("/world")
    def alter_world() -> Answered:
        asked = body_of_request(dict)
        with world.lock:
            change_world(world, asked)
            return jsonify(described(world))

    return control


def _ids(mailbox: Mailbox, item: Item) -> dict[str, str]:
    return {
        "id": mailbox.id_of(item).rest(),
        "immutableId": mailbox.id_of(item, immutable=True).rest(),
        "ewsId": mailbox.id_of(item).ews(),
        "internetMessageId": item.internet_message_id,
    }


def _watching(one: Subscription) -> dict[str, Any]:
    return {
        "id": one.id,
        "app": one.app,
        "tenant": one.tenant_id,
        "mailbox": one.mailbox.address,
        "folder": one.mailbox.path_of(one.folder) if one.folder else None,
        "changeType": ",".join(one.change_types),
        "notificationUrl": one.notification_url,
        "lifecycleNotificationUrl": one.lifecycle_url,
        "expirationDateTime": shape.moment(one.expires_at),
        "immutableIds": one.immutable,
        "authorised": one.authorised_until is None,
    }


def _seconds(text: str | None) -> float:
    try:
        return min(float(text or 0), 30.0)
    except ValueError as error:
        raise BadControl("wait is a number of seconds") from error


def _shown(mailbox: Mailbox, item: Item) -> dict[str, Any]:
    return {
        **_ids(mailbox, item),
        "folder": mailbox.path_of(item.folder),
        "subject": item.subject,
        "categories": list(item.categories),
        "isRead": item.is_read,
        "receivedDateTime": shape.moment(item.received_at),
    }


def _item_named(world: World, asked: dict[str, Any]) -> tuple[Mailbox, Item]:
    mailbox, text = mailbox_named(world, asked.get("mailbox")), text_of(asked, "id")
    for parse in (parse_rest, parse_ews):
        try:
            item = mailbox.find(parse(text))
        except Malformed:
            continue
        if item:
            return mailbox, item
    raise BadControl("no such message in that mailbox", 404)


def _fault(asked: Any) -> Fault:
    known = {field.name for field in fields(Fault)}
    if not isinstance(asked, dict) or not asked.keys() <= known:
        raise BadControl(f"a fault is an object with {', '.join(sorted(known))}")
    fault = Fault(**asked)
    numbers = (fault.delay_ms, fault.probability, fault.times or 0, fault.status or 0, fault.cut_after or 0)
    if not all(isinstance(number, int | float) for number in numbers) or not isinstance(fault.headers, dict):
        raise BadControl("delay_ms, probability, times, status and cut_after are numbers, headers an object")
    fault.headers = {name: str(value) for name, value in fault.headers.items()}
    return fault


def _attachment(asked: Any) -> Attachment:
    kinds = {"#microsoft.graph.fileAttachment": "file", "#microsoft.graph.itemAttachment": "item"}
    kinds["#microsoft.graph.referenceAttachment"] = "reference"
    if not isinstance(asked, dict) or asked.get("@odata.type") not in kinds:
        raise BadControl(f"attachment needs an @odata.type, one of {', '.join(kinds)}")
    try:
        content = base64.b64decode(asked.get("contentBytes") or "", validate=True)
    except (binascii.Error, TypeError) as error:
        raise BadControl("contentBytes is not base64") from error
    return Attachment(
        kind=kinds[asked["@odata.type"]],
        name=str(asked.get("name") or ""),
        content_type=str(asked.get("contentType") or "application/octet-stream"),
        content=content,
        is_inline=bool(asked.get("isInline")),
        content_id=asked.get("contentId"),
    )
