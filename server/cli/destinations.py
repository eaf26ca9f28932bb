"""`affix destinations`: what administrators do in the API, for the operator at the command line."""

import json
import os
from pathlib import Path
from typing import Any, TextIO

import click

from server import destination_settings
from server.cli.parts import TENANT, serving
from server.destinations.netsuite import certificate

NAME = click.option("--name", required=True, help="The name that its records carry.")
TITLE = click.option("--title", help="What people read.")
SET = click.option(
    "--set", "single", multiple=True, metavar="KEY=VALUE",
    help="One setting. KEY=@FILE reads the value from a file; certificates.0.id names one within others. A value that "
    "begins with [ or { is read as JSON.",
)  # fmt: skip
FILE = click.argument("file", type=click.File(encoding="utf-8"), required=False)


@click.group()
def destinations() -> None:
    """The systems that a tenant saves to."""


@destinations.command("kinds")
def kinds_command() -> None:
    """Print the kinds of systems, with the settings of each; * are needed."""
    for kind in destination_settings.all_kinds():
        click.echo(f"{kind['kind']}  {kind['title']}")
        needed = kind["settings"].get("required", ())
        for name, field in kind["settings"]["properties"].items():
            mark = "*" if name in needed else " "
            click.echo(f"  {mark} {name:20} {field.get('description') or field.get('title', '')}")


@destinations.command("list")
@TENANT
def list_command(tenant: str) -> None:
    """Print the destinations: name, kind, title, and what somebody should do about them."""
    with serving(tenant) as services:
        for each in destination_settings.listed(services, tenant.lower()):
            click.echo(f"{each['name']}  {each['kind']}  {each['title']}")
            for warning in each["warnings"]:
                click.echo(f"     {warning['message']} {warning['action'] or ''}".rstrip())


@destinations.command("add")
@TENANT
@NAME
@click.option("--kind", required=True, help="One of `affix destinations kinds`.")
@TITLE
@click.option("--again", is_flag=True, help="It is the system that had this name before.")
@SET
@FILE
def add_command(
    tenant: str, name: str, kind: str, title: str | None, again: bool, single: tuple[str, ...], file: TextIO | None
) -> None:
    """Configure a system to save to, with settings from a JSON FILE (- is the standard input), from --set, or both."""
    with serving(tenant) as services:
        settings = _settings(file, single)
        destination_settings.add(services, tenant.lower(), None, kind, name, title, settings, again)
    click.echo(f"{name} is configured. Prove it with: affix doctor")


@destinations.command("change")
@TENANT
@NAME
@TITLE
@SET
@FILE
def change_command(tenant: str, name: str, title: str | None, single: tuple[str, ...], file: TextIO | None) -> None:
    """Change settings as `add` takes them. What is left out stays; null in the FILE takes a setting away."""
    with serving(tenant) as services:
        settings = _settings(file, single) if file or single else None
        destination_settings.change(services, tenant.lower(), None, name, title, settings)
    click.echo(f"{name} is changed. Running processes know within 5 seconds.")


@destinations.command("remove")
@TENANT
@NAME
@click.option("--force", is_flag=True, help="Also while saves wait for it: they fail.")
def remove_command(tenant: str, name: str, force: bool) -> None:
    """No longer save there. What was saved stays there; rules for it stop."""
    with serving(tenant) as services:
        done = destination_settings.remove(services, tenant.lower(), None, name, force)
    click.echo(
        f"{name} is removed. Rules that stopped: {done['stoppedRules']}. Saves that failed: {done['failedSaves']}."
    )


@destinations.command("certificate")
@click.option("--key", "path", required=True, type=click.Path(path_type=Path), help="A new file for the private key.")
@click.option("--rsa", is_flag=True, help="An RSA key of 3072 bits instead of one on the curve P-256.")
def certificate_command(path: Path, rsa: bool) -> None:
    """Make a key and a certificate for NetSuite. The certificate is printed, to be uploaded there."""
    made = certificate.make("rsa" if rsa else "ec")
    try:
        with open(path, "x", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(made.private_key)
    except OSError as error:
        raise click.ClickException(f"The key cannot be written to {path}: {error.strerror}.") from None
    click.echo(made.certificate, nl=False)
    click.echo(f"The private key is in {path}, for nobody else to read.", err=True)


def _settings(file: TextIO | None, single: tuple[str, ...]) -> dict[str, Any]:
    """Of the file, and over it those that are named one by one."""
    try:
        settings = json.load(file) if file else {}
    except ValueError:
        raise click.BadParameter("this is no JSON", param_hint="FILE") from None
    if not isinstance(settings, dict):
        raise click.BadParameter("the settings are an object: {…}", param_hint="FILE")
    for each in single:
        key, is_there, value = each.partition("=")
        if not is_there or not key:
            raise click.BadParameter("write KEY=VALUE or KEY=@FILE", param_hint="--set")
        settings = _with(settings, key.split("."), _value(value))
    return settings


def _value(text: str) -> Any:
    if text.startswith("@"):
        try:
            return Path(text[1:]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise click.BadParameter(f"{text[1:]} cannot be read: {error}", param_hint="--set") from None
    try:
        return json.loads(text) if text[:1] in ("[", "{") else text
    except ValueError:
        raise click.BadParameter("this value begins like JSON, but is none", param_hint="--set") from None


def _with(thing: Any, path: list[str], value: Any) -> Any:
    """The thing with another value at a path; numbers are places in lists, which grow by one at a time."""
    if not path:
        return value
    first, *rest = path
    if first.isdecimal():
        found = list(thing) if isinstance(thing, list) else []
        place = int(first)
        if place > len(found):
            raise click.BadParameter(f"{first} comes before the places under it", param_hint="--set")
        before = found[place] if place < len(found) else None
        return [*found[:place], _with(before, rest, value), *found[place + 1 :]]
    known = thing if isinstance(thing, dict) else {}
    return {**known, first: _with(known.get(first), rest, value)}
