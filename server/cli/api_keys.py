"""`affix api-key`: what administrators do in the API, for the operator at the command line."""

from uuid import UUID

import click

from server import api_keys
from server.auth.api_keys import SCOPES
from server.cli.parts import TENANT, serving


@click.group()
def api_key() -> None:
    """The keys with which programs use a tenant's account API."""


@api_key.command("add")
@TENANT
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(list(SCOPES)), help="Or several.")
@click.option("--days", type=click.IntRange(1, api_keys.MOST_DAYS), default=api_keys.USUAL_DAYS, show_default=True)
@click.argument("name")
def add_command(tenant: str, scopes: tuple[str, ...], days: int, name: str) -> None:
    """Make a key for the program NAME. It is printed, and never again."""
    with serving(tenant) as services:
        made = api_keys.make(services, tenant.lower(), None, name, list(scopes), days)
    click.echo(made["key"])


@api_key.command("list")
@TENANT
def list_command(tenant: str) -> None:
    """Print the keys: id, state, end, last use, scopes and name. Never the keys themselves."""
    with serving(tenant) as services:
        for each in api_keys.listed(services, tenant.lower()):
            used = f"used {each['lastUsedAt']}" if each["lastUsedAt"] else "never used"
            scopes = ",".join(each["scopes"])
            click.echo(f"{each['id']}  {each['state']}  until {each['expiresAt']}  {used}  {scopes}  {each['name']}")


@api_key.command("revoke")
@TENANT
@click.argument("key", type=click.UUID, metavar="ID")
def revoke_command(tenant: str, key: UUID) -> None:
    """Let nobody in with it any more, from now on."""
    with serving(tenant) as services:
        api_keys.revoke(services, tenant.lower(), None, key)
    click.echo("Nobody is let in with it any more.")
