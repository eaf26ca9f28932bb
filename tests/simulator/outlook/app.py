"""The window's addresses, on one screen.

/                     the window itself
/addin/ /api/         the service, passed through; the pane's page is rewritten on the way (see pane.py)
/office/              Microsoft's office.js out of the npm package, and the few files that stand in for Outlook
/office/manifest.json what the window reads in the add-in's manifest
/simulator/           the simulated Graph and its control, under this origin so that no CORS is needed
"""

from pathlib import Path

from flask import Flask, Response, abort, jsonify, send_from_directory

from tests.simulator.outlook.manifest import read_manifest
from tests.simulator.outlook.office_files import ROOT, STAND_INS, find_office_js
from tests.simulator.outlook.pane import as_hosted_by_outlook
from tests.simulator.outlook.proxy import METHODS, Proxy

FOLDER = Path(__file__).parent
# Mail brings its own inline styles and pictures; nothing may be fetched from anywhere else.
WINDOW_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def create_outlook(
    service_url: str, simulator_url: str, office_js: Path | None = None, manifest: Path = ROOT / "manifest.xml"
) -> Flask:
    """The window, in front of a running service and a running simulator.

    `office_js` is the `dist` folder of npm's @microsoft/office-js; without it, the usual places are looked through.
    """
    app = Flask(__name__, static_folder=None)
    service, simulator = Proxy(service_url), Proxy(simulator_url)
    package = office_js or find_office_js()

    @app.get("/")
    def window() -> Response:
        response = send_from_directory(FOLDER / "static", "index.html")
        response.headers["Content-Security-Policy"] = WINDOW_POLICY
        return response

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        return unkept(send_from_directory(FOLDER / "static", name))

    @app.get("/office/manifest.json")
    def add_in() -> Response:
        return unkept(jsonify(read_manifest(manifest)))

    @app.get("/office/<path:name>")
    def office(name: str) -> Response:
        if name in STAND_INS:
            return unkept(send_from_directory(FOLDER / "office", STAND_INS[name]))
        if package is None:
            abort(404, "office.js is not installed; scripts/setup installs it")
        return send_from_directory(package, name, max_age=3600)

    @app.route("/addin/<path:name>", methods=METHODS)
    def addin(name: str) -> Response:
        return service.forward(rewrite=as_hosted_by_outlook if name.endswith(".html") else None)

    @app.route("/api/<path:name>", methods=METHODS)
    def api(name: str) -> Response:
        return service.forward()

    @app.route("/simulator/<path:name>", methods=METHODS)
    def simulated(name: str) -> Response:
        return simulator.forward(below="/simulator")

    return app


def unkept(response: Response) -> Response:
    """The answer, to be asked for anew each time: a browser must not run yesterday's window."""
    response.headers["Cache-Control"] = "no-cache"
    return response
