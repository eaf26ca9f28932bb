"""A client of the account API in plain `requests`, for the end-to-end test and to be copied from.

affix = Client("https://affix.example.com", "affix_...")
affix.connect("shared-support", delegatedUser="support@contoso.example", delegatedAccount="my-account")
for message in affix.messages("shared-support"):
    print(message["subject"])
"""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import requests

PATIENCE = 3  # times that a busy service is asked again


class Refused(Exception):
    """An answer other than 2xx. `code` is stable, the sentence is for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class Client:
    def __init__(self, base_url: str, key: str, http: requests.Session | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.http = http or requests.Session()
        self.http.headers["Authorization"] = f"Bearer {key}"

    # Accounts

    def sign_in_link(self, account: str, email: str, **more: Any) -> str:
        """For a person to open: `delegated=True` for a shared mailbox, `redirectUrl` for where to go afterwards."""
        return str(self.post("authentication/form", {"account": account, "email": email, **more})["url"])

    def connect(self, account: str, name: str = "", email: str = "", provider: str | None = None, **auth: str) -> Any:
        oauth2 = {"auth": auth, **({"provider": provider} if provider else {})}
        return self.post("account", {"account": account, "name": name, "email": email, "oauth2": oauth2})

    def account(self, account: str) -> Any:
        return self._ask("GET", _path(account)).json()

    def accounts(self, **filters: Any) -> list[Any]:
        return list(self._ask("GET", "accounts", params=filters).json()["accounts"])

    def remove(self, account: str) -> None:
        self._ask("DELETE", _path(account))

    def changes(self) -> Iterator[dict[str, Any]]:
        """Changes of states as they happen, until the service ends the stream."""
        with self._ask("GET", "changes", stream=True) as answer:
            for line in answer.iter_lines(decode_unicode=True):
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))

    # Mail

    def folders(self, account: str) -> list[Any]:
        return list(self._ask("GET", _path(account, "mailboxes")).json()["mailboxes"])

    def messages(self, account: str, path: str = "INBOX", page_size: int = 100) -> Iterator[dict[str, Any]]:
        """All of a folder, the latest first, page by page as they are needed."""
        asked: dict[str, Any] = {"path": path, "pageSize": page_size}
        while True:
            page = self._ask("GET", _path(account, "messages"), params=asked).json()
            yield from page["messages"]
            if not page["nextPageCursor"]:
                return
            asked["cursor"] = page["nextPageCursor"]

    def search(self, account: str, path: str = "INBOX", **wanted: Any) -> list[Any]:
        found = self.post(_path(account, "search"), {"search": wanted}, params={"path": path})
        return list(found["messages"])

    def message(self, account: str, message: str, **options: Any) -> Any:
        return self._ask("GET", _path(account, "message", message), params=options).json()

    def source(self, account: str, message: str) -> bytes:
        return self._ask("GET", _path(account, "message", message, "source")).content

    def attachment(self, account: str, attachment: str) -> bytes:
        return self._ask("GET", _path(account, "attachment", attachment)).content

    def flag(self, account: str, message: str, **flags: list[str]) -> Any:
        """`add=["\\\\Seen"]`, `delete=["\\\\Flagged"]`."""
        return self._ask("PUT", _path(account, "message", message), json={"flags": flags}).json()

    def move(self, account: str, message: str, path: str) -> Any:
        return self._ask("PUT", _path(account, "message", message, "move"), json={"path": path}).json()

    def send(self, account: str, once: str | None = None, **mail: Any) -> Any:
        """With a key in `once` the same mail is sent once, however often this is called."""
        headers = {"Idempotency-Key": once} if once else {}
        return self.post(_path(account, "submit"), mail, headers=headers)

    # How

    def post(self, path: str, body: Any, **more: Any) -> Any:
        """Anything that has no method here."""
        return self._ask("POST", path, json=body, **more).json()

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        for last in (False,) * PATIENCE + (True,):
            answer = self.http.request(method, f"{self.base_url}/v1/{path}", timeout=60, **more)
            if answer.status_code not in (429, 503) or last or method == "POST":
                break
            time.sleep(min(float(answer.headers.get("Retry-After", 1)), 30))
        if not answer.ok:
            error = answer.json()["error"]
            raise Refused(answer.status_code, error["code"], error["message"])
        return answer


def _path(account: str, *rest: str) -> str:
    return "/".join(["account", *(quote(each, safe="") for each in (account, *rest))])
