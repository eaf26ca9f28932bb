"""`affix doctor`: proves the set-up step by step and says what to fix. Prints nothing secret and changes nothing; only
with `--live` is a destination asked to write something, and to take it away again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import requests
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from server import destination_settings, migrate
from server.auth.sealing import Sealer
from server.clock import now
from server.db import Database, address_of
from server.destinations.base import Step
from server.errors import AffixError
from server.mail.base import MailAccessDenied, MailError, MailGone
from server.metrics.states import STATES, end_of
from server.models import Mailbox
from server.services import Services
from server.settings import Settings

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")  # settings of PostgreSQL
CLOCKS_APART = 5.0  # seconds that clocks may differ
ENDS_SOON = timedelta(days=30)
LATE = 300.0  # seconds for which a save may be due
RENEW = "Put a new one into the file; that of AFFIX_CLIENT_CERTIFICATE has to be uploaded in Entra first."


@dataclass(frozen=True)
class Finding:
    """`is_warning`: well for now, but something will have to be done."""

    ok: bool
    what: str
    fix: str = ""
    is_warning: bool = False


def check_database(settings: Settings) -> Finding:
    try:
        database = Database(address_of(settings), 1)
        current = migrate.is_current(database.engine)
        database.close()
    except (SQLAlchemyError, OSError) as error:
        return Finding(
            False,
            f"Database: not reachable ({type(error).__name__}).",
            "Check AFFIX_DATABASE_URL and that PostgreSQL runs.",
        )
    if not current:
        return Finding(False, "Database: reachable, but of an older version.", "Run 'affix db upgrade'.")
    return Finding(True, "Database: reachable and up to date.")


def check_keys(settings: Settings) -> Finding:
    sealer = Sealer([key.get_secret_value() for key in settings.secret_keys])
    sealed = sealer.seal(b"affix", "doctor")
    ok = sealer.open(sealed, "doctor") == b"affix"
    return Finding(
        ok, f"Secret keys: {len(settings.secret_keys)} usable.", "" if ok else "Make new keys for AFFIX_SECRET_KEYS."
    )


def check_address(settings: Settings) -> Finding:
    if settings.base_url.startswith("https://"):
        return Finding(True, f"Address: {settings.base_url}, App ID URI {settings.default_app_id_uri}.")
    return Finding(False, "Address: not https.", "Outlook only shows panes over https: set AFFIX_BASE_URL.")


def check_signing_keys(settings: Settings, http: requests.Session) -> Finding:
    url = f"https://{settings.login_host}/common/discovery/v2.0/keys"
    try:
        answer = http.get(url)
        count = len(answer.json()["keys"])
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        return Finding(
            False,
            f"Microsoft's signing keys: not readable ({type(error).__name__}).",
            f"Allow https to {settings.login_host}.",
        )
    return Finding(True, f"Microsoft's signing keys: {count} read.")


def check_tenant(services: Services, tenant_id: str, mailbox: str | None) -> Iterator[Finding]:
    """Two steps: the application's own sign-in, then the one application permission that detection needs."""
    try:
        token = services.tokens.for_app(tenant_id)
    except AffixError as error:
        yield Finding(
            False,
            f"Tenant {tenant_id}: the application cannot sign in ({error.code}).",
            "Check AFFIX_CLIENT_ID, the certificate or secret, and that an administrator of the tenant consented.",
        )
        return
    yield Finding(True, f"Tenant {tenant_id}: the application can sign in.")
    known = mailbox or _known_mailbox(services, tenant_id)
    if known is None:
        yield Finding(True, f"Tenant {tenant_id}: MailboxSettings.Read is not proven; name one with --mailbox ADDRESS.")
    else:
        yield _purpose_permission(services, token, tenant_id, known)


def _known_mailbox(services: Services, tenant_id: str) -> str | None:
    with services.database.session() as session:
        return session.scalar(select(Mailbox.address).where(Mailbox.tenant_id == tenant_id).limit(1))


def _purpose_permission(services: Services, token: str, tenant_id: str, mailbox: str) -> Finding:
    try:
        with services.counts.of(tenant_id):
            purpose = services.mail.purpose(token, mailbox)
    except MailAccessDenied:
        return Finding(
            False,
            f"Tenant {tenant_id}: may not ask what kind of mailbox it is.",
            "Grant the application permission MailboxSettings.Read, with consent; until then people have to choose.",
        )
    except MailGone:
        return Finding(False, f"Tenant {tenant_id}: has no mailbox of that address.", "Name another with --mailbox.")
    except MailError as error:
        return Finding(False, f"Tenant {tenant_id}: Microsoft Graph did not answer ({error.code}).", "Try again later.")
    return Finding(True, f"Tenant {tenant_id}: may ask what kind of mailbox it is ({purpose}).")


def check_destinations(services: Services, tenant_id: str) -> Iterator[Finding]:
    """Each system that the tenant configured, step by step."""
    for row in destination_settings.rows_of(services, tenant_id):
        steps = destination_settings.proven(services, row, lambda destination: destination.check())
        yield from (_of_step(row.name, each) for each in steps)


def examine_live(services: Services, tenant_id: str, name: str, type: str, id: str) -> Iterator[Finding]:
    """What only writing to a record can prove. Nothing where there is no such destination."""
    for row in destination_settings.rows_of(services, tenant_id):
        if row.name == name:
            steps = destination_settings.proven(services, row, lambda destination: destination.check_live(type, id))
            yield from (_of_step(row.name, each) for each in steps)


def _of_step(name: str, step: Step) -> Finding:
    return Finding(step.ok, f"Destination {name}: {step.message}", step.action or "", step.is_warning)


# How the service does


def check_condition(services: Services) -> Iterator[Finding]:
    """What only a running service shows, and what will not go on as it is."""
    yield from _check_postgres(services)
    yield from _check_certificates(services.settings)
    yield from _check_work(services)
    yield from _check_announcements(services)


def _check_postgres(services: Services) -> Iterator[Finding]:
    """Whether it keeps what it confirmed, has room for all processes, and knows the same time."""
    settings = services.settings
    with services.database.engine.connect() as connection:
        found = {name: connection.scalar(text(f"SHOW {name}")) for name in (*DURABLE, "max_connections")}
        taken = connection.scalar(text("SHOW superuser_reserved_connections"))
        ahead = (connection.scalar(text("SELECT clock_timestamp()")) - now()).total_seconds()
    weak = [name for name in DURABLE if found[name] == "off"]
    if weak:
        what = f"PostgreSQL: forgets what it confirmed when the power fails ({', '.join(weak)} off)."
        yield Finding(True, what, "Turn that on in postgresql.conf.", is_warning=True)
    workers = max(1, gauge(services, "affix_workers"))
    each = 2 * settings.database_pool
    wanted = settings.web_workers * min(each, settings.web_threads + 2)
    wanted += int(workers) * min(each, settings.worker_threads + 4)
    room = int(found["max_connections"]) - int(taken)
    if wanted > room:
        what = f"PostgreSQL: takes {room} connections; under load this machine and the workers may want {wanted}."
        yield Finding(True, what, "Raise max_connections in postgresql.conf.", is_warning=True)
    if abs(ahead) > CLOCKS_APART:
        what = f"Clocks: PostgreSQL's is {abs(ahead):.0f} seconds {'ahead' if ahead > 0 else 'behind'}."
        yield Finding(False, what, "Let both machines take their time from the network (NTP).")


def _check_certificates(settings: Settings) -> Iterator[Finding]:
    files = {"CLIENT_CERTIFICATE": settings.client_certificate, "TLS_CERTIFICATE": settings.tls_certificate}
    for name, path in files.items():
        if path is None:
            continue
        end = end_of(path)
        if end is None:
            yield Finding(
                False, f"Certificate: the file of AFFIX_{name} cannot be read.", "Look at its path and rights."
            )
        elif end <= now():
            yield Finding(False, f"Certificate: that of AFFIX_{name} has ended on {end:%Y-%m-%d}.", RENEW)
        else:
            is_soon = end <= now() + ENDS_SOON
            what = f"Certificate: that of AFFIX_{name} lasts until {end:%Y-%m-%d}."
            yield Finding(True, what, RENEW if is_soon else "", is_warning=is_soon)


def _check_work(services: Services) -> Iterator[Finding]:
    workers, age = gauge(services, "affix_workers"), gauge(services, "affix_queue_oldest_seconds", "saves")
    if age > LATE:
        what = f"Work: a save has been due for {age / 60:.0f} minutes, with {workers:.0f} workers."
        fix = "See whether a destination is away." if workers else "Start 'affix worker'."
        yield Finding(False, what, f"{fix} What waits is saved then.")
    elif not workers:
        yield Finding(True, "Work: no worker was heard of just now.", "Start 'affix worker'.", is_warning=True)
    else:
        yield Finding(True, f"Work: {workers:.0f} workers; nothing has waited for long.")
    ended, ending = gauge(services, "affix_grants", "ended"), gauge(services, "affix_grants", "ending")
    if ended or ending:
        what = f"People: grants that have ended: {ended:.0f}; that end within two weeks: {ending:.0f}."
        yield Finding(True, what, "Have them open Affix in Outlook; administrators see who it is.", is_warning=True)


def _check_announcements(services: Services) -> Iterator[Finding]:
    settings = services.settings
    if settings.notification_url is None:
        what = f"Notifications: off; new mail is found by looking every {settings.poll_seconds} seconds."
        yield Finding(True, what)
        return
    refused = gauge(services, "affix_subscriptions", "refused")
    if refused:
        what = f"Notifications: Microsoft 365 refused to announce the mail of {refused:.0f} mailboxes."
        fix = f"Grant the application permission Mail.Read, and let Microsoft reach {settings.notification_url}."
        yield Finding(True, what, fix, is_warning=True)
    else:
        yield Finding(True, f"Notifications: go to {settings.notification_url}.")


def gauge(services: Services, name: str, *labels: str) -> float:
    """A number of /metrics, as it is now."""
    [state] = [each for each in STATES if each.name == name]
    with services.database.session() as session:
        return float(dict(state.samples(services.settings, session)).get(labels, 0.0))


def examine(
    settings: Settings, http: requests.Session, build: Callable[[], Services], mailbox: str | None = None
) -> Iterator[Finding]:
    """All findings in the order in which they should be mended. Later ones are left out when the
    database is missing.
    """
    yield Finding(True, "Settings: complete.")
    yield check_address(settings)
    yield check_keys(settings)
    database = check_database(settings)
    yield database
    yield check_signing_keys(settings, http)
    if database.ok:
        services = build()
        yield from check_condition(services)
        for tenant_id in settings.tenants:
            yield from check_tenant(services, tenant_id, mailbox)
            yield from check_destinations(services, tenant_id)
        services.close()
