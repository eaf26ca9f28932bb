"""The web processes are killed while somebody asks: what was answered is done, and asking again is harmless."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest
import requests

from tests.faults.stage import Reached, Stage
from tests.pane.servers import three_free_ports

POINTS: dict[str, Callable[[Stage], AbstractContextManager[Reached]]] = {
    "while the message is looked up": lambda stage: stage.at_request("GET", "*/messages/*", "after"),
    "before the save is written": lambda stage: stage.at_write("saves"),
    "between the save and its job": lambda stage: stage.at_write("procrastinate_jobs"),
}


@pytest.fixture
def port() -> int:
    return three_free_ports()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def ask(stage: Stage, port: int, item: dict[str, Any]) -> str:
    """The id of the save, once it was answered with 202. Raises requests.ConnectionError when the line breaks."""
    wanted = {name: stage.record[name] for name in ("destination", "type", "id")}
    answer = requests.post(
        f"http://127.0.0.1:{port}/api/saves",
        json={"item": item, "records": [wanted], "attachments": "all"},
        headers={"Authorization": f"Bearer {stage.ben.token}"},
        timeout=60,
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["saves"][0]["id"])


def test_what_was_answered_is_saved_though_all_web_processes_died_at_once(stage: Stage, port: int) -> None:
    web = stage.service(port)
    save_id = ask(stage, port, stage.deliver())
    web.kill()
    stage.worker()
    stage.wait_until_saved(save_id)
    assert len(stage.emails()) == 1


@pytest.mark.parametrize("point", POINTS)
def test_asking_again_is_harmless_where_no_answer_came(
    stage: Stage, port: int, pool: ThreadPoolExecutor, point: str
) -> None:
    web, item = stage.service(port), stage.deliver()
    with POINTS[point](stage) as reached:
        lost = pool.submit(ask, stage, port, item)
        reached()
        web.kill()
        with pytest.raises(requests.ConnectionError):
            lost.result()
    stage.service(port)
    save_id = ask(stage, port, item)
    stage.worker()
    stage.wait_until_saved(save_id)
    assert len(stage.emails()) == 1
