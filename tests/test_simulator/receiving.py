"""An address that receives notifications in these tests, as a customer's server would, and checks what it gets."""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import referencing
import referencing.jsonschema
from openapi_schema_validator import OAS30Validator
from werkzeug import Request, Response

from tests.test_simulator.cast import SHARED, Caller, Control

PLACE = "https://affix.example"
HOOK = f"{PLACE}/graph/notifications"
COLLECTION = "urn:graph#/components/schemas/microsoft.graph.changeNotificationCollection"
Notification = dict[str, Any]


@cache
def collection_description() -> Any:
    """Microsoft's own description of what is sent, or None where it is not beside the project."""
    file = SHARED / "reference" / "graph-openapi.json"
    if not file.exists():
        return None
    resource = referencing.Resource(json.loads(file.read_text()), referencing.jsonschema.DRAFT4)
    return OAS30Validator({"$ref": COLLECTION}, registry=referencing.Registry().with_resource("urn:graph", resource))


@dataclass
class Receiver:
    """A WSGI application. `answer` may be replaced, to be slow or to refuse; `echo` answers the handshake."""

    posts: list[list[Notification]] = field(default_factory=list)
    handshakes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    answer: Callable[[], int] = lambda: 202
    echo: Callable[[str], Response] = lambda token: Response(token, mimetype="text/plain")
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        if "validationToken" in request.args:
            self.handshakes.append(request.url)
            return self.echo(request.args["validationToken"])(environ, start_response)
        body = request.get_json()
        with self.lock:
            self.posts.append(body["value"])
            description = collection_description()
            self.faults += [error.message for error in description.iter_errors(body)] if description else []
        return Response(status=self.answer())(environ, start_response)

    @property
    def notifications(self) -> list[Notification]:
        return [one for post in self.posts for one in post]

    @property
    def told(self) -> list[tuple[str, str]]:
        """Kind of change and id of the message, of each notification."""
        changes = [one for one in self.notifications if "changeType" in one]
        return [(one["changeType"], one["resourceData"]["id"]) for one in changes]


def wish(resource: str, **more: Any) -> dict[str, Any]:
    """The body of a POST /subscriptions; None leaves a field out."""
    asked = {
        "changeType": "created,updated,deleted",
        "notificationUrl": HOOK,
        "lifecycleNotificationUrl": HOOK,
        "resource": resource,
        "expirationDateTime": (datetime.now(UTC) + timedelta(days=2)).isoformat(),
        "clientState": "secret",
        **more,
    }
    return {name: value for name, value in asked.items() if value is not None}


def subscribed(caller: Caller, resource: str, immutable: bool = True, **more: Any) -> dict[str, Any]:
    headers = {"Prefer": 'IdType="ImmutableId"'} if immutable else {}
    answer = caller.post("/subscriptions", json=wish(resource, **more), headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def settle(control: Control) -> None:
    """Until nothing is left to be sent."""
    assert control.ask("GET", "notifications?settled=true&wait=60") == {"settled": True}
