"""The API describes itself, wholly and truly."""

import re
from typing import Any

import pytest
from apiflask import APIFlask

from tests.api.routes import routes


@pytest.fixture
def description(app: APIFlask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    return found


def test_it_is_valid(description: dict[str, Any]) -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(description)


def test_it_names_every_route_of_the_api(app: APIFlask, description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.")
    for method, rule in routes(app, "/api/"):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
        operation = description["paths"][path][method.lower()]
        assert operation.get("description") or operation.get("summary"), (method, path)


def test_every_reference_in_it_leads_somewhere(description: dict[str, Any]) -> None:
    for found in re.findall(r"'\$ref': '#/([^']+)'", repr(description)):
        place: Any = description
        for name in found.split("/"):
            place = place[name]


def test_bodies_are_described(description: dict[str, Any]) -> None:
    body = description["paths"]["/api/saves"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["$ref"].endswith("/SaveRequest")
