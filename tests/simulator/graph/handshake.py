"""Does an address want to be notified? https://learn.microsoft.com/graph/change-notifications-delivery-webhooks"""

import uuid
from urllib.parse import quote

from tests.simulator.graph.call import GraphError
from tests.simulator.outgoing import TooSlow, Unreachable
from tests.simulator.world import World

FAILED = "Subscription validation request failed."


def shake_hands(world: World, url: str) -> None:
    """Asks the address for the echo of a token. Callers do not hold the world's lock. Raises GraphError."""
    reach = "Validation: Testing client application reachability for subscription Request-Id:"
    token = f"{reach} {uuid.uuid4()} +/=%41&"  # letters that only a receiver who decodes once gets right
    address = f"{url}{'&' if '?' in url else '?'}validationToken={quote(token, safe='')}"
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        patience = world.notifier.behaviour.seconds("handshake")
        status, answered, body = world.outgoing.send(address, "POST", headers, b"", patience)
    except TooSlow as error:
        raise GraphError(400, "InvalidRequest", "Subscription validation request timed out.") from error
    except Unreachable as error:
        raise _failed("Notification endpoint must respond with 200 OK to validation request.") from error
    if status != 200:
        raise _failed("Notification endpoint must respond with 200 OK to validation request.")
    kind = next((value for name, value in answered.items() if name.lower() == "content-type"), "")
    if kind.partition(";")[0].strip().lower() != "text/plain":
        raise _failed("Response must be of the type text/plain.")
    if body != token.encode():
        raise _failed("Response must exactly match validationToken query parameter.")


def _failed(sentence: str) -> GraphError:
    return GraphError(400, "ValidationError", f"{FAILED} {sentence}")
