"""The command `affix`. Each command reads the settings and calls one function."""

import base64
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from server import doctor, licensing, logs, manifest, migrate
from server.cli.accounts import account
from server.cli.api_keys import api_key
from server.cli.audit import audit
from server.cli.backup import backup
from server.cli.belongings import delete_, export
from server.cli.destinations import destinations
from server.cli.grants import grants
from server.cli.keys import keys
from server.cli.parts import TENANT, serving, show
from server.cli.webhooks import webhooks
from server.clock import iso, now
from server.db import Database, address_of, stop_embedded
from server.destinations.base import DestinationError
from server.destinations.local.importing import import_records
from server.errors import AffixError
from server.http import Session
from server.jobs import run_worker
from server.settings import Settings, load
from server.wiring import build

SERVING = Path(__file__).parents[1] / "serving.py"


def main() -> None:
    """Entry point: errors of ours become one sentence and exit status 1."""
    try:
        cli()
    except (AffixError, DestinationError) as error:
        click.echo(f"affix: {error.message}", err=True)
        sys.exit(1)


@click.group()
def cli() -> None:
    """Affix attaches Outlook email to business records."""


@cli.command()
@click.option("--bind", help="Address and port; AFFIX_BIND by default.")
def run(bind: str | None) -> None:
    """Serve the pane and the API with gunicorn. SIGHUP has it load the code and the certificate anew."""
    settings = load()
    _upgrade(settings)
    command = ["gunicorn", "--config", str(SERVING), "--bind", bind or settings.bind]
    command += ["--workers", str(settings.web_workers), "--threads", str(settings.web_threads)]
    if settings.tls_certificate and settings.tls_key:
        command += ["--certfile", str(settings.tls_certificate), "--keyfile", str(settings.tls_key)]
    os.execv(sys.executable, [sys.executable, "-m", *command])


@cli.command()
@click.option("--threads", type=int, help="How many messages at once; AFFIX_WORKER_THREADS by default.")
def worker(threads: int | None) -> None:
    """Save in the background. Run as many of these as you like, on as many machines."""
    settings = load()
    logs.configure(settings.log_level)
    run_worker(build(settings, Session()), threads)


@cli.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the schema of this version."""
    _upgrade(load())
    click.echo(f"The database is at {migrate.newest()}.")


@db.command("stop")
def db_stop() -> None:
    """Stop the embedded PostgreSQL, which goes on running when `affix run` ends."""
    settings = load()
    if settings.database_url:
        raise click.UsageError("AFFIX_DATABASE_URL is set: that database is not ours to stop.")
    stop_embedded(settings)
    click.echo("The embedded PostgreSQL is stopped.")


def _upgrade(settings: Settings) -> None:
    database = Database(address_of(settings), 1)
    migrate.upgrade(database.engine)
    database.close()


@cli.command("doctor")
@click.option("--mailbox", help="A mailbox to prove the permission with; by default one that was used already.")
@click.option("--live", metavar="TENANT/NAME", help="Prove one destination by writing to a record there.")
@click.option("--record", metavar="TYPE/ID", help="The record for --live; what is written is taken away again.")
def doctor_command(mailbox: str | None, live: str | None, record: str | None) -> None:
    """Check settings, database, keys, Graph access and destinations, and say what to fix."""
    if bool(live) != bool(record):
        raise click.UsageError("--live and --record belong together.")
    settings = load()
    http = Session()
    if live is None or record is None:
        show(doctor.examine(settings, http, lambda: build(settings, http), mailbox))
    tenant, _, name = live.rpartition("/")
    type, _, id = record.partition("/")
    with serving(tenant) as services:
        show(doctor.examine_live(services, tenant.lower(), name, type, id))


@cli.command("manifest")
@click.option("--base-url", required=True, help="Where the pane is served, such as https://affix.example.com")
@click.option("--client-id", required=True, help="The app registration's client id.")
def manifest_command(base_url: str, client_id: str) -> None:
    """Print the add-in's manifest for another host."""
    try:
        click.echo(manifest.render(base_url, client_id))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@cli.group()
def licenses() -> None:
    """The mailboxes that Autopilot may work for."""


@licenses.command("list")
@TENANT
def licenses_list(tenant: str) -> None:
    """Print the licences: mailbox, state and end."""
    with serving(tenant) as services, services.database.session() as session:
        for each in licensing.assigned_in(session, tenant.lower()):
            click.echo(f"{each.mailbox.address}  {each.state(now())}  {iso(each.expires_at) or 'no end'}")


@licenses.command("add")
@TENANT
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it expires (UTC).")
@click.argument("mailbox")
def licenses_add(tenant: str, until: datetime | None, mailbox: str) -> None:
    """Give a MAILBOX a licence."""
    expires_at = until.replace(tzinfo=UTC) if until else None
    with serving(tenant) as services, services.database.session.begin() as session:
        licensing.assign(services, session, tenant.lower(), mailbox, None, expires_at)
    click.echo(f"{mailbox} has a licence.")


@licenses.command("remove")
@TENANT
@click.argument("mailbox")
def licenses_remove(tenant: str, mailbox: str) -> None:
    """Take the licence of a MAILBOX away. Its rules stay, and rest."""
    with serving(tenant) as services, services.database.session.begin() as session:
        assigned = {each.mailbox.address: each for each in licensing.assigned_in(session, tenant.lower())}
        found = assigned.get(mailbox.lower())
        if found:
            licensing.end(services, session, found, None)
    click.echo(f"{mailbox} has no licence any more." if found else f"{mailbox} had no licence.")


cli.add_command(api_key)
cli.add_command(account)
cli.add_command(audit)
cli.add_command(backup)
cli.add_command(delete_)
cli.add_command(export)
cli.add_command(grants)
cli.add_command(keys)
cli.add_command(destinations)
cli.add_command(webhooks)


@cli.command()
def key() -> None:
    """Print a new key for AFFIX_SECRET_KEYS."""
    click.echo(base64.b64encode(secrets.token_bytes(32)).decode())


@cli.command("import-records")
@click.option("--tenant", required=True, help="The tenant that the records are for.")
@click.argument("file", type=click.File(encoding="utf-8"))
def import_records_command(tenant: str, file: TextIO) -> None:
    """Read records of the built-in destination from a CSV FILE. The same file again changes nothing."""
    settings = load()
    if tenant.lower() not in settings.tenants:
        raise click.BadParameter("this tenant is not in AFFIX_TENANTS", param_hint="--tenant")
    database = Database(address_of(settings), 1)
    counts = import_records(database.engine, tenant.lower(), file)
    database.close()
    click.echo(f"{counts.created} new, {counts.updated} changed, {counts.unchanged} as before.")
    for sentence in counts.refused:
        click.echo(sentence, err=True)
    sys.exit(1 if counts.refused_lines else 0)
