"""Builds the parts from settings and one HTTP session. The only place where concrete things meet."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import requests

from server import timekeeping, tracing
from server.accounts.telling import SERVICE_URL
from server.auth.callers import CallerTokens
from server.auth.entra import Entra
from server.auth.graph_tokens import GraphTokens
from server.auth.new_grants import NewGrants
from server.auth.sealing import Sealer
from server.configured import ConfiguredDestinations
from server.counting import Counts
from server.db import NAME, Database, address_of
from server.destinations import Parts
from server.destinations.local import LocalDestination
from server.doorbell import ring, ring_for_backfill, ring_for_mailbox, ring_for_outgoing, ring_for_saves
from server.grants import DatabaseGrants
from server.mail.graph.mailbox import GraphMailbox
from server.mail.graph.seats import Seats
from server.mail.html import safe_html, text_of
from server.metrics.watching import watched
from server.services import Services
from server.settings import Settings
from server.traffic import Processes
from server.webhooks.posting import Courier

SIDE_THREADS = 16  # for the few requests that are asked at the same time as another


def build(settings: Settings, http: requests.Session, database: Database | None = None) -> Services:
    """Nothing is connected yet, except that the embedded database is started when no address is set."""
    sealer = Sealer([key.get_secret_value() for key in settings.secret_keys])
    database = database or Database(
        address_of(settings),
        settings.database_pool,
        settings.lease_seconds,
        name=" ".join((NAME, *sealer.key_ids)),  # so that `affix keys rotate` sees who knows which key
    )
    tracing.begin()
    database.session.configure(info={SERVICE_URL: settings.base_url})
    timekeeping.keep(database.engine)
    counts = Counts(database)
    sealer = Sealer([key.get_secret_value() for key in settings.secret_keys])
    grants = DatabaseGrants(database)
    others = Processes(database.standing)
    parts = Parts(http, database.engine, safe_html, text_of, others)
    built_in = [LocalDestination(database.engine)] if settings.built_in_destination else []
    return Services(
        settings=settings,
        database=database,
        callers=CallerTokens(settings, http),
        tokens=GraphTokens(settings, http, grants, sealer),
        new_grants=NewGrants(Entra(settings, http), grants, sealer),
        sealer=sealer,
        mail=GraphMailbox(
            http,
            settings.graph_host,
            seats=Seats(others=others),
            counted=counts.one,
            tenant=counts.tenant,
            answered=counts.answered,
        ),
        counts=counts,
        destinations=ConfiguredDestinations(database, sealer, parts, built_in, partial(watched, counts)),
        courier=Courier(http, sealer, settings.webhook_hosts),
        ring=ring,
        ring_for_saves=ring_for_saves,
        ring_for_mailbox=ring_for_mailbox,
        ring_for_backfill=ring_for_backfill,
        ring_for_outgoing=ring_for_outgoing,
        threads=ThreadPoolExecutor(SIDE_THREADS, thread_name_prefix="side"),
    )
