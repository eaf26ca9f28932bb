"""Stored grants in memory, shared by all GraphTokens of a test as a database would be."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

Person = tuple[str, str]


class MemoryGrants:
    def __init__(self) -> None:
        self.rows: dict[Person, tuple[bytes, int]] = {}
        self._lock = Lock()
        self._exclusive: defaultdict[Person, Lock] = defaultdict(Lock)

    def load(self, tenant_id: str, oid: str) -> tuple[bytes | None, int]:
        with self._lock:
            return self.rows.get((tenant_id, oid), (None, 0))

    def store(self, tenant_id: str, oid: str, sealed: bytes, expected_version: int) -> bool:
        with self._lock:
            if self.rows.get((tenant_id, oid), (None, 0))[1] != expected_version:
                return False
            self.rows[tenant_id, oid] = (sealed, expected_version + 1)
            return True

    @contextmanager
    def exclusive(self, tenant_id: str, oid: str) -> Iterator[None]:
        with self._lock:
            person = self._exclusive[tenant_id, oid]
        with person:
            yield
