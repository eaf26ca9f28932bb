"""The add-in's manifest for one place: manifest.xml with the address of the service and the app registration put in.

Knows neither settings nor the database, so that a manifest can be written on any machine.
"""

import re
from pathlib import Path
from xml.sax.saxutils import escape

# The places that manifest.xml is written with, and that are replaced.
TEMPLATE_HOST = "localhost:3000"
TEMPLATE_CLIENT_ID = "00000000-0000-4000-8000-000000000000"

_ORIGIN = re.compile(
    r"https://(?P<host>[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:(?P<port>\d{1,5}))?)/?"
)
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def find_template() -> Path:
    """Where manifest.xml lies: beside this file in an installed package, at the top of a working copy."""
    here = Path(__file__).parent
    packaged = here / "manifest.xml"
    return packaged if packaged.exists() else here.parent / "manifest.xml"


def render(base_url: str, client_id: str, template_path: Path | None = None) -> str:
    """The manifest for a service at `base_url` and the app registration `client_id`.

    Raises ValueError with a sentence for a person when one of them cannot stand in a manifest.
    """
    host = _parse_host(base_url)
    identifier = _parse_client_id(client_id)
    template = (template_path or find_template()).read_text(encoding="utf-8")
    return template.replace(TEMPLATE_HOST, escape(host)).replace(TEMPLATE_CLIENT_ID, escape(identifier))


def _parse_host(base_url: str) -> str:
    """Host and port of the pane. Outlook takes https alone, and Office derives the App ID URI from host and port."""
    found = _ORIGIN.fullmatch(base_url.strip().lower())
    if not found or (found["port"] and not 0 < int(found["port"]) < 65536):
        raise ValueError(f"{base_url!r} is no https address without a path, such as https://affix.example.com")
    return found["host"]


def _parse_client_id(client_id: str) -> str:
    identifier = client_id.strip().lower()
    if not _GUID.fullmatch(identifier):
        raise ValueError(f"{client_id!r} is no application (client) id, such as 1b2c3d4e-0000-4000-8000-1b2c3d4e5f60")
    return identifier
