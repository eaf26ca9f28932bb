"""Who asks the simulator in these tests, what they ask about, and the check of every answer."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from flask import Flask
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tests.simulator import seed
from tests.simulator.graph.call import Answer, Call

SHARED = Path(__file__).parents[3] / "shared"
GRAPH = "https://graph.microsoft.com/v1.0"
LOGIN = f"https://login.microsoftonline.com/{seed.CONTOSO.id}"
DEFAULT = ["https://graph.microsoft.com/.default"]
MAIL = (
    b"From: Order Desk <orders@customer.example>\r\nTo: Support <support@contoso.example>\r\nSubject: Order 7\r\n"
    b"Date: Fri, 20 Nov 2026 08:00:00 +0100\r\nMessage-ID: <order-7@customer.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nPlease ship.\r\n"
)


@cache
def graph_description() -> Any:
    """Microsoft's own description of the API, or None where it is not beside the project."""
    file = SHARED / "reference" / "graph-openapi.json"
    if not file.exists():
        return None
    return OpenAPI.from_dict(json.loads(file.read_text()))


def check_answer(call: Call, given: Answer) -> None:
    """Raises where an answer of the simulator is not as Graph's description has it."""
    if (
        graph_description() is None
        or not call.path.startswith("/v1.0/")
        or given.status == 405
        or "Resource not found" in str(given.json)
    ):
        return
    path = re.sub(r"\('([^']*)'\)", r"/\1", call.path).replace("()", "")
    asked = MockRequest("https://graph.microsoft.com", call.method, path, content_type="application/json")
    body = json.dumps(given.json).encode() if given.json is not None else given.octets or b""
    kind = given.headers.get("Content-Type", "").partition(";")[0] or "application/json"
    if given.octets is not None:
        kind = "application/octet-stream" if "/attachments/" in path else "text/plain"
    graph_description().validate_response(asked, MockResponse(body, status_code=given.status, content_type=kind))


@dataclass
class Control:
    """The control interface, which must answer with success."""

    simulator: Flask

    def ask(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self.simulator.test_client().open(f"/control/{path}", method=method, **kwargs)
        assert answer.status_code < 300, answer.text
        return answer.json

    def token(self, user: str, kind: str = "sso", **more: Any) -> str:
        return str(self.ask("POST", "tokens", json={"user": user, "kind": kind, **more})["token"])

    def deliver(self, mailbox: str, raw: bytes = MAIL, folder: str = "inbox", **more: str) -> dict[str, str]:
        query = {"mailbox": mailbox, "folder": folder, **more}
        found: dict[str, str] = self.ask("POST", "messages", query_string=query, data=raw)
        return found

    def world(self, **changes: Any) -> Any:
        return self.ask("POST", "world", json=changes)

    def fault(self, **fault: Any) -> None:
        self.ask("POST", "faults", json=fault)

    def routes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", "requests")["routes"]
        return found


@dataclass
class Caller:
    """Somebody with a token for Graph."""

    http: requests.Session
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **kwargs: Any) -> requests.Response:
        everything = {"Authorization": f"Bearer {self.token}", **self.headers, **(headers or {})}
        address = path if path.startswith("https://") else GRAPH + path
        return self.http.request(method, address, headers=everything, **kwargs)

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        return self.ask("GET", path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> requests.Response:
        return self.ask("PATCH", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> requests.Response:
        return self.ask("POST", path, **kwargs)


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Status and code of an error of Graph."""
    return answer.status_code, answer.json()["error"]["code"]


def at(mailbox: str, path: str = "", *ids: str) -> str:
    """The address of something in a mailbox, with ids quoted as a careful client does."""
    return f"/users/{quote(mailbox, safe='@')}" + path.format(*(quote(id_, safe="") for id_ in ids))
