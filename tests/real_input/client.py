"""Ben at the demo, over HTTP alone: what another program could do just as well."""

import hashlib
from collections.abc import Iterator
from typing import Any

import requests

from tests.launching import until

SECONDS = 60.0
SETTLED = ("saved", "partial", "failed")


class Ben:
    def __init__(self, addresses: dict[str, str]) -> None:
        self._service, self._simulator = addresses["service"], addresses["simulator"]
        self._http = requests.Session()
        self._http.trust_env = False
        wanted = {"user": "ben", "kind": "sso"}
        token = self._http.post(f"{self._simulator}/control/tokens", json=wanted, timeout=SECONDS).json()["token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def close(self) -> None:
        self._http.close()

    def _asked(self, method: str, path: str, json: Any = None) -> requests.Response:
        address = self._service + path
        answer = self._http.request(method, address, json=json, headers=self._headers, timeout=SECONDS)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer

    def new_record(self, name: str) -> dict[str, str]:
        wanted = {"destination": "local", "type": "contact", "name": name, "address": "real@adatum.example"}
        record = self._asked("POST", "/api/records", wanted).json()
        return {each: record[each] for each in ("destination", "type", "id")}

    def deliver(self, mailbox: str, raw: bytes) -> dict[str, Any]:
        """The message arrives; gives the item as the pane names it."""
        where = {"mailbox": f"{mailbox}@contoso.example", "folder": "inbox"}
        answer = self._http.post(f"{self._simulator}/control/messages", params=where, data=raw, timeout=SECONDS)
        assert answer.status_code == 201, answer.text
        return {"id": answer.json()["ewsId"], "idFormat": "ews", "owner": where["mailbox"]}

    def save(self, item: dict[str, Any], record: dict[str, str]) -> str:
        body = {"item": item, "records": [record], "attachments": "all"}
        return str(self._asked("POST", "/api/saves", body).json()["saves"][0]["id"])

    def wait_until_settled(self, save_ids: list[str], limit: float) -> dict[str, dict[str, Any]]:
        """The saves as they are in the end, by id."""
        found: dict[str, dict[str, Any]] = {}

        def all_settled() -> bool:
            for save_id in [each for each in save_ids if each not in found]:
                save = self._asked("GET", f"/api/saves/{save_id}").json()
                if save["state"] not in SETTLED:
                    return False
                found[save_id] = save
            return True

        until(all_settled, f"{len(save_ids)} saves are settled", limit)
        return found

    def emails(self, record: dict[str, str]) -> Iterator[dict[str, Any]]:
        """All emails on the record, page by page."""
        path, cursor = f"{_path(record)}/emails?limit=25", None
        while True:
            page = self._asked("GET", path + (f"&cursor={cursor}" if cursor else "")).json()
            yield from page["emails"]
            cursor = page["next"]
            if cursor is None:
                return

    def mime(self, record: dict[str, str], email: dict[str, Any]) -> bytes:
        return self._asked("GET", f"{_path(record)}/emails/{email['id']}/mime").content

    def file(self, record: dict[str, str], email: dict[str, Any], number: int) -> bytes:
        return self._asked("GET", f"{_path(record)}/emails/{email['id']}/attachments/{number}").content


def _path(record: dict[str, str]) -> str:
    return f"/api/records/{record['destination']}/{record['type']}/{record['id']}"


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
