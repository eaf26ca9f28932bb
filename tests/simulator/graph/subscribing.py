"""POST /subscriptions and what follows: https://learn.microsoft.com/graph/api/subscription-post-subscriptions"""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.handshake import shake_hands
from tests.simulator.graph.routing import route
from tests.simulator.graph.watched import invalid, watched
from tests.simulator.notifying.envelope import moment
from tests.simulator.subscriptions import Subscription

LONGEST, LONGEST_RICH, SHORTEST = (timedelta(minutes=minutes) for minutes in (10_080, 1_440, 45))
CHANGE_TYPES = {"created", "updated", "deleted"}
LONGEST_CLIENT_STATE = 128
KNOWN = {
    "changeType",
    "clientState",
    "encryptionCertificate",
    "encryptionCertificateId",
    "expirationDateTime",
    "includeResourceData",
    "latestSupportedTlsVersion",
    "lifecycleNotificationUrl",
    "notificationQueryOptions",
    "notificationUrl",
    "notificationUrlAppId",
    "resource",
}
TLS = {"v1_0", "v1_1", "v1_2", "v1_3"}


@route("POST", "/subscriptions", takes_lock=True)
def subscribe(call: Call) -> Answer:
    """The addresses are asked before this is answered, and nothing else waits for that."""
    with call.world.lock:
        one = _asked(call)
        _check_room(call, one)
    for url in dict.fromkeys(url for url in (one.notification_url, one.lifecycle_url) if url):
        shake_hands(call.world, url)
    with call.world.lock:
        _check_room(call, one)
        one.begin()
        call.world.subscriptions.add(one)
        return Answer(201, _entity(call, one))


@route("GET", "/subscriptions")
def list_own(call: Call) -> Answer:
    own = [_shown(one) for one in call.world.subscriptions.running(call.world.now()) if _is_own(call, one)]
    return Answer(json={"@odata.context": f"{call.base}/v1.0/$metadata#subscriptions", "value": own})


@route("GET", "/subscriptions/{subscription}")
def read(call: Call) -> Answer:
    return Answer(json=_entity(call, _own(call)))


@route("PATCH", "/subscriptions/{subscription}", takes_lock=True)
def renew(call: Call) -> Answer:
    """A later end, which also authorises anew; another address, which is asked first."""
    with call.world.lock:
        one, body = _own(call), call.json()
        wrong = {name for name in body if not name.startswith("@")} - {"expirationDateTime", "notificationUrl"}
        if wrong:
            raise invalid(f"The property '{sorted(wrong)[0]}' of a subscription cannot be changed.")
        expires_at = _expiry(call, body) if "expirationDateTime" in body else one.expires_at
        url = _address(body, "notificationUrl") if "notificationUrl" in body else one.notification_url
    if url != one.notification_url:
        shake_hands(call.world, url)
    with call.world.lock:
        one = _own(call)
        one.expires_at, one.notification_url, one.authorised_until = expires_at, url, None
        return Answer(json=_entity(call, one))


@route("POST", "/subscriptions/{subscription}/reauthorize")
def reauthorise(call: Call) -> Answer:
    _own(call).authorised_until = None
    return Answer(204)


@route("DELETE", "/subscriptions/{subscription}")
def remove(call: Call) -> Answer:
    call.world.subscriptions.remove(_own(call))
    return Answer(204)


def _asked(call: Call) -> Subscription:
    body = call.json()
    for name in ("changeType", "notificationUrl", "resource", "expirationDateTime"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise invalid(f"The property '{name}' is required for a subscription.")
    unknown = {name for name in body if not name.startswith("@")} - KNOWN
    if unknown:
        raise GraphError(400, "BadRequest", f"The property '{sorted(unknown)[0]}' does not exist on the subscription.")
    what = watched(call, body["resource"])
    person = None if call.bearer.is_app_only else str(call.bearer.claims["oid"])
    return Subscription(
        id=str(uuid.uuid4()),
        app=call.bearer.app,
        tenant_id=call.bearer.tenant_id,
        creator=str(call.bearer.claims["oid"]),
        person=person,
        mailbox=what.mailbox,
        folder=what.folder,
        resource=body["resource"],
        condition=what.condition,
        matches=what.matches,
        change_types=_change_types(body["changeType"]),
        notification_url=_address(body, "notificationUrl"),
        lifecycle_url=_address(body, "lifecycleNotificationUrl") if body.get("lifecycleNotificationUrl") else None,
        client_state=_client_state(body),
        tls=_tls(body),
        immutable=call.wants_immutable_ids,
        expires_at=_expiry(call, body),
    )


def _change_types(text: str) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(kind.strip() for kind in text.split(",")))
    if not set(kinds) <= CHANGE_TYPES:
        raise invalid("changeType is a list of created, updated and deleted, separated by commas.")
    return kinds


def _address(body: dict[str, Any], name: str) -> str:
    url = body[name]
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme != "https" or not parts.netloc or parts.fragment:
        raise invalid(f"The {name} must be a valid https address.")
    return str(url)


def _client_state(body: dict[str, Any]) -> str | None:
    state = body.get("clientState")
    if state is not None and (not isinstance(state, str) or len(state) > LONGEST_CLIENT_STATE):
        raise invalid(f"The clientState is text of at most {LONGEST_CLIENT_STATE} characters.")
    return state


def _tls(body: dict[str, Any]) -> str | None:
    version = body.get("latestSupportedTlsVersion")
    if version is not None and version not in TLS:
        raise invalid(f"latestSupportedTlsVersion is one of {', '.join(sorted(TLS))}.")
    return version


def _expiry(call: Call, body: dict[str, Any]) -> datetime:
    """The granted one, which may be another than was asked for. Raises GraphError."""
    rich, now = body.get("includeResourceData") is True, call.world.now()
    try:
        asked = datetime.fromisoformat(str(body["expirationDateTime"]))
    except ValueError as error:
        raise GraphError(400, "BadRequest", "expirationDateTime is not a date and time.") from error
    if asked.tzinfo is None:
        raise GraphError(400, "BadRequest", "expirationDateTime has no offset from UTC.")
    longest = LONGEST_RICH if rich else LONGEST
    if asked <= now:
        raise invalid("Subscription expiration must be in the future.")
    if asked > now + longest:
        minutes = int(longest.total_seconds() // 60)
        raise invalid(f"Subscription expiration can only be {minutes} minutes in the future.")
    if rich:
        raise invalid(
            "Notifications with resource data need an encryption certificate that is known here, and none is."
        )
    granted = call.world.subscriptions.longest_granted
    asked = max(asked, now + SHORTEST)
    return min(asked, now + timedelta(minutes=granted)) if granted is not None else asked


def _check_room(call: Call, one: Subscription) -> None:
    """One of a kind, and a thousand per mailbox of all applications. Raises GraphError."""
    running = list(call.world.subscriptions.running(call.world.now()))
    for other in running:
        if other.combination == one.combination:
            message = f"Subscription Id {other.id} already exists for the requested combination"
            raise GraphError(409, "Conflict", message)
    most = call.world.subscriptions.most_per_mailbox
    if sum(other.mailbox is one.mailbox for other in running) >= most:
        raise GraphError(403, "Forbidden", f"The mailbox has reached its limit of {most} subscriptions.")


def _is_own(call: Call, one: Subscription) -> bool:
    """Of the application, and of the person where one asks."""
    bearer = call.bearer
    mine = (one.app, one.tenant_id) == (bearer.app, bearer.tenant_id)
    return mine and (bearer.is_app_only or one.person == bearer.claims["oid"])


def _own(call: Call) -> Subscription:
    one = call.world.subscriptions.get(call.params["subscription"], call.world.now())
    if one is None or not _is_own(call, one):
        raise GraphError(404, "ResourceNotFound", "The object was not found.")
    return one


def _entity(call: Call, one: Subscription) -> dict[str, Any]:
    return {"@odata.context": f"{call.base}/v1.0/$metadata#subscriptions/$entity", **_shown(one)}


def _shown(one: Subscription) -> dict[str, Any]:
    return {
        "id": one.id,
        "resource": one.resource,
        "applicationId": one.app,
        "changeType": ",".join(one.change_types),
        "clientState": one.client_state,
        "notificationUrl": one.notification_url,
        "notificationQueryOptions": None,
        "lifecycleNotificationUrl": one.lifecycle_url,
        "expirationDateTime": moment(one.expires_at.astimezone(UTC)),
        "creatorId": one.creator,
        "includeResourceData": None,
        "latestSupportedTlsVersion": one.tls or "v1_2",
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
    }
