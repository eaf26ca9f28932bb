"""One Graph request: its address, its token, its answer or its error. Nothing else builds a Graph URL."""

import base64
import binascii
import json
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, Protocol
from urllib.parse import quote

import requests
import structlog

from server import tracing
from server.clock import now
from server.http import was_never_reached
from server.mail.base import (
    MailAccessDenied,
    MailBusy,
    MailChallenge,
    MailChanged,
    MailConflict,
    MailError,
    MailGone,
    MailIdMalformed,
    MailPlaceLost,
    MailRefused,
)
from server.mail.graph.seats import Seats

log = structlog.get_logger(__name__)

GONE = {"ErrorItemNotFound", "ErrorInvalidMailboxItemId", "ErrorNonExistentMailbox", "ErrorInvalidUser"}
BUSY = {429, 500, 502, 503, 504}
PAUSING = {429, 503, 504}  # with Retry-After; 429 without it too
WORDS = frozenset(  # of addresses; all else may be somebody's
    "$batch $value attachments childFolders copy createUploadSession delta inbox mailFolders mailboxSettings me "
    "messages move reauthorize search send sendMail sentitems subscriptions userPurpose users".split()
)
LONGEST_WAIT = 3600.0  # seconds; whoever asks for more is asked again after an hour
_CLAIMS = re.compile(r'claims="([^"]+)"')


class Answered(Protocol):
    def __call__(self, mailbox: str | None, status: str, seconds: float | None) -> None:
        """`status` is "unreachable" when there was no answer; `seconds` are None for a part of a batch."""


class GraphRequests:
    """Sends requests to one cloud's Graph through the given session.

    Those to a mailbox take a seat there, until the answer is read, and are not sent at all during a pause. `counted` is
    called for each that is sent. `tenant` says for which tenant one is: the mailbox that another tenant names by the
    same address is another one, so that nobody waits for strangers who only try it. `answered` hears of every answer.
    """

    def __init__(
        self,
        http: requests.Session,
        host: str,
        seats: Seats | None = None,
        counted: Callable[[], None] | None = None,
        tenant: Callable[[], str] = str,
        answered: Answered | None = None,
    ) -> None:
        self.http = http
        self.base = f"https://{host}/v1.0"
        self.seats = seats or Seats()
        self.counted = counted
        self.tenant = tenant
        self.answered = answered or _ignore

    def send(
        self,
        method: str,
        path: tuple[str, ...],
        token: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        content: bytes | None = None,
        stream: bool = False,
    ) -> requests.Response:
        """`body` goes as JSON, `content` as it is, with the Content-Type among the headers. Raises a MailError."""
        url, mailbox = self.base + relative(path), path[1] if path[0] == "users" else None
        return self._send(
            method, url, token, mailbox, params=params, headers=headers, body=body, content=content, stream=stream
        )

    def follow(self, link: str, token: str, mailbox: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """Call a link of Graph's as it is. Raises MailRefused for one that leads elsewhere, with the token along."""
        if not link.startswith(self.base + "/"):
            raise MailRefused("This link does not lead to Microsoft Graph.", code="foreign_link")
        return _object_of(self._send("GET", link, token, mailbox, headers=headers))

    def _send(
        self,
        method: str,
        url: str,
        token: str,
        mailbox: str | None,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        content: bytes | None = None,
        stream: bool = False,
    ) -> requests.Response:
        sent = {"Authorization": f"Bearer {token}", "client-request-id": str(uuid.uuid4()), **(headers or {})}
        with ExitStack() as seat:
            if mailbox:
                seat.enter_context(self.seat_at(mailbox))
            if self.counted:
                self.counted()
            try:
                with self._watched(method, url, mailbox) as answers:
                    answer = self.http.request(
                        method,
                        url,
                        params=_query(params),
                        headers=sent,
                        json=body,
                        data=content,
                        stream=stream,
                        allow_redirects=False,
                    )
                    answers.append(answer)
            except requests.RequestException as error:
                # The exception's own text holds the URL, so only its kind is passed on.
                code = "out_of_reach" if was_never_reached(error) else "unreachable"
                raise MailBusy(f"Microsoft 365 could not be reached ({type(error).__name__}).", code=code) from None
            wait = self._pause(mailbox, answer) if mailbox else retry_after(answer.headers)
            if answer.status_code >= 300:
                _raise(answer, wait)
            if stream:
                _when_closed(answer, seat.pop_all().close)
        return answer

    @contextmanager
    def _watched(self, method: str, url: str, mailbox: str | None) -> Iterator[list[requests.Response]]:
        """Whoever asks puts the answer into the list; without one there was none."""
        began, answers = time.monotonic(), list[requests.Response]()
        with tracing.span(f"graph {method}", is_detail=True, resource=_resource(url)) as span:
            try:
                yield answers
            finally:
                status = str(answers[0].status_code) if answers else "unreachable"
                self.answered(mailbox, status, time.monotonic() - began)
                tracing.told(span, status=status)

    def _pause(self, mailbox: str, answer: requests.Response) -> float | None:
        """Let everybody heed what the answer says of waiting, while the seat is still held. Gives the seconds."""
        status, wished = answer.status_code, retry_after(answer.headers)
        if status == 429 or (status in PAUSING and wished is not None):
            return self.pause_at(mailbox, wished)
        if status < 500:
            self.seats.served(self._place(mailbox))
        return wished

    def seat_at(self, mailbox: str) -> AbstractContextManager[None]:
        """Hold a seat at a mailbox of the tenant. Raises MailBusy."""
        return self.seats.at(self._place(mailbox))

    def pause_at(self, mailbox: str, wished: float | None) -> float:
        """Graph refused: nobody asks for that mailbox of the tenant for so long. Gives the seconds."""
        return self.seats.pause(self._place(mailbox), wished)

    def _place(self, mailbox: str) -> str:
        return f"{self.tenant()}/{mailbox}"

    def json(self, method: str, path: tuple[str, ...], token: str, **kwargs: Any) -> dict[str, Any]:
        return _object_of(self.send(method, path, token, **kwargs))


def relative(path: tuple[str, ...], params: Mapping[str, str] | None = None) -> str:
    """An address below Graph's, from its slash on. Each part is quoted by itself: no value can leave its place.

    Raises MailIdMalformed for "." and "..", which quoting leaves as they are, and clients of HTTP resolve.
    """
    if not {".", ".."}.isdisjoint(path):
        raise MailIdMalformed("This is not a part of an address.", code="dots")
    query = _query(params)
    return "".join("/" + quote(part, safe="$") for part in path) + (f"?{query}" if query else "")


def _object_of(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except (ValueError, RecursionError, requests.RequestException):
        raise MailBusy("Microsoft 365 sent an answer that cannot be read.", code="unreadable") from None
    if not isinstance(found, dict):
        raise MailBusy("Microsoft 365 sent an answer that cannot be read.", code="unreadable")
    return found


def _resource(url: str) -> str:
    """What a request is about, without whose and which: "users/*/messages/*/$value"."""
    parts = url.partition("/v1.0/")[2].partition("?")[0].split("/")
    return "/".join(part if part in WORDS else "*" for part in parts)


def _ignore(mailbox: str | None, status: str, seconds: float | None) -> None:
    pass


def _query(params: Mapping[str, str] | None) -> str | None:
    # Graph's own option names start with $; requests would escape it, which Graph accepts but nobody can read.
    return "&".join(f"{name}={quote(value, safe='$,()=;')}" for name, value in params.items()) if params else None


def _when_closed(answer: requests.Response, then: Callable[[], None]) -> None:
    close = answer.close

    def close_and_go_on() -> None:
        try:
            close()
        finally:
            then()

    answer.close = close_and_go_on  # type: ignore[method-assign]


def _raise(answer: requests.Response, wait: float | None) -> NoReturn:
    code, message = _error_of(answer)
    raise refusal(answer.status_code, code, message, answer.headers, wait)


def refusal(status: int, code: str, message: str, headers: Mapping[str, str], wait: float | None) -> MailError:
    """What an answer with this status, and this code and message in its body, means."""
    request_id = headers.get("request-id", "")
    log.info("graph_refused", status=status, code=code, request_id=request_id)
    if status == 401:
        return MailChallenge(message, claims_of(headers), code, request_id)
    if status in BUSY:
        return MailBusy("Microsoft 365 is busy.", wait, code, request_id)
    return _kind(status, code)(message, code, request_id)


def _kind(status: int, code: str) -> type[MailError]:
    # Written in different cases by different pages: https://learn.microsoft.com/graph/delta-query-overview
    if code.lower() in ("syncstatenotfound", "resyncrequired") or status == 410:
        return MailPlaceLost
    if code == "ErrorInvalidIdMalformed":
        return MailIdMalformed
    if status == 404 or code in GONE:
        return MailGone
    if status == 403:
        return MailAccessDenied
    if status == 409:
        return MailConflict
    return MailChanged if status == 412 else MailRefused


def _error_of(answer: requests.Response) -> tuple[str, str]:
    try:
        error = answer.json()["error"]
        return str(error["code"]), str(error["message"])
    except (ValueError, RecursionError, KeyError, TypeError, requests.RequestException):
        return "", f"Microsoft 365 answered {answer.status_code}."


def claims_of(headers: Mapping[str, str]) -> str:
    """The claims challenge of a WWW-Authenticate header as JSON text, or "". Padding and alphabet
    are taken tolerantly.
    """
    found = _CLAIMS.search(headers.get("WWW-Authenticate", ""))
    if not found:
        return ""
    encoded = found.group(1).replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        json.loads(text)
    except (binascii.Error, ValueError):
        return ""
    return text


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from either form of Retry-After (a number, or a date); None when it was not said."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        wait = (parsedate_to_datetime(value) - now()).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, wait), LONGEST_WAIT)
