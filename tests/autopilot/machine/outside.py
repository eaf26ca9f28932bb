"""What Microsoft 365 does: it answers badly, forgets, ends what it granted, and announces mail in its own way."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.autopilot.machine.base import MAILBOXES, PEOPLE, Base
from tests.autopilot.machine.troubles import TROUBLES

NOTIFICATIONS: list[dict[str, Any]] = [
    {"drop": 1.0},
    {"duplicate": 3},
    {"hold": True},
    {"shuffle": True},
    {"before_get": 500},
    {"mixed": True},
    {"updatedAfterCreated": True},
    {"release": True, "drop": 0.0},
]
EVENTS: list[dict[str, Any]] = [
    *({"lifecycle": {each: "reauthorizationRequired"}} for each in MAILBOXES),
    *({"lifecycle": {each: "subscriptionRemoved"}} for each in MAILBOXES),
    *({"lifecycle": {each: "missed"}} for each in MAILBOXES),
    *({"expireTokens": each} for each in PEOPLE),
    *({"claimsChallenge": each} for each in PEOPLE),
    {"delta": {"expire": True, "refusal": "gone"}},
    {"delta": {"expire": True, "refusal": "badRequest"}},
    {"delta": {"expire": True, "refusal": "resync"}},
    {"delta": {"sparse": False}},
    {"delta": {"emptyPages": 1}},
    {"delta": {"replays": 2}},
]


class Outside(Base):
    @rule(how=st.sampled_from(NOTIFICATIONS))
    def notifications(self, how: dict[str, Any]) -> None:
        self.on.control("POST", "world", json={"notifications": how})

    @rule(event=st.sampled_from(EVENTS))
    def event(self, event: dict[str, Any]) -> None:
        self.on.control("POST", "world", json=event)

    @rule(mailbox=st.sampled_from(MAILBOXES))
    def subscription_is_forgotten(self, mailbox: str) -> None:
        """Nobody is told."""
        self.on.lose_subscription(mailbox)

    @rule(name=st.sampled_from(sorted(TROUBLES)), times=st.integers(1, 3))
    def trouble(self, name: str, times: int) -> None:
        self.on.control("POST", "faults", json={**TROUBLES[name], "times": times})
