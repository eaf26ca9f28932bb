"""Whatever schemathesis makes of the description of the account API: answers that the description allows, no other."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup

from tests.accounts.guide import connected
from tests.api.routes import STREAMS, placed, tokens_are_handed_out
from tests.conftest import Control, Someone, mime

EXAMPLES = int(os.environ.get("AFFIX_TEST_EXAMPLES", "2"))  # of each operation
BEN = "ben@contoso.example"
ENDING = {("DELETE", "/v1/account/{account}"), ("PUT", "/v1/account/{account}/pause")}
NOT_USABLE = {"NotYetConnected", "AuthenticationFails", "ConnectionError", "NotSyncing", "NoAvailable"}
CONFIG: dict[str, Any] = {
    "generation": {"database": "none", "deterministic": True},
    # An account that cannot be used is the one thing that is answered with 503; its codes are compared below.
    # What no schema can say, such as what is a reference to an account, is refused with 400 and words.
    "checks": {
        "not_a_server_error": {"expected-statuses": ["2xx", "4xx", "503"]},
        "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "403", "404", "409", "503"]},
    },
}


@pytest.fixture
def known(program: Someone, control: Control) -> dict[str, str]:
    """Something behind the placeholders."""
    connected(program, control, "bens", BEN)
    message = control.deliver(BEN, mime(to=BEN))
    return {"account": "bens", "message": message["id"], "app": "affix"}


def operations(app: APIFlask) -> Iterator[Any]:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
    for each in schema.include(path_regex="^/v1/").get_all_operations():
        operation = each.ok()
        if operation.path not in {placed(rule) for rule in STREAMS}:
            yield operation


def try_out(operation: Any, headers: dict[str, str], known: dict[str, str]) -> None:
    may_end = (operation.method.upper(), operation.path) in ENDING

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @seed(1)
    @given(case=operation.as_strategy())
    def try_it(case: Any) -> None:
        if case.meta.generation.mode.is_positive and not may_end:
            case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
        answer = case.call(headers=headers)
        case.validate_response(answer, headers=headers)
        if answer.status_code >= 500:
            assert answer.json()["error"]["code"] in NOT_USABLE, answer.text

    try_it()


@tokens_are_handed_out
def test_every_answer_is_one_that_the_description_allows(
    app: APIFlask, program: Someone, known: dict[str, str]
) -> None:
    wrong = []
    for operation in operations(app):
        try:
            try_out(operation, {"Authorization": f"Bearer {program.token}"}, known)
        except (FailureGroup, Failure, AssertionError) as found:
            wrong.append(f"{operation.label}: {found}")
    assert not wrong, "\n\n".join(wrong)
