"""Mail comes at half of what the service can take, for a long time: it neither grows nor slows down.

In the whole size alone, for a minute; AFFIX_TEST_SOAK says for how many seconds else, as 3600.
"""

import os
import statistics
import time
from dataclasses import dataclass

import psutil
import pytest

from tests.faults.sizes import Figure, sized
from tests.faults.watched import Watched
from tests.launching import until

SOAK = float(os.environ.get("AFFIX_TEST_SOAK", "60"))  # seconds
SAMPLE = 50  # messages by which is found how much it can take
WARM = 0.2  # share of the time, after which everything was used once
TEN_MINUTES = 600.0  # seconds; of less a slope says nothing
MOST_GROWTH = 1.0  # MB in ten minutes
MOST_SLOWER = 1.2  # times, p99 of the last twelfth to that of the first
SPARE_FILES = 5
AT_REST = "saves WHERE state IN ('queued', 'saving')"
SECONDS = b"SELECT extract(epoch FROM saved_at - created_at)::float8 AS took FROM saves ORDER BY created_at"


@dataclass
class Sample:
    at: float
    megabytes: float
    files: int


def sample(worker: psutil.Process) -> Sample:
    with worker.oneshot():
        return Sample(time.monotonic(), worker.memory_info().rss / 2**20, worker.num_fds())


@pytest.mark.skipif(not sized(False, True), reason="takes long, so the usual run does without it")
def test_at_half_of_its_capacity_it_neither_grows_nor_slows_down(support: Watched, figure: Figure) -> None:
    started = support.worker(mark_messages=False)
    support.until_connected()
    began = time.monotonic()
    support.arrive(SAMPLE)
    support.until_all_saved(120)
    pause = 2 * (time.monotonic() - began) / SAMPLE
    worker, samples = psutil.Process(started.pid), list[Sample]()
    begun, end = time.monotonic(), time.monotonic() + SOAK
    while time.monotonic() < end:
        support.arrive()
        samples.append(sample(worker))
        until(lambda: time.monotonic() >= begun + len(samples) * pause, "the next one is due", pause + 30)
    support.until_all_saved(120)
    assert not support.count(AT_REST)
    warm = samples[int(len(samples) * WARM) :]
    growth = statistics.linear_regression([each.at for each in warm], [each.megabytes for each in warm]).slope * 600
    took = [float(row["took"]) for row in support.rows(SECONDS)][SAMPLE:]
    first, last = p99(took[: len(took) // 12]), p99(took[-(len(took) // 12) :])
    figure("messages, one each s", (len(samples), round(pause, 3)))
    figure("MB of growth in ten minutes", round(growth, 2))
    figure("files that are open, at first and in the end", (warm[0].files, warm[-1].files))
    figure("s from wish to save, p99 of the first and the last twelfth", (round(first, 2), round(last, 2)))
    assert warm[-1].files <= warm[0].files + SPARE_FILES
    if SOAK >= TEN_MINUTES:
        assert growth < MOST_GROWTH
        assert last <= MOST_SLOWER * first


def p99(values: list[float]) -> float:
    return sorted(values)[int(0.99 * (len(values) - 1))]
