"""Entra's error answers, see https://learn.microsoft.com/entra/identity-platform/reference-error-codes."""

import json
import uuid
from datetime import datetime
from typing import Any


class Refused(Exception):
    """The token endpoint says no."""

    def __init__(
        self,
        error: str,
        number: int,
        sentence: str,
        *,
        status: int = 400,
        suberror: str | None = None,
        claims: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.error, self.number, self.sentence, self.status = error, number, sentence, status
        self.suberror, self.claims = suberror, claims

    def body(self, now: datetime, correlation_id: str | None) -> dict[str, Any]:
        trace, correlation = str(uuid.uuid4()), correlation_id or str(uuid.uuid4())
        moment = now.strftime("%Y-%m-%d %H:%M:%SZ")
        body: dict[str, Any] = {
            "error": self.error,
            "error_description": f"AADSTS{self.number}: {self.sentence} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {moment}",
            "error_codes": [self.number],
            "timestamp": moment,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        if self.suberror:
            body["suberror"] = self.suberror
        if self.claims:
            body["claims"] = json.dumps(self.claims)
        return body


def missing(name: str) -> Refused:
    return Refused("invalid_request", 900144, f"The request body must contain the following parameter: '{name}'.")


def no_consent(app_id: str, app_name: str) -> Refused:
    return Refused(
        "invalid_grant",
        65001,
        f"The user or administrator has not consented to use the application with ID '{app_id}' named '{app_name}'. "
        "Send an interactive authorization request for this user and resource.",
        suberror="consent_required",
    )


def needs_mfa() -> Refused:
    return Refused(
        "interaction_required",
        50076,
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must "
        "use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
        suberror="basic_action",
        claims={"access_token": {"capolids": {"essential": True, "values": ["c1f7e0b4-9a0e-4a55-8f0a-6f0a8b0f2a11"]}}},
    )


def bad_assertion(reason: str) -> Refused:
    return Refused("invalid_grant", 50013, f"Assertion failed signature validation. [Reason - {reason}]")
