"""The worker: procrastinate on the same PostgreSQL, its few tasks and its schedule."""

import asyncio
import signal
from uuid import UUID

import procrastinate
import psycopg
import structlog
from procrastinate import periodic
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from sqlalchemy.exc import SQLAlchemyError

from server import api_keys, clock, delivery, drains, presence, retention, sent, tracing
from server.accounts import sign_in, streams
from server.accounts.sending import claims as submissions
from server.accounts.sending import delivering
from server.autopilot import backfill, elsewhere, reach, sync, watching
from server.db import connecting
from server.doorbell import ANNOUNCE, BACKFILL, DELIVER, DRAIN, OUTAGE, OUTGOING, SEND, SENT_PLACE, SYNC, nearby
from server.services import Services
from server.webhooks import connections
from server.webhooks import deliver as webhooks
from server.webhooks.couriers import Called, Couriers

DATABASE_AWAY = (ConnectorException, psycopg.Error)
PAUSE = 1.0  # seconds until a database that was away is tried again
POLLED_EVERY = 0.5  # seconds; only bells that were put off are found by polling
AWAY_AFTER = 5.0  # seconds without a connection after which a database counts as away

log = structlog.get_logger(__name__)


class _RightTime:
    time = staticmethod(clock.seconds)


def _keep_time(services: Services) -> None:
    """What is done regularly goes by the right time too. By our own clock it would be made up for thousands of times
    when that is set forward, and not be done for as long as it was set back.
    """
    try:
        services.database.ping()  # which corrects the clock
    except SQLAlchemyError as error:
        raise ConnectorException from error
    periodic.time = _RightTime  # type: ignore[assignment, attr-defined]


def run_worker(services: Services, concurrency: int | None = None, wait: bool = True) -> None:
    """Work until SIGTERM or SIGINT, or without `wait` until nothing is left; what is in hand is finished first.

    With `wait` a database that goes away is waited for, however long that takes.
    """
    threads = concurrency or services.settings.worker_threads
    log.info("worker_started", threads=threads)
    if wait:
        asyncio.run(_work_until_asked_to_end(services, threads))
    else:
        asyncio.run(_work(services, threads, wait=False))


async def _work_until_asked_to_end(services: Services, threads: int) -> None:
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    while not asked.is_set():
        work = asyncio.create_task(_work(services, threads, wait=True))
        end = asyncio.create_task(asked.wait())
        await asyncio.wait((work, end), return_when=asyncio.FIRST_COMPLETED)
        if asked.is_set():
            work.cancel()  # it finishes what it has in hand
        # procrastinate ends a worker whose database is away, with an error or without one.
        [outcome] = await asyncio.gather(work, return_exceptions=True)
        if isinstance(outcome, Exception) and not isinstance(outcome, DATABASE_AWAY):
            raise outcome
        if not asked.is_set():
            log.error("worker_interrupted", error=type(outcome).__name__)
            await asyncio.wait((end,), timeout=PAUSE)
        end.cancel()


async def _work(services: Services, threads: int, wait: bool) -> None:
    couriers = Couriers(services)
    app = _queue(services, couriers)
    try:
        with nearby(services.database.session, couriers):
            async with app.open_async():
                if wait:
                    await asyncio.to_thread(_keep_time, services)
                await app.run_worker_async(
                    concurrency=threads,
                    wait=wait,
                    install_signal_handlers=False,
                    listen_notify=wait,
                    fetch_job_polling_interval=POLLED_EVERY,
                    delete_jobs="always",
                    update_heartbeat_interval=5.0,
                    stalled_worker_timeout=20.0,
                    shutdown_graceful_timeout=30.0,
                )
    finally:
        couriers.close(at_once=wait)


def _queue(services: Services, couriers: Couriers) -> procrastinate.App:
    database = services.database
    connector = procrastinate.PsycopgConnector(
        conninfo=database.conninfo, kwargs=connecting(database.patience), timeout=AWAY_AFTER
    )
    app = procrastinate.App(connector=connector)

    @app.task(name=DELIVER, queue="work")
    def deliver(message_id: str) -> None:
        """Do what is due for one message."""
        delivery.deliver(services, UUID(message_id))

    @app.task(name=OUTAGE, queue="work")
    def go_first(tenant_id: str, destination: str) -> None:
        """Try whether a destination can be used again."""
        delivery.go_first(services, tenant_id, destination)

    @app.task(name=DRAIN, queue="work")
    def save_what_waits(mailbox_id: str) -> None:
        """Go on with what Autopilot saves from one mailbox."""
        drains.drain(services, UUID(mailbox_id))

    @app.task(name=SYNC, queue="work")
    def look_for_mail(mailbox_id: str) -> None:
        """Do what is due for one watched mailbox."""
        with tracing.span("look", mailbox=mailbox_id):
            sync.sync(services, UUID(mailbox_id))

    @app.task(name=BACKFILL, queue="work")
    def look_through_past_mail(backfill_id: str) -> None:
        """Go on with one backfill."""
        backfill.drain(services, UUID(backfill_id))

    @app.task(name=OUTGOING, queue="work")
    def look_whether_sent(outgoing_id: str) -> None:
        """Look whether one draft was sent."""
        sent.look(services, UUID(outgoing_id))

    @app.task(name=SEND, queue="work")
    def send_message(submission_id: str) -> None:
        """Send one message that a program gave us."""
        delivering.deliver(services, UUID(submission_id))

    @app.task(name=SENT_PLACE, queue="work")
    def look_into_sent_items(mailbox_id: str, person_id: str) -> None:
        """Look what one person sent in a shared mailbox's name."""
        elsewhere.look(services, UUID(mailbox_id), UUID(person_id))

    @app.task(name=ANNOUNCE, queue="work")
    def tell_one_address(webhook_id: str) -> None:
        """Send what waits for one webhook, in a thread that may be kept waiting."""
        couriers.send(Called(UUID(webhook_id)))

    @app.periodic(cron=f"* * * * * */{services.settings.sweep_seconds}")
    @app.task(name="affix:sweep", queue="sweep", queueing_lock="sweep")
    def sweep(timestamp: int) -> None:
        """Ring for whatever is due and for whatever a dead worker left behind."""
        delivery.ring_for_overdue(services)
        watching.ring_for_overdue(services)
        backfill.ring_for_overdue(services)
        webhooks.ring_for_overdue(services)
        sent.ring_for_overdue(services)
        submissions.ring_for_overdue(services)
        elsewhere.ring_for_overdue(services)
        reach.watch_what_is_new(services)
        presence.forget(services)

    @app.periodic(cron="* * * * * 30")
    @app.task(name="affix:webhooks", queue="sweep", queueing_lock="webhooks")
    def keep_webhooks(timestamp: int) -> None:
        """Forget what was delivered long ago and links that are over; tell of connections that run out."""
        webhooks.forget_old(services)
        sign_in.forget_old(services)
        streams.forget_old(services)
        submissions.forget_old(services)
        connections.tell_of_expiring(services)

    @app.periodic(cron="17 * * * *")
    @app.task(name="affix:api-keys", queue="sweep", queueing_lock="api-keys")
    def keep_api_keys(timestamp: int) -> None:
        """Forget what keys were used for long ago."""
        api_keys.forget_uses(services)

    @app.periodic(cron="43 2 * * *")
    @app.task(name="affix:retention", queue="sweep", queueing_lock="retention")
    def keep_to_retention(timestamp: int) -> None:
        """Note where the audit log is, and forget what is older than the settings want."""
        retention.log_heads(services)
        retention.forget_old(services)

    @app.periodic(cron="* * * * *")
    @app.task(name="affix:tidy", queue="sweep", queueing_lock="tidy")
    async def tidy(timestamp: int) -> None:
        """Forget the bells that dead workers were answering; the sweep rings again for what is still due."""
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    return app
