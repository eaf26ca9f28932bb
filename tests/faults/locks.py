"""Locks in PostgreSQL that a test holds, so that a worker stands still at the statement that needs the same."""

from types import TracebackType

import psycopg

from tests.launching import until

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"


class TableLock:
    """Nobody writes to the table; everybody may read it."""

    def __init__(self, database_url: str, table: str) -> None:
        self._table = table
        self._connection = psycopg.connect(database_url)
        self._connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        self._watcher = psycopg.connect(database_url, autocommit=True)

    def wait(self) -> None:
        """Until somebody stands before the lock."""
        until(self._is_wanted, f"somebody wants to write to {self._table}")

    def _is_wanted(self) -> bool:
        [count] = self._watcher.execute(WAITING, [self._connection.info.backend_pid]).fetchone() or [0]
        return bool(count)

    def release(self) -> None:
        self._connection.close()
        self._watcher.close()

    def __enter__(self) -> "TableLock":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
