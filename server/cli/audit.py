"""`affix audit`: whether the record of what people did is as it was written."""

import sys

import click

from server.administration import chain
from server.administration.chain import Verified, read_link
from server.cli.parts import TENANT, serving, whole
from server.clock import iso


@click.group()
def audit() -> None:
    """The record of what people did."""


@audit.command("verify")
@click.option("--tenant", help="One of AFFIX_TENANTS; all of them without it.")
@click.option("--through", metavar="NUMBER:DIGEST", help="A newest link that was noted before; with --tenant.")
def verify_command(tenant: str | None, through: str | None) -> None:
    """Prove that no line was changed, taken out or slipped in. Exit status 1 if one was.

    Note the newest link that this prints, or that the log tells each day, where nobody who can write to the database
    can write: with --through it proves that the chain is still the same one.
    """
    if through and not tenant:
        raise click.UsageError("--through belongs to a --tenant.")
    noted = read_link(through) if through else None
    with whole() as services:
        known = {each for each, _ in chain.heads(services.database)} | set(services.settings.tenants)
        if tenant and tenant.lower() not in known:
            raise click.BadParameter("there is nothing of this tenant", param_hint="--tenant")
        found = [
            chain.verify(services.database, each, noted) for each in ([tenant.lower()] if tenant else sorted(known))
        ]
    for each in found:
        _show(each)
    sys.exit(1 if any(each.wrong for each in found) else 0)


@audit.command("notes")
@TENANT
def notes_command(tenant: str) -> None:
    """Print what operators did and what was forgotten: number, time and what."""
    with serving(tenant) as services, services.database.session() as session:
        for number, at, note in chain.notes(session, tenant.lower()):
            about = "  ".join(f"{name}={value}" for name, value in note.items() if name not in ("what", "digest"))
            click.echo(f"{number}  {iso(at)}  {note['what']}  {about}".rstrip())


def _show(found: Verified) -> None:
    newest = f"the newest is {found.head}" if found.head else "nothing happened yet"
    before = f", {found.forgotten} before them are forgotten" if found.forgotten else ""
    click.echo(f"{'FIX' if found.wrong else 'ok '} {found.tenant_id}: {found.links} links{before}; {newest}")
    for each in found.wrong:
        click.echo(f"    {each}")
