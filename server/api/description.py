"""What /openapi.json says beyond what each route says of itself: who is let in, and what every refusal is like."""

import re
from collections.abc import Iterator
from typing import Any

from apiflask import APIFlask

from server.api.v1.guard import HEADERS, SCOPE
from server.auth.api_keys import SCOPES

OFFICE, API_KEY = "office", "apiKey"
REFUSAL = {"$ref": "#/components/responses/Refusal"}
METHODS = ("get", "post", "put", "patch", "delete")


def install(app: APIFlask) -> None:
    @app.spec_processor
    def complete(spec: Any) -> Any:
        components = spec.setdefault("components", {})
        components["securitySchemes"] = _schemes()
        components["responses"] = {**components.get("responses", {}), "Refusal": _refusal()}
        components.setdefault("schemas", {}).pop("ValidationError", None)
        components["schemas"].pop("HTTPError", None)
        for path, view, operation in _operations(app, spec):
            _say_who_is_let_in(path, view, operation)
            _say_what_headers_it_takes(view, operation)
            _say_what_is_answered(path, operation)
            _say_it_in_whole_sentences(operation)
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
        return spec


def _schemes() -> dict[str, Any]:
    scopes = "\n".join(f"- `{name}`: {title}" for name, title in SCOPES.items())
    return {
        API_KEY: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "affix_<id>_<secret>",
            "description": f"An API key of a program, made by an administrator. Its scopes:\n\n{scopes}",
        },
        OFFICE: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token of a person, as Office gives it to the pane.",
        },
    }


def _refusal() -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    error = {"type": "object", "required": ["code", "message"], "properties": {"code": text, "message": text}}
    schema = {"type": "object", "required": ["error"], "properties": {"error": error}, "additionalProperties": False}
    return {
        "description": "Nothing was done. `code` is for programs, `message` for people; there may be more.",
        "headers": {
            "Retry-After": {"schema": {"type": "string"}, "description": "Seconds until another try."},
            "WWW-Authenticate": {"schema": {"type": "string"}, "description": "With 401."},
        },
        "content": {"application/json": {"schema": schema}},
    }


def _operations(app: APIFlask, spec: dict[str, Any]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Each path, with the view behind each of its operations."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in METHODS:
            operation = spec["paths"].get(path, {}).get(method)
            if operation is not None and method.upper() in (rule.methods or ()):
                yield path, app.view_functions[rule.endpoint], operation


def _say_who_is_let_in(path: str, view: Any, operation: dict[str, Any]) -> None:
    scope = getattr(view, SCOPE, None)
    if scope:
        operation["security"] = [{API_KEY: [scope]}]
    elif path.startswith("/api/"):
        operation["security"] = [{OFFICE: []}]


def _say_what_headers_it_takes(view: Any, operation: dict[str, Any]) -> None:
    for name, each in getattr(view, HEADERS, {}).items():
        operation.setdefault("parameters", []).append({"name": name, "in": "header", "required": False, **each})


def _say_it_in_whole_sentences(operation: dict[str, Any]) -> None:
    """A docstring is cut where its first line ends; a summary ends where its first sentence does."""
    text = " ".join(f"{operation.get('summary', '')} {operation.get('description', '')}".split())
    first, dot, rest = text.partition(". ")
    operation["summary"] = first + dot.strip()
    if rest:
        operation["description"] = text


def _say_what_is_answered(path: str, operation: dict[str, Any]) -> None:
    """Refusals are alike everywhere. What /api answers is for the pane, which comes with it, and not described."""
    answers = {status: each for status, each in operation["responses"].items() if str(status).startswith("2")}
    if path.startswith("/api/") and list(answers) == ["200"]:
        answers = {"2XX": {"description": answers["200"]["description"]}}
    operation["responses"] = {**answers, "4XX": REFUSAL, "5XX": REFUSAL}
