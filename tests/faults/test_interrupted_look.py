"""A worker is killed or stands still while it looks for new mail: the page comes again, nothing is saved twice."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.faults.sizes import sized
from tests.faults.stage import Reached, Stage
from tests.faults.watched import Watched
from tests.launching import until

PAGE = "*mailFolders*/messages/delta*"
FOLDERS = "*/mailFolders/delta"

POINTS: dict[str, Callable[[Stage], AbstractContextManager[Reached]]] = {
    "when the folders are listed": lambda stage: stage.at_request("GET", FOLDERS, "after"),
    "when the page has come": lambda stage: stage.at_request("GET", PAGE, "after"),
    "before its messages are noted": lambda stage: stage.at_write("sightings"),
    "before its messages are queued": lambda stage: stage.at_write("saves"),
    "between the page and its place": lambda stage: stage.at_write("watched_folders"),
    "when the place is kept, before the end": lambda s: s.at_write_after_write("watched_folders", "announcements"),
}
TELLING = ("between the page and its place",)


@pytest.mark.parametrize("point", sized(TELLING, tuple(POINTS)))
def test_a_page_is_read_again_and_its_mail_saved_once_though_a_worker_was_killed(support: Watched, point: str) -> None:
    victim = support.worker()
    support.until_connected()
    with POINTS[point](support.stage) as reached:
        support.arrive(5)
        reached()
        victim.kill()
    support.worker()
    support.until_all_saved()


@pytest.mark.parametrize("path", sized([PAGE], [FOLDERS, PAGE]))
def test_what_a_look_brings_too_late_is_not_written(support: Watched, path: str) -> None:
    first = support.worker()
    support.until_connected()
    with support.stage.at_request("GET", path, "after") as reached:
        support.arrive(5)
        reached()
        first.stop()
        support.worker()
        support.until_all_saved()
        places = support.rows("SELECT link FROM watched_folders ORDER BY folder_id")
        fences = support.rows("SELECT fence FROM watches")
    first.go_on()
    log = support.stage.folder / "worker.log"
    until(lambda: "late_drain_dropped" in log.read_text(), "what came too late is dropped")
    assert support.rows("SELECT link FROM watched_folders ORDER BY folder_id") == places
    assert support.rows("SELECT fence FROM watches") == fences
    support.until_all_saved()
