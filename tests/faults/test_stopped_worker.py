"""A worker stands still for longer than its lease, another one takes over, and then the first one wakes up."""

import pytest

from tests.faults.stage import Stage

MIME = "*/messages/*/$value"


@pytest.mark.parametrize("moment", ["before", "half", "after"])
def test_what_a_worker_brings_too_late_is_not_taken(stage: Stage, moment: str) -> None:
    save_id = stage.ask()
    with stage.at_request("GET", MIME, moment) as reached:
        first = stage.worker()
        reached()
        first.stop()
        stage.worker()
        stage.wait_until_saved(save_id)
        [email] = stage.emails()
    first.go_on()
    first.finish()
    assert stage.emails() == [email]
    assert stage.state(save_id) == "saved"


def test_a_worker_that_stands_still_within_the_destination_does_not_block_the_next(stage: Stage) -> None:
    save_id = stage.ask()
    with stage.at_write("local_files") as reached:
        first = stage.worker()
        reached()
        first.stop()
    stage.worker()
    stage.wait_until_saved(save_id)
    first.go_on()
    first.finish()
    assert len(stage.emails()) == 1
    assert stage.state(save_id) == "saved"


def test_a_worker_that_stands_still_within_the_queue_does_not_block_the_next(stage: Stage) -> None:
    """Both at work, and about to ring for what is due."""
    save_id = stage.ask()
    with stage.at_request("GET", MIME, "before") as reached:
        first = stage.worker()
        reached()
        with stage.at_write("procrastinate_periodic_defers") as ringing:
            ringing()
            first.stop()
        stage.worker()
        stage.wait_until_saved(save_id)
    first.go_on()
    first.finish()
    assert len(stage.emails()) == 1
