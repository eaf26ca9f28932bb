"""Access tokens of one NetSuite account: asked for with an assertion that a certificate's key signs, and kept until
shortly before they end. https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_162755359851.html
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import jwt
import requests
import structlog

from server import clock
from server.destinations.netsuite import certificate, errors
from server.destinations.netsuite.config import Certificate, Config
from server.destinations.netsuite.reading import whole

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PATH = "/services/rest/auth/oauth2/v1/token"
ASSERTED_FOR = timedelta(minutes=5)  # NetSuite allows 60
BEFORE_THE_END = timedelta(minutes=2)  # a token that ends sooner is not begun with
USUAL = 3600  # seconds, where NetSuite does not say
REST_AFTER_REFUSAL = timedelta(seconds=20)  # many refused logins lock an account out
TIMEOUT = (5.0, 20.0)  # seconds, to connect and between two bytes
WHOLE = 30.0  # seconds for the request as a whole

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Token:
    """`replaced_at`: when it took the place of one that NetSuite had refused."""

    text: str
    ends_at: datetime
    replaced_at: datetime | None = None


class Tokens:
    """Threads share one of these. Of those who need a new token one asks, and the others wait for it."""

    def __init__(self, config: Config, http: requests.Session, now: Callable[[], datetime] = clock.now) -> None:
        self._config = config
        self._http = http
        self._now = now
        self._lock = threading.Lock()
        self._token: _Token | None = None
        self._refused: tuple[datetime, errors.NetSuiteError] | None = None

    def get(self, rejected: str | None = None) -> str:
        """A token. `rejected` is one that NetSuite has just refused; one that another thread got since then comes
        first. Raises NetSuiteError: reconnect, throttled or unreachable.
        """
        return self._good(rejected) or self._renewed(rejected)

    def _good(self, rejected: str | None) -> str | None:
        token = self._token
        if token is None or token.text == rejected or token.ends_at - BEFORE_THE_END <= self._now():
            return None
        return token.text

    def _renewed(self, rejected: str | None) -> str:
        with self._lock:
            found = self._good(rejected)
            if found is not None:
                return found
            if self._refused and self._now() < self._refused[0] + REST_AFTER_REFUSAL:
                raise _again(self._refused[1])
            if self._is_useless(rejected):
                raise errors.reconnect("it refuses the tokens that it has just given.")
            try:
                asked = self._asked()
                self._token = replace(asked, replaced_at=self._now() if rejected else None)
            except errors.NetSuiteError as error:
                self._refused = (self._now(), error) if error.code == "reconnect" else None
                raise
            self._refused = None
            return self._token.text

    def _is_useless(self, rejected: str | None) -> bool:
        """Whether the token that took the place of a refused one was refused at once too: no other would help."""
        token = self._token
        if token is None or token.text != rejected or token.replaced_at is None:
            return False
        return self._now() < token.replaced_at + REST_AFTER_REFUSAL

    def _asked(self) -> _Token:
        """With each certificate in turn, the newest first, until one is taken."""
        refusal: errors.NetSuiteError | None = None
        for each in self._config.certificates:
            try:
                return self._asked_with(each)
            except errors.NetSuiteError as error:
                if error.code != "reconnect":
                    raise
                log.warning("netsuite_certificate_refused", account=self._config.account, certificate=each.id)
                refusal = refusal or error
        assert refusal is not None  # there is at least one certificate
        raise refusal

    def _asked_with(self, chosen: Certificate) -> _Token:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": self._assertion(chosen),
        }
        started = time.monotonic()
        try:
            answer = self._http.post(
                self._config.rest + PATH, data=form, stream=True, timeout=TIMEOUT, allow_redirects=False
            )
            octets = whole(answer, started + WHOLE)
        except requests.RequestException as error:
            raise errors.unreachable(type(error).__name__, is_outcome_unknown=False) from None
        if answer.status_code in (400, 401, 403):
            reason, detail = errors.said(octets)
            why = " ".join(each for each in (detail, f"({reason})" if reason else "") if each)
            raise errors.reconnect(f"certificate {chosen.id} was refused. {why}", answer.status_code, reason)
        if answer.status_code != 200:
            raise errors.refusal(answer.status_code, answer.headers, octets)
        return self._read(octets)

    def _assertion(self, chosen: Certificate) -> str:
        key, algorithm = certificate.signer(chosen.private_key.get_secret_value())
        issued = self._now()
        scopes = ["restlets", "rest_webservices"] if self._config.has_restlet else ["rest_webservices"]
        claims = {
            "iss": self._config.client_id,
            "aud": self._config.rest + PATH,
            "scope": scopes if self._config.facts.scope_as_list else ",".join(scopes),
            "iat": int(issued.timestamp()),
            "exp": int((issued + ASSERTED_FOR).timestamp()),
        }
        return jwt.encode(claims, key, algorithm, {"kid": chosen.id, "typ": "JWT"})

    def _read(self, octets: bytes) -> _Token:
        try:
            found = json.loads(octets)
            text, seconds = found["access_token"], int(found.get("expires_in", USUAL))  # a text in Oracle's sample
            if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable():
                raise ValueError("no token")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise errors.unreachable("its answer cannot be read", is_outcome_unknown=False) from None
        return _Token(text, self._now() + timedelta(seconds=max(0, min(seconds, 24 * USUAL))))


def _again(error: errors.NetSuiteError) -> errors.NetSuiteError:
    """The same refusal for somebody else: an exception that is raised twice would gather both ways it came."""
    return errors.NetSuiteError(
        error.message,
        permanent=error.permanent,
        code=error.code,
        retry_after=error.retry_after,
        status=error.status,
        reason=error.reason,
    )
