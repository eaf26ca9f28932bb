"""A new release is rolled out, and the database is restarted under the service: nothing in hand is lost."""

from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests.faults.stage import Stage, large_message
from tests.faults.test_killed_web import ask
from tests.pane.servers import three_free_ports

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"


def test_a_worker_that_is_asked_to_end_finishes_what_it_has_in_hand(stage: Stage) -> None:
    save_id = stage.ask()
    with stage.at_request("GET", "*/messages/*/$value", "half") as reached, ThreadPoolExecutor(1) as pool:
        worker = stage.worker()
        reached()
        ended = pool.submit(worker.finish)
        stage.gate.open()
        ended.result()
    assert stage.state(save_id) == "saved"


def test_a_web_process_that_is_asked_to_end_answers_what_it_was_asked(stage: Stage) -> None:
    port = three_free_ports()
    web, item = stage.service(port), stage.deliver()
    with stage.at_request("GET", "*/messages/*", "after") as reached, ThreadPoolExecutor(2) as pool:
        asked = pool.submit(ask, stage, port, item)
        reached()
        ended = pool.submit(web.finish)
        stage.gate.open()
        save_id = asked.result()
        ended.result()
    assert stage.state(save_id) == "queued"


def test_a_worker_that_loses_all_its_connections_goes_on(stage: Stage) -> None:
    stage.worker()
    first = stage.ask()
    stage.wait_until_saved(first)
    with psycopg.connect(stage.database_url, autocommit=True) as connection:
        connection.execute(OTHERS)
    second = stage.ask(large_message(2))
    stage.wait_until_saved(second)
    assert len(stage.emails()) == 2
