"""What several commands need: the service for a tenant, and findings on the screen."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from server.doctor import Finding
from server.http import Session
from server.services import Services
from server.settings import load
from server.wiring import build

TENANT = click.option("--tenant", required=True, help="The tenant's id, one of AFFIX_TENANTS.")


@contextmanager
def serving(tenant: str) -> Iterator[Services]:
    """The service, for a tenant that may use it."""
    settings = load()
    if tenant.lower() not in settings.tenants:
        raise click.BadParameter("this tenant is not in AFFIX_TENANTS", param_hint="--tenant")
    services = build(settings, Session())
    try:
        yield services
    finally:
        services.close()


@contextmanager
def whole() -> Iterator[Services]:
    """The service, for all tenants."""
    services = build(load(), Session())
    try:
        yield services
    finally:
        services.close()


def show(findings: Iterable[Finding]) -> NoReturn:
    """Line by line as they come. The exit status is 1 if there is something to fix, or nothing at all was found."""
    failed, count = False, 0
    for finding in findings:
        word = "FIX " if not finding.ok else "SOON" if finding.is_warning else "ok  "
        click.echo(f"{word} {finding.what}")
        if finding.fix:
            click.echo(f"     {finding.fix}")
        failed, count = failed or not finding.ok, count + 1
    if not count:
        click.echo("There is no destination of that name.", err=True)
    sys.exit(1 if failed or not count else 0)
