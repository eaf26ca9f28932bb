"""`affix keys`: the keys with which grants and secrets are stored sealed."""

import sys

import click

from server import rotation
from server.cli.parts import whole
from server.clock import iso
from server.rotation import Others


@click.group()
def keys() -> None:
    """The keys with which grants and secrets are stored sealed: AFFIX_SECRET_KEYS, the first one seals."""


@keys.command("list")
def list_command() -> None:
    """Print the names of the keys, and how much each has sealed. Never the keys themselves."""
    with whole() as services:
        mine = services.sealer.key_ids
        counts = rotation.counts(services)
    for number, key in enumerate(mine):
        sealed = ", ".join(f"{count} {title}" for title, by, count in counts if by == key)
        click.echo(f"{key}  {'seals' if number == 0 else 'opens'}  {sealed or 'nothing'}")
    for title, by, count in counts:
        if by not in mine:
            click.echo(f"{by}  is not in AFFIX_SECRET_KEYS  {count} {title} that nobody can open")


@keys.command("rotate")
def rotate_command() -> None:
    """Seal everything with the first key, while the service works, and say when the others may go.

    Put the new key last and restart every process; put it first and restart them again; then this. It can be broken
    off, and goes on where it was.
    """
    with whole() as services:
        first, *rest = services.sealer.key_ids
        others = rotation.others(services)
        if others.strangers:
            _refuse(first, others)
        done = rotation.rotate(services)
        others = rotation.others(services)
        until = rotation.links_until(services)
    click.echo(f"{done.changed} sealed anew with {first}.")
    for title, count in done.unopened:
        click.echo(f"{count} {title} cannot be opened with any of these keys, and stay as they are.", err=True)
    if others.behind:
        click.echo(f"{others.behind} connections are of processes that still seal with another key. Restart them and")
        click.echo("rotate once more before you take a key away.")
    elif rest and not done.unopened:
        when = f"from {iso(until)} on: until then links to sign-ins may be on their way" if until else "now"
        click.echo(f"{', '.join(rest)} may be taken out of AFFIX_SECRET_KEYS {when}.")
    sys.exit(1 if done.unopened or others.behind else 0)


def _refuse(first: str, others: Others) -> None:
    click.echo(
        f"{others.strangers} connections are of processes that do not know the key {first} yet. Nothing was changed."
        " Give them both keys, the new one last, and restart them.",
        err=True,
    )
    sys.exit(1)
