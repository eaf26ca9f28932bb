"""`affix export` and `affix delete`: what is stored about one person or one mailbox."""

import sys
from collections.abc import Iterable
from typing import TextIO

import click

from server.administration import deleting, exporting
from server.administration.deleting import Deleted
from server.cli.parts import TENANT, serving

OUTPUT = click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="A file; else the screen.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def export() -> None:
    """All that is stored about one person or one mailbox, a row on each line, as JSON. No secrets."""


@export.command("person")
@TENANT
@OUTPUT
@click.argument("person")
def export_person(tenant: str, output: TextIO, person: str) -> None:
    """Of a PERSON, by object id or address."""
    with serving(tenant) as services:
        _write(exporting.of_person(services, tenant.lower(), person), output)


@export.command("mailbox")
@TENANT
@OUTPUT
@click.argument("mailbox")
def export_mailbox(tenant: str, output: TextIO, mailbox: str) -> None:
    """Of a MAILBOX, by its address, with the emails that Affix's own records have from it, without their files."""
    with serving(tenant) as services:
        _write(exporting.of_mailbox(services, tenant.lower(), mailbox), output)


@click.group("delete")
def delete_() -> None:
    """Take away what is stored about one person or one mailbox, as far as others do not need it."""


@delete_.command("person")
@TENANT
@YES
@click.argument("person")
def delete_person(tenant: str, yes: bool, person: str) -> None:
    """Of a PERSON, by object id or address. Their grant is forgotten, and rules that stand on it stop."""
    _confirm(yes, f"Delete what is stored about {person}?", deleting.STAYS_OF_PERSON)
    with serving(tenant) as services:
        _show(deleting.person(services, tenant.lower(), person))


@delete_.command("mailbox")
@TENANT
@YES
@click.argument("mailbox")
def delete_mailbox(tenant: str, yes: bool, mailbox: str) -> None:
    """Of a MAILBOX, by its address. Its rules are removed and its licence is free; nothing changes in Outlook."""
    _confirm(yes, f"Delete what is stored about {mailbox}?", deleting.STAYS_OF_MAILBOX)
    with serving(tenant) as services:
        _show(deleting.mailbox(services, tenant.lower(), mailbox))


def _write(lines: Iterable[str], output: TextIO) -> None:
    count = 0
    for line in lines:
        output.write(line)
        count += 1
    output.flush()
    click.echo(f"{count} rows", err=True)
    sys.exit(0 if count else 1)


def _confirm(yes: bool, question: str, stays: Iterable[str]) -> None:
    if not yes:
        click.echo("This stays:")
        for each in stays:
            click.echo(f"  {each}")
        click.confirm(question, abort=True)


def _show(deleted: Deleted) -> None:
    for what, count in deleted.gone.items():
        if count:
            click.echo(f"{count:6}  {what}")
    click.echo("This stays:")
    for each in deleted.stays:
        click.echo(f"  {each}")
