"""`affix doctor`: proves the set-up step by step and says what to fix. Prints nothing secret and changes nothing; only
with `--live` is a destination asked to write something, and to take it away again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import requests
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from server import destination_settings, migrate
from server.auth.sealing import Sealer
from server.db import Database, address_of
from server.destinations.base import Step
from server.errors import AffixError
from server.mail.base import MailAccessDenied, MailError, MailGone
from server.models import Mailbox
from server.services import Services
from server.settings import Settings


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
        for tenant_id in settings.tenants:
            yield from check_tenant(services, tenant_id, mailbox)
            yield from check_destinations(services, tenant_id)
        services.close()
