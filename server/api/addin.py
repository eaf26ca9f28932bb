"""The task pane's static files, and what the pane must know before anybody signed in."""

from pathlib import Path

from apiflask import APIBlueprint
from flask import Response, send_from_directory

from server.services import Services
from server.settings import Settings

FOLDER = Path(__file__).resolve().parents[2] / "addin"
OFFICE = "https://appsforoffice.microsoft.com https://ajax.aspnetcdn.com"
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def blueprint(services: Services) -> APIBlueprint:
    settings = services.settings
    addin = APIBlueprint("addin", __name__, url_prefix="/addin", enable_openapi=False)

    @addin.get("/config.json")
    def config() -> dict[str, object]:
        """Public: which app registration the pane signs in to, and for what."""
        uri = settings.app_id_uris[0] if settings.app_id_uris else settings.default_app_id_uri
        return {
            "clientId": settings.client_id,
            "authority": f"https://{settings.login_host}/common",
            "scopes": [f"{uri}/access_as_user"],
        }

    @addin.get("/<path:name>")
    def file(name: str) -> Response:
        response = send_from_directory(FOLDER, name, max_age=300)
        if Path(name).suffix in TYPES:
            response.mimetype = TYPES[Path(name).suffix]
        response.headers["Content-Security-Policy"] = policy(settings)
        response.headers["Cache-Control"] = "no-cache" if name.endswith(".html") else "public, max-age=300"
        return response

    return addin


def policy(settings: Settings) -> str:
    """Scripts of our own and office.js (the older builds load one file from aspnetcdn); framed by
    Outlook's hosts only.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {OFFICE}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data: https://res.cdn.office.net",
            f"connect-src 'self' https://{settings.login_host} {OFFICE}",
            f"frame-src https://{settings.login_host}",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {' '.join(settings.frame_ancestors)}",
        )
    )
