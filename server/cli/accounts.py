"""`affix account`: the mailboxes that programs use, for the operator at the command line."""

import click

from server.accounts import changing, verifying
from server.accounts.verifying import CHECKS, MOST_PATIENCE, USUAL_PATIENCE
from server.cli.parts import TENANT, serving, show
from server.doctor import Finding

SHOWN = 100  # at once


@click.group()
def account() -> None:
    """The mailboxes that programs use through the account API."""


@account.command("list")
@TENANT
def list_command(tenant: str) -> None:
    """Print the accounts: id, type, state, address and what is wrong."""
    with serving(tenant) as services:
        page, pages = 0, 1
        while page < pages:
            found = changing.listed(services, tenant.lower(), page, SHOWN, None, None)
            for each in found["accounts"]:
                click.echo(f"{each['account']}  {each['type']}  {each['state']}  {each['email']}")
                if each["lastError"]:
                    click.echo(f"     {each['lastError']['response']}")
            page, pages = page + 1, found["pages"]


@account.command("verify")
@TENANT
@click.option("--check", "checks", multiple=True, type=click.Choice(CHECKS), help="One of the checks; all without it.")
@click.option("--seconds", type=click.FloatRange(1, MOST_PATIENCE), default=USUAL_PATIENCE, show_default=True)
@click.argument("name")
def verify_command(tenant: str, checks: tuple[str, ...], seconds: float, name: str) -> None:
    """Prove that the account NAME works: its state, its folders, a message to itself, the webhook for new messages."""
    with serving(tenant) as services:
        found = verifying.verify(services, tenant.lower(), name, checks or CHECKS, seconds)
        show(Finding(each.ok, each.check, each.message) for each in found)
