"""The stage of these tests: who asks stands in this process, workers and web processes are true ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import Control, Someone, mime
from tests.faults.gate import Gate
from tests.faults.locks import TableLock
from tests.faults.nursery import Forked, fork_service, fork_worker
from tests.launching import until

SUPPORT = "support@contoso.example"
SAVED = ["Affix: Saved"]
Reached = Callable[[], None]


def large_message(number: int = 1) -> bytes:
    """Larger than what sockets hold on the way, so that half of it is really half, and with a file."""
    file = "\r\n".join(["QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5"] * 12_000)
    part = "\r\n".join(
        [
            "--b", "Content-Type: text/plain", "", f"Please see the file {number}.",
            "--b", 'Content-Type: application/pdf; name="offer.pdf"', "Content-Transfer-Encoding: base64", "", file,
            "--b--",
        ]
    )  # fmt: skip
    plain = mime(f"Offer {number}", f"<{number}@adatum.example>", body=part)
    return plain.replace(b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b", 1)


@dataclass
class Stage:
    """`record` is what all is saved to, by `ben`."""

    control: Control
    gate: Gate
    database_url: str
    simulator_url: str
    settings: dict[str, str]
    folder: Path
    ben: Someone
    record: dict[str, Any]
    started: list[Forked] = field(default_factory=list)

    def worker(self, **settings: object) -> Forked:
        more = {f"AFFIX_{name.upper()}": str(value) for name, value in settings.items()}
        return self._noted(fork_worker({**self.settings, **more}, self.folder / "worker.log", self.simulator_url))

    def service(self, port: int) -> Forked:
        return self._noted(fork_service(self.settings, self.folder / "service.log", self.simulator_url, port))

    def deliver(self, number: int = 1, raw: bytes | None = None) -> dict[str, Any]:
        """A message arrives in the shared mailbox; gives the item as the pane names it."""
        delivered = self.control.deliver(SUPPORT, raw or mime(f"Order {number}", f"<{number}@adatum.example>"))
        return {"id": delivered["ewsId"], "idFormat": "ews", "owner": SUPPORT}

    def ask(self, raw: bytes | None = None) -> str:
        """Ben asks for a message to be saved, and gets the id of the save."""
        [save] = self.ben.save(self.deliver(raw=raw or large_message()), self.record)
        return str(save["id"])

    def state(self, save_id: str) -> str:
        return str(self.ben.get(f"/api/saves/{save_id}")["state"])

    def wait_until_saved(self, *save_ids: str) -> None:
        waiting = set(save_ids)

        def all_saved() -> bool:
            waiting.difference_update([each for each in waiting if self.state(each) == "saved"])
            return not waiting

        until(all_saved, f"{len(save_ids)} saves are saved")
        until(self._all_marked, "every message carries the category")

    def retry_what_was_given_up(self, *save_ids: str) -> bool:
        """Kills at random may hit one save three times in a row; then it says so, and Ben retries it. Whether some are
        not done yet.
        """
        states = {each: self.state(each) for each in save_ids}
        for save_id in (each for each, state in states.items() if state == "failed"):
            assert self.ben.get(f"/api/saves/{save_id}")["reasonCode"] == "interrupted"
            self.ben("POST", f"/api/saves/{save_id}/retry", expect=202)
        return set(states.values()) != {"saved"}

    def emails(self) -> list[dict[str, Any]]:
        return self.ben.emails(self.record)

    def _all_marked(self) -> bool:
        return all(message["categories"] == SAVED for message in self.control.messages(SUPPORT))

    def _noted(self, process: Forked) -> Forked:
        self.started.append(process)
        return process

    # Where a worker can be made to stand still. Each gives a function that returns once it stands there.

    @contextmanager
    def at_request(self, method: str, path: str, moment: Any) -> Iterator[Reached]:
        self.gate.close(method, path, moment)
        try:
            yield self.gate.wait
        finally:
            self.gate.open()

    @contextmanager
    def at_renewal(self, moment: Any) -> Iterator[Reached]:
        """At Entra, because Graph takes the stored token no longer."""
        self.control("POST", "world", json={"expireTokens": ["ben"]})
        with self.at_request("POST", "*/oauth2/v2.0/token", moment) as reached:
            yield reached

    @contextmanager
    def at_write(self, table: str) -> Iterator[Reached]:
        with TableLock(self.database_url, table) as lock:
            yield lock.wait

    @contextmanager
    def at_write_after_request(self, method: str, path: str, table: str) -> Iterator[Reached]:
        """At the first write to the table that follows the request."""
        locks: list[TableLock] = []

        def reached() -> None:
            self.gate.wait()
            locks.append(TableLock(self.database_url, table))
            self.gate.open()
            locks[0].wait()

        with self.at_request(method, path, "after"):
            try:
                yield reached
            finally:
                for lock in locks:
                    lock.release()

    @contextmanager
    def at_write_after_write(self, first: str, second: str) -> Iterator[Reached]:
        """At the first write to the second table that follows a write to the first."""
        before = TableLock(self.database_url, first)
        locks = [before]

        def reached() -> None:
            before.wait()
            locks.append(TableLock(self.database_url, second))
            before.release()
            locks[1].wait()

        try:
            yield reached
        finally:
            for lock in locks:
                lock.release()
