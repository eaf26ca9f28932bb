"""PostgreSQL is shut down under a running service and comes back: both sides go on by themselves."""

from pathlib import Path

import requests

from tests.bench.desk import Desk, opened_desk
from tests.faults.own_postgres import OwnPostgres
from tests.launching import until


def is_refused(desk: Desk) -> bool:
    try:
        desk.ask("ben", "GET", "/api/saves")
    except requests.HTTPError as refused:
        return bool(refused.response.status_code == 503)
    return False


def test_web_and_worker_go_on_when_the_database_is_back(own_postgres: OwnPostgres, tmp_path: Path) -> None:
    with opened_desk(own_postgres.url, tmp_path, sweep_seconds=1) as desk:
        desk.save("ben", desk.deliver("support", 1))
        own_postgres.stop()
        until(lambda: is_refused(desk), "the service says that it is busy")
        until(lambda: "worker_interrupted" in desk.worker_log.read_text(), "the worker notices")
        own_postgres.start()
        save = until(lambda: saved_again(desk), "a message is saved again")
        assert save["state"] == "saved"


def saved_again(desk: Desk) -> dict[str, str] | None:
    return None if is_refused(desk) else desk.save("ben", desk.deliver("support", 2))
