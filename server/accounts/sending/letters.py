"""What a submission says, as the letter that Exchange is given.

A submission's `message` has the names of the account API: {"from": {"name", "address"}, "to", "cc", "bcc", "replyTo":
[those], "subject", "text", "html", "headers": {name: value}, "importance", "readReceipt", "deliveryReceipt",
"reference": {"message", "action", "inline", "forwardAttachments", "ignoreMissing"}}; what is not said is left out.
"""

from dataclasses import dataclass
from typing import Any

from server.errors import Invalid
from server.mail.base import Address
from server.mail.graph.sending import Action, Letter, merged

MOST_HEADERS = 5
ANSWERS = ("reply", "reply-all")
# Headers that Graph takes under names of their own; of all others it takes only X-....
RECEIPTS = {"disposition-notification-to": "readReceipt", "return-receipt-to": "deliveryReceipt"}
IMPORTANCES = {"1": "high", "2": "high", "3": "normal", "4": "low", "5": "low", "urgent": "high", "non-urgent": "low"}


@dataclass(frozen=True)
class Reference:
    """The message that another one answers or forwards. `inline`: what it says is repeated below."""

    message: str
    action: Action
    inline: bool
    forward_attachments: bool
    ignore_missing: bool


def reference_of(message: dict[str, Any]) -> Reference | None:
    given = message.get("reference")
    if not given:
        return None
    inline = given.get("inline")
    return Reference(
        given["message"],
        given["action"],
        given["action"] == "forward" if inline is None else bool(inline),
        bool(given.get("forwardAttachments")),
        bool(given.get("ignoreMissing")),
    )


def letter_of(message: dict[str, Any], message_id: str, quoted: str = "") -> Letter:
    """With what it repeats below its own text."""
    html, text = message.get("html"), message.get("text")
    if quoted and html is not None:
        html = merged(html, quoted, as_html=True)
    elif quoted:
        text = merged(text or "", quoted, as_html=False)
    is_answer = (message.get("reference") or {}).get("action") in ANSWERS
    return Letter(
        message_id=message_id,
        from_=_person(message["from"]),
        to=_people(message, "to", is_answer),
        cc=_people(message, "cc", is_answer),
        bcc=_people(message, "bcc", is_answer),
        reply_to=_people(message, "replyTo", True),
        subject=message.get("subject"),
        text=text,
        html=html,
        headers=tuple((message.get("headers") or {}).items()),
        importance=message.get("importance"),
        read_receipt=message.get("readReceipt"),
        delivery_receipt=message.get("deliveryReceipt"),
    )


def with_known_headers(message: dict[str, Any]) -> dict[str, Any]:
    """The message with headers that Graph knows as properties said as such. Raises Invalid for those that it takes
    neither way: nobody should believe that they were sent.
    """
    kept: dict[str, str] = {}
    known: dict[str, Any] = {}
    for name, value in (message.get("headers") or {}).items():
        low = name.lower()
        if low in RECEIPTS:
            known[RECEIPTS[low]] = True
        elif low in ("importance", "x-priority", "priority"):
            word = value.strip().lower()
            known["importance"] = IMPORTANCES.get(word[:1], IMPORTANCES.get(word, word))
        elif low.startswith("x-"):
            kept[name] = value
        else:
            raise Invalid(f"headers: Microsoft 365 takes only names that begin with X-, not {name}.", code="header")
    if len(kept) > MOST_HEADERS:
        raise Invalid(f"headers: Microsoft 365 takes at most {MOST_HEADERS}.", code="header")
    if known.get("importance", "normal") not in ("low", "normal", "high"):
        raise Invalid("headers: Importance is low, normal or high.", code="header")
    return {**known, **message, "headers": kept}


def people_of(message: dict[str, Any]) -> list[str]:
    """The addresses of everybody who gets it, as far as it says so itself."""
    return [each["address"] for name in ("to", "cc", "bcc") for each in message.get(name) or []]


def _person(given: dict[str, Any]) -> Address:
    return Address(given.get("name") or "", given["address"])


def _people(message: dict[str, Any], name: str, is_left: bool) -> tuple[Address, ...] | None:
    """`is_left`: what is not said stays as Exchange has it."""
    given = message.get(name)
    if not given and is_left:
        return None
    return tuple(_person(each) for each in given or [])
