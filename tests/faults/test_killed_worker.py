"""A worker is killed at every step of a save: the email is on the record once, and the save says so."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.faults.stage import Reached, Stage, large_message
from tests.launching import until

MIME = "*/messages/*/$value"
MESSAGE = "*/messages/*"

POINTS: dict[str, Callable[[Stage], AbstractContextManager[Reached]]] = {
    "before the save is claimed": lambda stage: stage.at_write("saves"),
    "before Entra renews the token": lambda stage: stage.at_renewal("before"),
    "after Entra renewed the token, before it is stored": lambda stage: stage.at_renewal("after"),
    "before the download": lambda stage: stage.at_request("GET", MIME, "before"),
    "in the middle of the download": lambda stage: stage.at_request("GET", MIME, "half"),
    "after the download, before the key is written": lambda stage: stage.at_write_after_request("GET", MIME, "saves"),
    "before the destination has anything": lambda stage: stage.at_write("local_blobs"),
    "in the middle of the destination's transaction": lambda stage: stage.at_write("local_files"),
    "between the destination's commit and ours": lambda stage: stage.at_write_after_write("local_files", "saves"),
    "before the category is set": lambda stage: stage.at_request("PATCH", MESSAGE, "before"),
    "when the category is set, before we hear of it": lambda stage: stage.at_request("PATCH", MESSAGE, "after"),
    "before we remember the category": lambda stage: stage.at_write_after_request("PATCH", MESSAGE, "messages"),
}


@pytest.mark.parametrize("point", POINTS)
def test_an_email_is_saved_once_though_a_worker_was_killed(stage: Stage, point: str) -> None:
    save_id = stage.ask()
    with POINTS[point](stage) as reached:
        victim = stage.worker()
        reached()
        victim.kill()
    stage.worker()
    stage.wait_until_saved(save_id)
    [email] = stage.emails()
    assert [file["name"] for file in email["attachments"]] == ["offer.pdf"]


def test_a_message_that_kills_its_worker_three_times_is_given_up_and_the_others_are_saved(stage: Stage) -> None:
    save_id = stage.ask()
    for _ in range(3):
        with stage.at_request("GET", MIME, "half") as reached:
            victim = stage.worker()
            reached()
            victim.kill()
        assert stage.state(save_id) == "saving"
    stage.worker()
    until(lambda: stage.state(save_id) == "failed", "the save is given up")
    found = stage.ben.get(f"/api/saves/{save_id}")
    assert found["reasonCode"] == "interrupted"
    assert found["action"].startswith("Retry")
    other = stage.ask(large_message(2))
    until(lambda: stage.state(other) == "saved", "the next message is saved")
    assert [email["internetMessageId"] for email in stage.emails()] == ["<2@adatum.example>"]
