"""A service with nothing but a small pane, to try the window itself without Affix in it.

Its page is made like the shipped one: it names Microsoft's address of office.js, and sends a strict policy.
"""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response, jsonify, request, send_file, send_from_directory
from playwright.sync_api import Frame

from tests.pane.outlook import Outlook, value_of

POLICY = (
    "default-src 'self'; script-src 'self' https://appsforoffice.microsoft.com https://ajax.aspnetcdn.com; "
    "frame-ancestors https://outlook.office.com https://outlook.office365.com"
)
# JavaScript for the probe's page: what getAccessToken gives, and a function that reads a token's claims.
TOKEN = "Office.auth.getAccessToken().then((token) => ({ token }), ({ code }) => ({ code }))"
CLAIMS = "(token) => JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')))"
FOLDER = Path(__file__).parent / "probe"
PROBE_MANIFEST = FOLDER / "manifest.xml"


def create_probe(msal: Path | None) -> Flask:
    """`msal`: the one-file browser build of msal-browser, if it is installed."""
    app = Flask(__name__, static_folder=None)

    @app.get("/addin/<path:name>")
    def addin(name: str) -> Response:
        if name == "msal-browser.min.js" and msal:
            return send_file(msal)
        response = send_from_directory(FOLDER, name)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.route("/api/echo/<path:rest>", methods=["GET", "POST", "PATCH", "DELETE"])
    def echo(rest: str) -> Response:
        return jsonify(
            method=request.method,
            path=request.environ["REQUEST_URI"],
            body=request.get_data(as_text=True),
            authorization=request.headers.get("Authorization"),
            cookie=request.headers.get("Cookie"),
        )

    @app.get("/api/pieces")
    def pieces() -> Response:
        def parts() -> Iterator[bytes]:
            yield b"first;"
            yield b"second"

        return Response(parts(), 203, {"X-Said-By": "the service", "Set-Cookie": "crumb=1"}, content_type="text/plain")

    return app


def ready(outlook: Outlook) -> Frame:
    """The probe's frame in the window, once its handlers are in place."""
    pane = outlook.pane
    value_of(pane, "window.where")
    return pane
