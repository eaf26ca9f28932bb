"""`affix grants`: what people left with Affix so that it can act as them."""

import click

from server import revoking
from server.cli.parts import TENANT, serving
from server.clock import iso

HINT = (
    "Entra keeps what it once issued until it ends or is revoked there (Revoke-MgUserSignInSession). It is of no use"
    " without Affix's certificate or secret: replace that too if it may have got out."
)


@click.group()
def grants() -> None:
    """What people left with Affix so that it can act as them."""


@grants.command("list")
@TENANT
def list_command(tenant: str) -> None:
    """Print whose grants there are, when they were last renewed and which are lost. Never what they are."""
    with serving(tenant) as services:
        for each in revoking.listed(services, tenant.lower()):
            state = f"lost since {iso(each.lost_at)}" if each.lost_at else "good"
            click.echo(f"{each.oid}  {state}  renewed {iso(each.updated_at)}  {each.address}")


@grants.command("revoke")
@TENANT
@click.argument("person")
def revoke_command(tenant: str, person: str) -> None:
    """Forget the grant of a PERSON (object id or address). Until they come back nothing is done in their name."""
    with serving(tenant) as services:
        revoking.revoke(services, tenant.lower(), person)
    click.echo(f"The grant is forgotten, in every process within {revoking.NOTICED_WITHIN:.0f} seconds. {HINT}")


@grants.command("revoke-all")
@TENANT
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke_all_command(tenant: str, yes: bool) -> None:
    """Forget the grants of everybody in the tenant, as after a break-in. Who opens Affix again leaves a new one."""
    if not yes:
        click.confirm("Nothing is done in anybody's name until they open Affix again. Go on?", abort=True)
    with serving(tenant) as services:
        count = revoking.revoke_all(services, tenant.lower())
    click.echo(f"{count} grants are forgotten, in every process within {revoking.NOTICED_WITHIN:.0f} seconds. {HINT}")
