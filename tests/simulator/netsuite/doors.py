"""The doors to SuiteQL and to RESTlets. What is behind them has modules of its own."""

import json
from typing import Any

from tests.simulator.netsuite import problems, roles
from tests.simulator.netsuite import restlet as script
from tests.simulator.netsuite import suiteql as language
from tests.simulator.netsuite.call import Answer, Call
from tests.simulator.netsuite.paging import page, paging

RESTLET = "/app/site/hosting/restlet.nl"
LARGEST_INPUT = 10 * 1024 * 1024  # characters, section_4640094112


def suiteql(call: Call) -> Answer:
    """https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_157909186990.html"""
    preferences = [part.strip().lower() for part in call.header("Prefer").split(",")]
    if "transient" not in preferences:
        detail = "The required request header 'Prefer' is missing or is not valid. Set the header to transient."
        raise problems.invalid_header("Prefer", detail)
    roles.demand(call.account, "SuiteAnalytics Workbook")
    limit, offset = paging(call)
    text = call.json().get("q")
    if not isinstance(text, str) or not text.strip():
        raise problems.invalid_body("The request body must contain a query in the property q.")
    rows, total = language.run(call.account, text, limit, offset)
    return page(call, [{"links": [], **row} for row in rows], total, limit, offset)


def restlet(call: Call) -> Answer:
    """section_4634920277 for the status codes. Errors are {"error": {"code", "message"}}."""
    if len(call.octets) > LARGEST_INPUT:
        return error(400, "SSS_REQUEST_SIZE_EXCEEDED", "The request is larger than 10 MB.")  # invented
    body: Any = None
    if call.octets:
        if call.header("Content-Type").partition(";")[0].strip().lower() != "application/json":
            return error(415, "UNSUPPORTED_MEDIA_TYPE", "The Content-Type must be application/json.")
        try:
            body = json.loads(call.octets)
        except ValueError:
            return error(400, "UNEXPECTED_ERROR", "SyntaxError: the request body is not valid JSON.")
    status, answered = script.call(call.account, call.method, body, call.query)
    return Answer(status, answered)


def error(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}})
