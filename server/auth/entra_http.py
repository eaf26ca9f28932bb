"""How msal reaches Entra: our session, without redirects, and with its troubles told apart from its refusals.

msal keeps an HTTP cache of its own that replays a 429 of one person to all others. Here a busy or broken Entra becomes
an exception before that cache sees it.
"""

import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import requests

TIMEOUT = (5.0, 15.0)  # seconds: people wait for these answers
DAILY = 24 * 3600.0
PAUSE = 5  # seconds, where Entra does not say when to come back
LONGEST_PAUSE = 3600


class EntraUnavailable(requests.RequestException):
    """Entra is busy, broken or out of reach. Being a RequestException it lets msal fall back on a token that it holds.

    `retry_after` in whole seconds; `told` if Entra asked for it.
    """

    def __init__(self, retry_after: int = PAUSE, *, told: bool = False) -> None:
        super().__init__("Entra is unavailable")
        self.retry_after = retry_after
        self.told = told


class EntraHttp:
    """The `http_client` of all msal applications. Raises EntraUnavailable; any other answer is a JSON object."""

    def __init__(self, http: requests.Session, now: Callable[[], float] = time.time) -> None:
        self._http = http
        self._now = now
        self._documents: dict[str, tuple[float, requests.Response]] = {}

    def get(self, url: str, **options: Any) -> requests.Response:
        """A discovery document, read once a day: there is one per tenant, and every msal application asks for it."""
        good_until, document = self._documents.get(url, (0.0, None))
        if document is not None and self._now() < good_until:
            return document
        document = self._ask("GET", url, options)
        if document.status_code == 200:
            self._documents[url] = (self._now() + DAILY, document)
        return document

    def post(self, url: str, **options: Any) -> requests.Response:
        return self._ask("POST", url, options)

    def close(self) -> None:
        """Nothing: the session belongs to who gave it."""

    def _ask(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        try:
            answer = self._http.request(method, url, allow_redirects=False, timeout=TIMEOUT, **options)
        except requests.RequestException:
            raise EntraUnavailable from None  # the original holds the request, and that holds secrets
        if answer.status_code == 429 or answer.status_code >= 500:
            told = answer.headers.get("Retry-After")
            raise EntraUnavailable(retry_after(told, self._now()), told=told is not None)
        if not _is_object(answer):
            raise EntraUnavailable
        return answer


def retry_after(value: str | None, now: float) -> int:
    """Whole seconds to wait, from a Retry-After header in either form (RFC 9110, 10.2.3): seconds, or a date."""
    if value is None:
        return PAUSE
    if value.strip().isdecimal():
        return max(1, min(int(value.strip()[:9]), LONGEST_PAUSE))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return PAUSE
    until = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return max(1, min(int(until - now) + 1, LONGEST_PAUSE))


def _is_object(answer: requests.Response) -> bool:
    """Checked here because msal would log the text of an answer that is not JSON, whatever it contains."""
    try:
        return isinstance(answer.json(), dict)
    except ValueError:
        return False
