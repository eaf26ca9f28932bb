"""A worker of the service in this process, whose life can end, or stand still, at any point of its work."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import requests
from flask import Flask
from sqlalchemy import event

from server import jobs, wiring
from server.db import Database
from server.http import Session
from server.settings import Settings
from server.webhooks.couriers import Couriers
from tests.simulator.adapter import SimulatorAdapter

MOST_JOBS = 400  # of one go; who needs more does not come to an end
NEXT = """
    UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (
        SELECT id FROM procrastinate_jobs AS waiting
        WHERE status <> 'doing' AND task_name = ANY(:names) AND (scheduled_at IS NULL OR scheduled_at <= now())
        AND (lock IS NULL OR lock NOT IN (
            SELECT lock FROM procrastinate_jobs WHERE status = 'doing' AND lock IS NOT NULL))
        ORDER BY priority DESC, id LIMIT 1)
    RETURNING id, task_name, args
"""
SWEEP = "affix:sweep"


class Crash(BaseException):
    """The process vanishes. No error that anybody could catch and be done with."""


class Points:
    """The points of a worker's work: before and after each request, before each statement and each commit."""

    def __init__(self) -> None:
        self.is_dead = False
        self._thread = threading.current_thread()
        self._left: dict[bool, int] = {}
        self._events: dict[bool, Callable[[], None]] = {}

    def expect(self, left: int, event: Callable[[], None], requests_only: bool = False) -> None:
        """After so many points `event` happens, once."""
        self._left[requests_only], self._events[requests_only] = left, event

    def forget(self) -> None:
        self._left.clear()

    def reached(self, is_request: bool = False) -> None:
        if threading.current_thread() is not self._thread:
            return  # counts of requests are written down beside the work
        if self.is_dead:
            raise Crash
        for requests_only in [each for each in self._left if is_request or not each]:
            self._left[requests_only] -= 1
            if self._left[requests_only] <= 0:
                del self._left[requests_only]
                self._events.pop(requests_only)()

    def die(self) -> None:
        self.is_dead = True
        raise Crash


class _Road(SimulatorAdapter):
    """The way to the outside, with a point before each request and one before its answer is heard."""

    def __init__(self, simulator: Flask, points: Points) -> None:
        super().__init__(simulator)
        self._points = points

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        self._points.reached(is_request="graph" in str(request.url).split("/")[2])
        answer = super().send(request, *args, **kwargs)
        self._points.reached()
        return answer


class Worker:
    """It answers the bells of the true queue by the true tasks, one after another in this thread."""

    def __init__(self, settings: Settings, simulator: Flask, database: Database) -> None:
        self.points = Points()
        session = Session()
        session.mount("https://", _Road(simulator, self.points))
        self.services = wiring.build(settings, session, database)
        engine = self.services.database.engine
        event.listen(engine, "before_cursor_execute", lambda *_: self.points.reached())
        event.listen(engine, "commit", lambda *_: self.points.reached())
        self._couriers = Couriers(self.services)
        tasks = jobs._queue(self.services, self._couriers).tasks
        self._tasks = {name: task for name, task in tasks.items() if name.startswith("affix:") and task.queue == "work"}
        self._sweep = tasks[SWEEP]

    def close(self) -> None:
        self.points.is_dead = False  # what is let go of here is the test's, and no deed of a dead process
        self._couriers.close(at_once=True)
        self.services.close()

    def work(self, bells: "Bells") -> None:
        """The sweep, and then everything for which a bell rings. Raises Crash."""
        self._sweep.func(timestamp=0)
        for _ in range(MOST_JOBS):
            job = bells.next(list(self._tasks))
            if job is None:
                return
            try:
                self._tasks[job["task_name"]].func(**job["args"])
            finally:
                bells.answered(job["id"])
        raise AssertionError("the worker does not come to an end")


class Bells:
    """The queue, as the library that keeps it sees it: it outlives the workers."""

    def __init__(self, run: Callable[..., Any]) -> None:
        self._run = run

    def next(self, names: list[str]) -> Any:
        return self._run(NEXT, names=names)

    def answered(self, job_id: UUID) -> None:
        """Also when the worker died over it: what it left behind is found by the sweep."""
        self._run("DELETE FROM procrastinate_jobs WHERE id = :job", job=job_id)
