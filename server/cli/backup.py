"""`affix backup`: how this installation is backed up, and whether what was restored is whole."""

import shlex
from collections.abc import Iterator

import click
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from server import migrate, rotation
from server.administration import chain
from server.auth.sealing import Sealer
from server.cli.parts import show, whole
from server.clock import iso
from server.db import address_of
from server.doctor import Finding
from server.models import Activity, Watch
from server.services import Services
from server.settings import load

TEXT = """\
Everything that Affix stores is in its PostgreSQL. Passwords come from ~/.pgpass or PGPASSWORD.

Once a day, while the service works:
  pg_dump --format=custom --file=affix.dump {address}
To any moment, for large installations (with archive_mode and archive_command in postgresql.conf):
  pg_basebackup --pgdata=affix-base --wal-method=stream --checkpoint=fast --dbname={server}

Keep apart from it, or whoever has the copy has the grants of everybody:
  AFFIX_SECRET_KEYS ({keys}), without which people have to sign in again and destinations are entered anew
  the certificate or secret of the app registration, and the other settings
Nothing else that lies on a machine matters: no files in AFFIX_DATA_DIR but the PostgreSQL that comes with Affix.

To restore, with every process of Affix stopped:
  createdb {create}
  pg_restore --exit-on-error --no-owner --dbname={address} affix.dump
  affix db upgrade && affix backup check
Then start them. Mail that came since is found by itself, and nothing is saved to its record a second time. What people
did since is gone, and whose grant was renewed since has to open Affix once.
"""


@click.group()
def backup() -> None:
    """How this installation is backed up, and whether what was restored is whole."""


@backup.command("hints")
def hints_command() -> None:
    """Print the commands for this database, what else to keep, and how to restore."""
    settings = load()
    address = make_url(address_of(settings)).set(drivername="postgresql")._replace(password=None)
    plain = address.render_as_string()
    name = address.database or "affix"
    click.echo(
        TEXT.format(
            address=shlex.quote(plain),
            server=shlex.quote(address.set(database="postgres").render_as_string()),
            create=f"--maintenance-db={shlex.quote(address.set(database='postgres').render_as_string())} {name}",
            keys=", ".join(Sealer([key.get_secret_value() for key in settings.secret_keys]).key_ids),
        ),
        nl=False,
    )


@backup.command("check")
def check_command() -> None:
    """Check the database of the settings, as after a restore: schema, keys, audit log, and how old it is."""
    with whole() as services:
        show(_findings(services))


def _findings(services: Services) -> Iterator[Finding]:
    if not migrate.is_current(services.database.engine):
        yield Finding(False, "Schema: of an older version.", "Run 'affix db upgrade'.")
        return
    yield Finding(True, "Schema: of this version.")
    unopened = rotation.unopened(services)
    for title, count in unopened:
        yield Finding(False, f"Keys: {count} {title} cannot be opened.", "Add the key to AFFIX_SECRET_KEYS.")
    if not unopened:
        yield Finding(True, "Keys: all that is sealed can be opened.")
    for tenant_id, link in chain.heads(services.database):
        found = chain.verify(services.database, tenant_id)
        yield Finding(not found.wrong, f"Audit log of {tenant_id}: {found.links} links, the newest is {link}.")
        for each in found.wrong:
            yield Finding(False, f"Audit log of {tenant_id}: {each}", "Restore an earlier copy, or ask who changed it.")
    with services.database.session() as session:
        newest = session.scalar(
            select(func.greatest(func.max(Activity.at), select(func.max(Watch.synced_at)).scalar_subquery()))
        )
    if newest:
        yield Finding(True, f"Age: what happened after {iso(newest)} is not in it.")
