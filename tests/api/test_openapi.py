"""The API describes itself, wholly and truly."""

import re
from typing import Any

import pytest
from apiflask import APIFlask

from server.auth.api_keys import SCOPES
from tests.api.routes import placed, routes


def operations(app: APIFlask, description: dict[str, Any], prefix: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, rule, description["paths"][placed(rule)][method.lower()]) for method, rule in routes(app, prefix)]


def test_it_is_valid(description: dict[str, Any]) -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(description)


def test_it_names_every_route_of_the_api(app: APIFlask, description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.")
    for prefix in ("/api/", "/v1/"):
        for method, rule, operation in operations(app, description, prefix):
            assert operation.get("description") or operation["summary"].endswith("."), (method, rule)


def test_it_says_who_is_let_in_where(app: APIFlask, description: dict[str, Any]) -> None:
    schemes = description["components"]["securitySchemes"]
    assert all(scope in schemes["apiKey"]["description"] for scope in SCOPES)
    for method, rule, operation in operations(app, description, "/api/"):
        assert operation["security"] == [{"office": []}], (method, rule)
    for method, rule, operation in operations(app, description, "/v1/"):
        [[(scheme, scopes)]] = [list(each.items()) for each in operation["security"]]
        assert (scheme, len(scopes)) == ("apiKey", 1) and scopes[0] in SCOPES, (method, rule)


def test_every_answer_of_the_account_api_has_a_schema(app: APIFlask, description: dict[str, Any]) -> None:
    for method, rule, operation in operations(app, description, "/v1/"):
        good = [each for status, each in operation["responses"].items() if status.startswith("2")]
        assert good, (method, rule)
        for content in (each.get("content", {}) for each in good):
            assert content and all(
                each.get("schema") or kind != "application/json" for kind, each in content.items()
            ), (
                method,
                rule,
            )
        assert {"4XX", "5XX"} <= operation["responses"].keys(), (method, rule)


def test_every_reference_in_it_leads_somewhere(description: dict[str, Any]) -> None:
    for found in re.findall(r"'\$ref': '#/([^']+)'", repr(description)):
        place: Any = description
        for name in found.split("/"):
            place = place[name]


def test_bodies_are_described(description: dict[str, Any]) -> None:
    body = description["paths"]["/api/saves"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["$ref"].endswith("/SaveRequest")


def test_the_header_that_makes_a_repeated_request_harmless_is_described(description: dict[str, Any]) -> None:
    submit = description["paths"]["/v1/account/{account}/submit"]["post"]
    [header] = [each for each in submit["parameters"] if each["in"] == "header"]
    assert (header["name"], header["required"], header["schema"]["maxLength"]) == ("Idempotency-Key", False, 255)
    assert header["description"].endswith(".")
