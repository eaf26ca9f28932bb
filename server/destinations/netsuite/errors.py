"""What NetSuite's refusals mean: every answer that is no success becomes one error with a sentence for a person.

Forms: https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_156570709583.html (REST), and for RESTlets
{"error": {"code", "message"}} with status 400 (bridgehead_1525252812), also for what passes, such as too many requests.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from server.clock import now
from server.destinations.base import DestinationError

LONGEST_DETAIL = 300  # characters of NetSuite's own words in a sentence
LONGEST_WAIT = 3600.0  # seconds; whoever asks for more is asked again after an hour
SOON = 2.0  # seconds until a seat may be free
RECONNECT_AFTER = 300.0  # seconds until we see whether an administrator has mended the connection

_TOO_MANY = {"SSS_REQUEST_LIMIT_EXCEEDED", "CONCURRENCY_LIMIT_EXCEEDED", "REQUEST_LIMIT_EXCEEDED"}
_NO_PERMISSION = {"INSUFFICIENT_PERMISSION", "INSUFFICIENT_PERMISSIONS", "SSS_INVALID_PERMISSION"}
_NOT_THERE = {"NONEXISTENT_ID", "NONEXISTENT_TYPE", "RCRD_DSNT_EXIST", "INVALID_ID"}
_NO_SCRIPT = {"SSS_INVALID_SCRIPTLET_ID", "SSS_INVALID_SCRIPT_ID", "INVALID_SCRIPT_ID"}
_PERMISSION = re.compile(r"need the '([^'<]{3,80})' permission|permissions?:? '([A-Z][\w &>.()-]{3,80})'", re.I)
_CODE = re.compile(r"[A-Za-z0-9_]{1,60}")


class NetSuiteError(DestinationError):
    """`status` and `reason` (NetSuite's own code, "" if it gave none) of the answer; status None: there was none.

    `is_outcome_unknown`: whether it did what it was asked cannot be told from this, so it is looked up before it is
    tried again.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        code: str = "refused",
        retry_after: float | None = None,
        status: int | None = None,
        reason: str = "",
        is_outcome_unknown: bool = False,
    ) -> None:
        super().__init__(message, permanent=permanent, code=code, retry_after=retry_after)
        self.status = status
        self.reason = reason
        self.is_outcome_unknown = is_outcome_unknown


def unreachable(why: str, *, is_outcome_unknown: bool, status: int | None = None, reason: str = "") -> NetSuiteError:
    message = f"NetSuite does not answer at the moment ({why})."
    known = {"status": status, "reason": reason, "is_outcome_unknown": is_outcome_unknown}
    return NetSuiteError(message, permanent=False, code="unreachable", **known)  # type: ignore[arg-type]


def reconnect(why: str, status: int | None = None, reason: str = "") -> NetSuiteError:
    """Nobody lets us in. It waits until an administrator has looked after it, rather than to fail."""
    message = f"NetSuite does not let Affix sign in: {_ended(why)} An administrator has to look at the connection."
    wait = RECONNECT_AFTER
    return NetSuiteError(message, permanent=False, code="reconnect", retry_after=wait, status=status, reason=reason)


def throttled(retry_after: float | None, status: int | None = None, reason: str = "") -> NetSuiteError:
    message = "NetSuite is busy: too many requests are under way in this account."
    return NetSuiteError(
        message, permanent=False, code="throttled", retry_after=retry_after, status=status, reason=reason
    )


def not_sent(code: str, retry_after: float | None) -> NetSuiteError:
    """No request was made: NetSuite asked for a pause, or too many of ours wait already."""
    if code == "paused":
        return throttled(retry_after)
    message = "Too many requests of Affix wait for NetSuite already."
    return NetSuiteError(message, permanent=False, code="busy", retry_after=retry_after or SOON)


def refusal(status: int, headers: Mapping[str, str], octets: bytes, *, is_write: bool = False) -> NetSuiteError:
    """The error of an answer with this status. `is_write`: what was asked would have changed something."""
    reason, detail = said(octets)
    if status == 429 or reason in _TOO_MANY:
        return throttled(retry_after(headers), status, reason)
    if status == 401:
        return reconnect(detail or "the login was refused.", status, reason)
    if status >= 500 or status < 400 or status == 408:
        error = unreachable(f"it answered {status}", is_outcome_unknown=is_write, status=status, reason=reason)
        error.retry_after = retry_after(headers)
        return error
    message, code = _sentence(status, reason, detail)
    return NetSuiteError(message, permanent=True, code=code, status=status, reason=reason)


def _sentence(status: int, reason: str, detail: str) -> tuple[str, str]:
    permission = permission_in(detail)
    if status == 403 or permission or reason in _NO_PERMISSION:
        if permission:
            return f"The role of Affix in NetSuite lacks the permission {permission}.", "permission"
        return f"The role of Affix in NetSuite may not do this. {_ended(detail)}".strip(), "permission"
    if reason in _NO_SCRIPT:
        return "The RESTlet of Affix was not found in NetSuite.", "restlet_missing"
    if status == 404 or reason in _NOT_THERE:
        return f"NetSuite has no such thing. {_ended(detail)}".strip(), "not_found"
    if status == 413:
        return "This is larger than NetSuite takes.", "too_large"
    return f"NetSuite refused this: {_ended(detail or f'it answered {status}')}", "refused"


def permission_in(detail: str) -> str | None:
    """The permission that a sentence of NetSuite's names, for example Lists -> Contacts."""
    found = _PERMISSION.search(detail)
    return (found[1] or found[2]) if found else None


def said(octets: bytes) -> tuple[str, str]:
    """NetSuite's own code and sentence, both possibly empty; an HTML page says nothing."""
    found = _object(octets)
    details = found.get("o:errorDetails")
    if isinstance(details, list) and details and isinstance(details[0], dict):
        return _code(details[0].get("o:errorCode")), _plain(" ".join(_details(details)))
    error = found.get("error", found)
    if isinstance(error, str):  # the form of OAuth, or a text with the error in it
        inner = _object(error.encode("utf-8", "replace"))
        if not inner:
            return _code(error), _plain(found.get("error_description") or found.get("message") or "")
        error = inner
    if not isinstance(error, dict):
        return "", ""
    return _code(error.get("code") or error.get("name")), _plain(error.get("message") or error.get("detail") or "")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from either form of Retry-After (a number, or a date); None when it was not said."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return min(max((_aware(moment) - now()).total_seconds(), 0.0), LONGEST_WAIT)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _details(details: list[Any]) -> list[str]:
    return [each["detail"] for each in details[:3] if isinstance(each, dict) and isinstance(each.get("detail"), str)]


def _object(octets: bytes) -> dict[str, Any]:
    try:
        found = json.loads(octets)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _code(text: object) -> str:
    return text if isinstance(text, str) and _CODE.fullmatch(text) else ""


def _plain(text: object) -> str:
    """One line of it, without the phrase that stands before everything."""
    if not isinstance(text, str):
        return ""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[:2000]).split())
    line = re.sub(r"^Error while accessing (a )?resource[.:] *", "", line)
    return line if len(line) <= LONGEST_DETAIL else line[: LONGEST_DETAIL - 1] + "…"


def _ended(sentence: str) -> str:
    return sentence if not sentence or sentence[-1] in ".!?…" else sentence + "."
