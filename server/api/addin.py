"""The add-in's static files, and what the pane must know before anybody signed in."""

from pathlib import Path

from apiflask import APIBlueprint
from flask import Response, request

from server.errors import NotFound
from server.pane_files import TYPES, File, PaneFiles
from server.services import Services
from server.settings import Settings

FILES = PaneFiles(Path(__file__).resolve().parents[2] / "addin")
OFFICE = "https://appsforoffice.microsoft.com https://ajax.aspnetcdn.com"
FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"
ANEW = "no-cache"


def blueprint(services: Services) -> APIBlueprint:
    settings = services.settings
    addin = APIBlueprint("addin", __name__, url_prefix="/addin", enable_openapi=False)

    @addin.get("/config.json")
    def config() -> tuple[dict[str, object], dict[str, str]]:
        """Public: which app registration the pane signs in to, and for what."""
        uri = settings.app_id_uris[0] if settings.app_id_uris else settings.default_app_id_uri
        facts: dict[str, object] = {
            "clientId": settings.client_id,
            "authority": f"https://{settings.login_host}/common",
            "scopes": [f"{uri}/access_as_user"],
        }
        return facts, {"Cache-Control": A_WHILE}

    @addin.get("/<path:name>")
    def file(name: str) -> Response:
        found = FILES.find(name)
        if found is None:
            raise NotFound("There is no such file.")
        file, is_for_ever = found
        if file.kind == ".html":
            file = file.in_language(language_of(request.args.get("_host_Info", "")))
        response = answer(file, is_for_ever)
        if name == "admin.html":
            response.headers["Content-Security-Policy"] = administrators_policy(settings)
        else:
            response.headers["Content-Security-Policy"] = policy(settings)
        return response

    return addin


def language_of(host_information: str) -> str:
    """Outlook's display language out of what it adds to the pane's address: "Outlook$Web$16.01$de-DE$..."; else en."""
    tag = [*host_information.split("$"), "", "", "", ""][3]
    return tag.partition("-")[0].lower() or "en"


def answer(file: File, is_for_ever: bool) -> Response:
    """The file, compressed where the browser takes that; 304 where it has it already."""
    content, tag = file.content, file.digest
    if file.compressed and request.accept_encodings["gzip"] > 0:
        content, tag = file.compressed, f"{file.digest}-gzip"
    response = Response(content, mimetype=TYPES[file.kind])
    response.set_etag(tag)
    response.headers["Cache-Control"] = FOR_EVER if is_for_ever else ANEW if file.kind == ".html" else A_WHILE
    if file.compressed:
        response.headers["Vary"] = "Accept-Encoding"
    if content is file.compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.make_conditional(request)
    return response


def policy(settings: Settings) -> str:
    """For the pane: scripts of our own and office.js (the older builds load one file from aspnetcdn); framed by
    Outlook's hosts only.
    """
    return written(
        {
            "script-src": f"'self' {OFFICE}",
            "connect-src": f"'self' https://{settings.login_host} {OFFICE}",
            "font-src": "'self' data: https://res.cdn.office.net",
            "frame-src": f"https://{settings.login_host}",
            "frame-ancestors": " ".join(settings.frame_ancestors) or "'none'",
        }
    )


def administrators_policy(settings: Settings) -> str:
    """For the page in a tab of its own: nobody frames it, and it speaks to nobody but the service and the sign-in."""
    return written(
        {
            "script-src": "'self'",
            "connect-src": f"'self' https://{settings.login_host}",
            "frame-src": f"https://{settings.login_host}",
            "frame-ancestors": "'none'",
        }
    )


def written(directives: dict[str, str]) -> str:
    """What is not named is forbidden: inline scripts and styles, plug-ins, frames, other bases and forms."""
    common = {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in {**common, **directives}.items())
