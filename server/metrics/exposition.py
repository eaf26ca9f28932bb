"""The page that Prometheus reads, put together from tallies and states."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from server.metrics.families import FAMILIES, Family
from server.metrics.states import counted
from server.models import Tally
from server.services import Services

QUICK = 1.0  # seconds in which everything may be counted at every visit
SHARE = 20  # else the count is kept for so many times as long as it took
LIMIT_MS = 10_000  # milliseconds for one statement

log = structlog.get_logger(__name__)

Parts = dict[str, float]


class Page:
    """A collector for prometheus_client. However often it is asked, and however much there is, counting takes no more
    than a small share of the time: what took longer than `quick` seconds is shown as it was for `share` times as long.
    While the database is away the page says so, and nothing else that it does not know.
    """

    def __init__(
        self, services: Services, version: str, quick: float = QUICK, share: float = SHARE, limit_ms: int = LIMIT_MS
    ) -> None:
        self._services = services
        self._version = version
        self._quick = quick
        self._share = share
        self._limit_ms = limit_ms
        self._turn = threading.Lock()
        self._states: list[Metric] = []
        self._counted_at = 0.0
        self._took = 0.0

    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily("affix_build_info", "The version that answers.", labels=["version"])
        info.add_metric([self._version], 1)
        yield info
        self._services.counts.flush()
        try:
            tallied = list(self._tallied())
        except SQLAlchemyError as error:
            log.warning("metrics_not_read", error=type(error).__name__)
            tallied = []
        yield GaugeMetricFamily("affix_database_up", "Whether the database answers.", 1.0 if tallied else 0.0)
        if tallied:
            yield from tallied
            yield from self._current_states()

    def _tallied(self) -> Iterator[Metric]:
        known: dict[str, dict[tuple[str, ...], Parts]] = defaultdict(lambda: defaultdict(dict))
        with self._services.database.session() as session:
            for name, labels, part, value in session.execute(select(Tally.name, Tally.labels, Tally.part, Tally.value)):
                known[name][tuple(labels)][part] = value
        for family in FAMILIES:
            series: dict[tuple[str, ...], Parts] = {labels: {} for labels in family.usual} | known[family.name]
            yield _histogram(family, series) if family.buckets else _counter(family, series)

    def _current_states(self) -> list[Metric]:
        with self._turn:
            began = time.monotonic()
            if self._took <= self._quick or began - self._counted_at >= self._took * self._share:
                try:
                    self._states = list(self._count())
                except SQLAlchemyError as error:
                    log.warning("states_not_counted", error=type(error).__name__)
                self._counted_at = time.monotonic()
                self._took = self._counted_at - began
            return self._states

    def _count(self) -> Iterator[Metric]:
        with self._services.database.session() as session:
            session.execute(text(f"SET LOCAL statement_timeout = {int(self._limit_ms)}"))
            for state, samples in counted(self._services.settings, session):
                metric = GaugeMetricFamily(state.name, state.help, labels=state.labels)
                for labels, value in samples:
                    metric.add_metric(labels, value)
                yield metric


def _counter(family: Family, series: dict[tuple[str, ...], Parts]) -> Metric:
    metric = CounterMetricFamily(family.name, family.help, labels=family.labels)
    for labels, parts in sorted(series.items()):
        metric.add_metric(labels, parts.get("", 0.0))
    return metric


def _histogram(family: Family, series: dict[tuple[str, ...], Parts]) -> Metric:
    metric = HistogramMetricFamily(family.name, family.help, labels=family.labels)
    for labels, parts in sorted(series.items()):
        total, buckets = 0.0, []
        for bound in (*map(str, family.buckets), "+Inf"):
            total += parts.get(bound, 0.0)
            buckets.append((bound, total))
        metric.add_metric(labels, buckets, parts.get("sum", 0.0))
    return metric
