"""One NetSuite account over the given session: SuiteQL, records by REST, and our RESTlet. Knows addresses, tokens,
seats and time limits; what is asked is none of its business. It never logs what is sent or answered.
"""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import requests
import structlog

from server.destinations.netsuite import errors
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.reading import whole
from server.destinations.netsuite.suiteql import Query
from server.destinations.netsuite.tokens import Tokens
from server.traffic import TooBusy

CONNECT, READ = 5.0, 30.0  # seconds, to connect and between two bytes
WHOLE = 60.0  # seconds for a request as a whole
WHOLE_WITH_FILE = 180.0
_READING = ("GET", "HEAD")

log = structlog.get_logger(__name__)

Row = dict[str, str]


class Seats(Protocol):
    """How many requests may be under way in an account, over all processes."""

    def at(self, name: str) -> AbstractContextManager[None]:
        """Hold a seat. Raises TooBusy when none gets free in time, or in a pause."""

    def pause(self, name: str, wished: float | None) -> float:
        """Nobody sends to it for so many seconds, or for a while. Gives the seconds."""

    def served(self, name: str) -> None:
        """It answered a request."""


@dataclass(frozen=True)
class Answer:
    """A success. `location`: the id at the end of the Location header, of what was created."""

    status: int
    octets: bytes = b""
    location: str | None = None
    is_write: bool = False

    def json(self) -> dict[str, Any]:
        """Raises NetSuiteError (unreachable): a page of a proxy in between, or an answer that was cut."""
        try:
            found = json.loads(self.octets)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise errors.unreachable("its answer cannot be read", is_outcome_unknown=self.is_write, status=self.status)
        return found


@dataclass(frozen=True)
class Rows:
    """Rows of a query: columns in lower case, those without a value left out, all values as texts."""

    items: tuple[Row, ...]
    has_more: bool = False


class Client:
    """Threads share one of these."""

    def __init__(self, config: Config, http: requests.Session, seats: Seats) -> None:
        self.config = config
        self._http = http
        self._seats = seats
        self._tokens = Tokens(config, http)
        self._place = f"netsuite:{config.account}"

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    def query(self, query: Query, limit: int = 50, offset: int = 0) -> Rows:
        """At most 1,000 rows, from `offset` on. Raises NetSuiteError."""
        address = f"{self.config.rest}/services/rest/query/v1/suiteql"
        headers = {"Prefer": "transient", "Content-Type": "application/json"}
        params = {"limit": str(limit), "offset": str(offset)}
        body = json.dumps({"q": query.text}).encode()
        found = self._send("POST", address, params, headers, body, WHOLE, is_write=False).json()
        items = found.get("items")
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            raise errors.unreachable("its answer cannot be read", is_outcome_unknown=False)
        return Rows(tuple(_row(each) for each in items), found.get("hasMore") is True)

    def rest(
        self,
        method: str,
        path: Sequence[str],
        *,
        body: object = None,
        octets: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = WHOLE,
    ) -> Answer:
        """Below /services/rest; each part of `path` is quoted by itself, so that no value can leave its place. `body`
        is sent as JSON, `octets` as they are. Raises NetSuiteError.
        """
        address = f"{self.config.rest}/services/rest" + "".join("/" + quote(part, safe=":!") for part in path)
        sent = {"Accept": "application/json", **(headers or {})}
        if body is not None:
            octets = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        return self._send(method, address, params, sent, octets, seconds, is_write=method not in _READING)

    def restlet(self, body: Mapping[str, object], *, is_write: bool = True, seconds: float = WHOLE) -> dict[str, Any]:
        """Ask our own script. Raises NetSuiteError."""
        address = f"{self.config.restlets}/app/site/hosting/restlet.nl"
        params = {"script": self.config.restlet_script or "", "deploy": self.config.restlet_deployment or ""}
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        octets = json.dumps(body).encode()
        answer = self._send("POST", address, params, headers, octets, seconds, is_write=is_write)
        found = answer.json()
        if "error" in found:  # a RESTlet may answer 200 and still have failed (section_4634920277)
            raise errors.refusal(400, {}, answer.octets, is_write=is_write)
        return found

    def _send(
        self,
        method: str,
        address: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        octets: bytes | None,
        seconds: float,
        *,
        is_write: bool,
    ) -> Answer:
        token = self._tokens.get()
        for is_last in (False, True):
            sent = {**headers, "Authorization": f"Bearer {token}"}
            try:
                answer = self._once(method, address, params, sent, octets, seconds, is_write)
            except TooBusy as error:
                raise errors.not_sent(error.code, error.retry_after) from None
            if isinstance(answer, Answer):
                return answer
            # It was let in nowhere, so it did nothing: it may be sent again.
            if answer.status != 401 or is_last:
                raise answer
            token = self._tokens.get(rejected=token)
        raise AssertionError("the second attempt is the last")

    def _once(
        self,
        method: str,
        address: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        octets: bytes | None,
        seconds: float,
        is_write: bool,
    ) -> "Answer | errors.NetSuiteError":
        started = time.monotonic()
        with self._seats.at(self._place):
            try:
                answer = self._http.request(
                    method, address, params=params, headers=headers, data=octets, stream=True, allow_redirects=False,
                    timeout=(CONNECT, min(READ, seconds)),
                )  # fmt: skip
                content = whole(answer, started + seconds)
            except requests.ConnectTimeout:
                raise errors.unreachable("ConnectTimeout", is_outcome_unknown=False) from None
            except requests.RequestException as error:
                # The exception's own text holds the address, so only its kind is passed on.
                raise errors.unreachable(type(error).__name__, is_outcome_unknown=is_write) from None
            if 200 <= answer.status_code < 300:
                self._seats.served(self._place)
                return Answer(answer.status_code, content, _location(answer), is_write)
            refused = errors.refusal(answer.status_code, answer.headers, content, is_write=is_write)
            log.info("netsuite_refused", account=self.config.account, status=refused.status, reason=refused.reason)
            if refused.code == "throttled" or (answer.status_code >= 500 and refused.retry_after is not None):
                refused.retry_after = self._seats.pause(self._place, refused.retry_after)
            elif answer.status_code < 500:
                self._seats.served(self._place)
            return refused


def _location(answer: requests.Response) -> str | None:
    return answer.headers.get("Location", "").rstrip("/").rpartition("/")[2] or None


def _row(item: Mapping[str, Any]) -> Row:
    return {name.lower(): str(value) for name, value in item.items() if name != "links" and value is not None}


def parts_of(path: str) -> tuple[str, ...]:
    """A path of the settings as `rest` takes it."""
    return tuple(part for part in path.removeprefix("/services/rest").split("/") if part)
