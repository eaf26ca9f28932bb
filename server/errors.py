"""Every error that Affix answers with, in one tree. Each has a stable code, a sentence for a person and an HTTP status.

AffixError
  Invalid 400            the request itself is wrong
  Unauthenticated 401    no or no valid token; says nothing of the reason
    InsufficientClaims   Entra wants more from the person; carries the claims challenge for the pane
  LicenseMissing 402     Autopilot has no licence for this mailbox; carries what to ask the administrator for
  Forbidden 403          known person, not allowed
    ConsentRequired      somebody has to consent first; carries the address where
    InteractionRequired  the person has to sign in again
  NotFound 404           not there, or not yours: the two are never told apart
  Conflict 409           it contradicts what is stored
  RateLimited 429        too many requests; carries retryAfter in seconds
  Busy 503               somebody else is slow or has no room; carries retryAfter in seconds
  NotUsable 503          an account that programs use is not usable now; the code says why, the sentence what to do
  Misconfigured 500      the operator has to act
"""

from base64 import b64encode
from typing import Any


class AffixError(Exception):
    """Base of all. `extra` goes into the answer beside code and message (camelCase keys, JSON values)."""

    code = "error"
    status = 500

    def __init__(self, message: str, *, code: str | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.extra = extra

    def as_json(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message, **self.extra}}

    def headers(self) -> dict[str, str]:
        return {}


class Invalid(AffixError):
    code = "invalid_request"
    status = 400


class Unauthenticated(AffixError):
    code = "unauthenticated"
    status = 401

    def __init__(self, message: str = "Sign in to use Affix.", *, code: str | None = None, **extra: Any) -> None:
        super().__init__(message, code=code, **extra)

    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class InsufficientClaims(Unauthenticated):
    """`claims` is the challenge as Entra sent it (JSON text), ready for getAccessToken's authChallenge."""

    code = "insufficient_claims"

    def __init__(self, claims: str, message: str = "Your organisation asks you to confirm who you are.") -> None:
        super().__init__(message, claims=claims)
        self.claims = claims

    def headers(self) -> dict[str, str]:
        encoded = b64encode(self.claims.encode()).decode()
        return {"WWW-Authenticate": f'Bearer error="insufficient_claims", claims="{encoded}"'}


class LicenseMissing(AffixError):
    """`mailbox` is its address; `request` is a text that the person can send to the administrator as it stands."""

    code = "license_missing"
    status = 402

    def __init__(self, message: str, *, mailbox: str, request: str, **extra: Any) -> None:
        super().__init__(message, mailbox=mailbox, request=request, **extra)


class Forbidden(AffixError):
    code = "forbidden"
    status = 403


class ConsentRequired(Forbidden):
    code = "consent_required"


class InteractionRequired(Forbidden):
    code = "interaction_required"


class NotFound(AffixError):
    code = "not_found"
    status = 404

    def __init__(self, message: str = "There is nothing here.", *, code: str | None = None, **extra: Any) -> None:
        super().__init__(message, code=code, **extra)


class Conflict(AffixError):
    code = "conflict"
    status = 409


class Busy(AffixError):
    """`retry_after` in whole seconds; also sent as the Retry-After header."""

    code = "busy"
    status = 503

    def __init__(self, message: str, *, retry_after: int = 5, code: str | None = None, **extra: Any) -> None:
        super().__init__(message, code=code, retryAfter=retry_after, **extra)
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class NotUsable(AffixError):
    """Code: NotYetConnected, AuthenticationFails, ConnectionError, NotSyncing, NoAvailable. `state`: the account's."""

    code = "NoAvailable"
    status = 503

    def __init__(self, message: str, *, code: str, state: str) -> None:
        super().__init__(message, code=code, state=state)


class RateLimited(AffixError):
    """`retry_after` in whole seconds; also sent as the Retry-After header."""

    code = "rate_limited"
    status = 429

    def __init__(self, message: str, *, retry_after: int, code: str | None = None, **extra: Any) -> None:
        super().__init__(message, code=code, retryAfter=retry_after, **extra)
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class Misconfigured(AffixError):
    code = "misconfigured"
    status = 500
