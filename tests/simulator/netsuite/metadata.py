"""The metadata catalog: which record types there are, and their fields, as JSON Schema or OpenAPI."""

from typing import Any

from tests.simulator.netsuite import problems, roles
from tests.simulator.netsuite.call import Answer, Call
from tests.simulator.netsuite.records import type_of
from tests.simulator.netsuite.schemas import SCHEMAS, Field

SCHEMA, SWAGGER = "application/schema+json", "application/swagger+json"
FORMATS = {"email": "email", "date": "date", "moment": "date-time"}
TYPES = {"boolean": "boolean", "number": "number"}


def catalog(call: Call) -> Answer:
    """All types that the role may see, as links; or OpenAPI of those in `select`."""
    seen = [type_ for type_ in SCHEMAS if roles.may(call.account, roles.OF_TYPE[type_])]
    wanted = [one.strip().lower() for one in call.query.get("select", "").split(",") if one.strip()]
    unknown = set(wanted) - set(seen)
    if unknown:
        raise problems.invalid_parameter("select", f"Unknown record type: {', '.join(sorted(unknown))}.")
    kind = accepted(call, "application/json")
    if kind == SCHEMA:
        raise problems.not_acceptable(kind)
    if kind == SWAGGER or wanted:
        return openapi(call, {type_: SCHEMAS[type_] for type_ in wanted or seen}, "record/v1")
    return Answer(200, {"items": [{"name": type_, "links": _links(call, type_)} for type_ in seen], "links": []})


def of_type(call: Call) -> Answer:
    type_ = type_of(call)
    roles.demand(call.account, roles.OF_TYPE[type_])
    if accepted(call, SWAGGER) == SCHEMA:
        return json_schema(SCHEMAS[type_])
    return openapi(call, {type_: SCHEMAS[type_]}, "record/v1")


def accepted(call: Call, usual: str) -> str:
    """Which of the two forms the caller wants, or the usual one. Raises Refused."""
    kinds = [part.partition(";")[0].strip().lower() for part in call.header("Accept").split(",")]
    for kind in kinds:
        if kind in {SCHEMA, SWAGGER}:
            return kind
        if kind in {"", "*/*", "application/*", "application/json"}:
            return usual
    raise problems.not_acceptable(call.header("Accept"))


def json_schema(fields: dict[str, Field]) -> Answer:
    return Answer(200, _schema(fields), headers={"Content-Type": SCHEMA})


def openapi(call: Call, schemas: dict[str, dict[str, Field]], service: str) -> Answer:
    """Paths and schemas. `service` is where the paths begin."""
    paths: dict[str, Any] = {}
    for name in schemas:
        body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
        done = {"204": {"description": "No content; the Location header names the record."}}
        shown = {"200": {"description": "The record.", **body}}
        paths[f"/{name}"] = {"post": {"requestBody": body, "responses": done}}
        paths[f"/{name}/{{id}}"] = {"get": {"responses": shown}, "delete": {"responses": done}}
    document = {
        "openapi": "3.0.1",
        "info": {"title": "NetSuite REST API", "version": "v1"},
        "servers": [{"url": call.link(service)}],
        "paths": paths,
        "components": {"schemas": {name: _schema(fields) for name, fields in schemas.items()}},
    }
    return Answer(200, document, headers={"Content-Type": SWAGGER})


def _schema(fields: dict[str, Field]) -> dict[str, Any]:
    properties = {name: _property(field) for name, field in fields.items()}
    return {
        "$schema": "http://json-schema.org/draft-06/hyper-schema#",
        "type": "object",
        "properties": {"links": {"type": "array", "readOnly": True, "items": {"type": "object"}}, **properties},
    }


def _property(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"title": field.label, "type": TYPES.get(field.kind, "string"), "nullable": True}
    if field.kind in {"reference", "choice"}:
        names = {"id": {"type": "string"}, "refName": {"type": "string"}, "externalId": {"type": "string"}}
        described |= {"type": "object", "properties": names}
    if field.kind in FORMATS:
        described["format"] = FORMATS[field.kind]
    if field.most is not None:
        described["maxLength"] = field.most
    if field.is_read_only:
        described["readOnly"] = True
    return described


def _links(call: Call, type_: str) -> list[dict[str, str]]:
    href = call.link("record/v1/metadata-catalog", type_)
    return [
        {"rel": "canonical", "href": href},
        {"rel": "describes", "href": call.link("record/v1", type_)},
        {"rel": "describedby", "href": href, "mediaType": SWAGGER},
        {"rel": "describedby", "href": href, "mediaType": SCHEMA},
    ]
