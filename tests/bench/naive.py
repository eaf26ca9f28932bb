"""The reference for bursts: a receiver that reads each message when it is told of it, and remembers nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import requests
from flask import Flask, Response, request

from tests.bench.watched import Watched
from tests.simulator.seed import AFFIX_APP, AFFIX_SECRET, CONTOSO

HOOK = "https://naive.example"
SALES = "sales@contoso.example"


@contextmanager
def naive_receiver(there: Watched) -> Iterator[None]:
    """It is told of sales, which nobody else watches, until the end of the block."""
    headers = {"Authorization": f"Bearer {_token(there.desk.simulator)}", "Prefer": 'IdType="ImmutableId"'}
    graph = f"{there.desk.simulator}/graph.microsoft.com/v1.0"
    there.desk.world.reach(HOOK, _receiver(graph, headers))
    wanted = {
        "changeType": "created",
        "notificationUrl": HOOK,
        "resource": f"users/{SALES}/messages",
        "expirationDateTime": f"{there.desk.world.now() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
    }
    made = requests.post(f"{graph}/subscriptions", json=wanted, headers=headers, timeout=30)
    made.raise_for_status()
    try:
        yield
    finally:
        requests.delete(f"{graph}/subscriptions/{made.json()['id']}", headers=headers, timeout=30).raise_for_status()


def _receiver(graph: str, headers: dict[str, str]) -> Flask:
    app = Flask(__name__)

    @app.post("/")
    def told() -> Response:
        token = request.args.get("validationToken")
        if token is not None:
            return Response(token, content_type="text/plain")
        for each in json.loads(request.get_data())["value"]:
            requests.get(f"{graph}/{each['resource']}", headers=headers, timeout=30).raise_for_status()
        return Response(status=202)

    return app


def _token(simulator: str) -> str:
    asked = {
        "grant_type": "client_credentials",
        "client_id": AFFIX_APP,
        "client_secret": AFFIX_SECRET,
        "scope": "https://graph.microsoft.com/.default",
    }
    answer = requests.post(f"{simulator}/login.microsoftonline.com/{CONTOSO.id}/oauth2/v2.0/token", asked, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["access_token"])
