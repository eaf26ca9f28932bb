"""`affix webhooks`: what administrators do in the API, for the operator at the command line."""

from uuid import UUID

import click

from server.cli.parts import TENANT, serving
from server.webhooks import endpoints
from server.webhooks.endpoints import Wanted
from server.webhooks.events import EVENTS

ID = click.argument("webhook", type=click.UUID, metavar="ID")


@click.group()
def webhooks() -> None:
    """The addresses that a tenant has told what happens."""


@webhooks.command("list")
@TENANT
def list_command(tenant: str) -> None:
    """Print the webhooks: id, state, address and why one rests."""
    with serving(tenant) as services:
        for each in endpoints.listed(services, tenant.lower()):
            click.echo(f"{each['id']}  {each['state']}  {each['url']}  {each['waiting']} waiting")
            if each["reason"]:
                click.echo(f"     {each['reason']}")


@webhooks.command("add")
@TENANT
@click.option("--event", "events", multiple=True, help="One of the events; all of them without this option.")
@click.option("--title", help="What people read.")
@click.argument("url")
def add_command(tenant: str, events: tuple[str, ...], title: str | None, url: str) -> None:
    """Have the https address URL told of events. Its secret is printed, and never again."""
    with serving(tenant) as services:
        made = endpoints.add(services, tenant.lower(), None, Wanted(url, events or tuple(EVENTS), title))
    click.echo(f"{made['id']}  {made['secret']}")


@webhooks.command("remove")
@TENANT
@ID
def remove_command(tenant: str, webhook: UUID) -> None:
    """Tell it nothing any more. What waits for it is not sent."""
    with serving(tenant) as services:
        endpoints.remove(services, tenant.lower(), None, webhook)
    click.echo("It is told nothing any more.")


@webhooks.command("test")
@TENANT
@ID
def test_command(tenant: str, webhook: UUID) -> None:
    """Have a running worker send it something that means nothing."""
    with serving(tenant) as services:
        sent = endpoints.test(services, tenant.lower(), webhook)
    click.echo(f"{sent['number']} is on its way; the deliveries show what became of it.")
