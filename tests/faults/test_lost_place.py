"""The service was away for long, or Graph has forgotten how far it had read: nothing is lost, nothing comes twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.faults.sizes import sized
from tests.faults.watched import Watched

SOME = sized(10, 200)
EIGHT_DAYS = 8 * 86_400
ENDED = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def end_subscriptions(watched: Watched) -> None:
    """Their time was over, of which nobody is told."""
    with watched.world.lock:
        for one in watched.world.subscriptions.running(watched.world.now()):
            one.expires_at = ENDED


@pytest.mark.parametrize("places", sized([{}], [{}, {"expire": True}]), ids=["hold", "are lost"][: sized(1, 2)])
def test_after_eight_days_of_standstill_mail_is_announced_again_and_none_is_missing(
    support: Watched, places: dict[str, Any]
) -> None:
    support.pass_time(86_400)  # the rule was made the day before
    worker = support.worker()
    support.until_connected()
    support.arrive()
    support.until_all_saved()
    worker.finish()
    [before] = support.subscriptions()
    end_subscriptions(support)
    support.stage.control("POST", "world", json={"delta": places})
    support.arrive(SOME, received=support.world.now() - timedelta(hours=20))
    support.pass_time(EIGHT_DAYS)
    support.worker()
    support.until_all_saved()
    [after] = support.subscriptions()
    assert after == support.known_subscription() != before
    support.arrive()
    support.until_all_saved()


@pytest.mark.parametrize("refusal", sized(["badRequest"], ["gone", "badRequest", "resync"]))
def test_a_lost_place_means_reading_anew_from_the_rules_beginning(support: Watched, refusal: str) -> None:
    support.arrive(SOME, received=support.world.now() - timedelta(days=30))
    support.arrived.clear()  # of before the rule: nobody wants it
    support.worker()
    support.until_connected()
    support.arrive(SOME)
    support.until_all_saved()
    support.stage.control("POST", "world", json={"delta": {"expire": True, "refusal": refusal}})
    support.arrive(SOME)
    support.until_all_saved()
    log = (support.stage.folder / "worker.log").read_text()
    assert "folder_read_anew" in log
