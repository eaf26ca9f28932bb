"""Whatever body anybody may think of: an answer or an error, and nothing breaks."""

import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.api.answers import is_an_error
from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, contact, item_of, reference

ID = "00000000-0000-4000-8000-000000000000"

texts = st.text(max_size=40)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
items = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["AAMkAD", "AAMk", "a/b+c="]) | texts | anything,
        "idFormat": st.sampled_from(["ews", "rest", "immutable"]) | anything,
        "internetMessageId": texts | anything,
        "owner": st.sampled_from([SUPPORT, "ben@contoso.example"]) | texts | anything,
        "profileAddress": texts | anything,
        "mailbox": texts | anything,
        "participants": st.lists(texts, max_size=4) | anything,
        "conversationId": anything,
        "subject": anything,
    },
)
records = st.fixed_dictionaries(
    {},
    optional={
        "destination": st.just("local") | texts | anything,
        "type": st.sampled_from(["contact", "company"]) | texts | anything,
        "id": st.just(ID) | texts | anything,
    },
)
few = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def send(person: Someone, path: str, body: Any) -> None:
    answer = person.raw("POST", path, data=json.dumps(body), content_type="application/json")
    if answer.status_code >= 300:
        is_an_error(answer, body, 400, 403, 404)


@few
@given(body=st.fixed_dictionaries({"item": items | anything}) | anything)
@example(body={"item": {"id": "AAMkAD", "internetMessageId": "\u0000"}})
@example(body={"item": {"id": "AAMkAD", "owner": SUPPORT, "participants": ["\ud800"]}})
def test_any_body_gets_a_context_or_an_error(ben: Someone, body: Any) -> None:
    send(ben, "/api/context", body)


@few
@given(
    body=st.fixed_dictionaries(
        {"item": items | anything, "records": st.lists(records, max_size=3) | anything},
        optional={"attachments": st.sampled_from(["none", "files", "all"]) | st.lists(texts) | anything},
    )
)
def test_any_body_makes_a_save_or_an_error(ben: Someone, body: Any) -> None:
    send(ben, "/api/saves", body)


@few
@given(more=st.fixed_dictionaries({}, optional={"attachments": st.lists(texts, max_size=3) | anything, "x": anything}))
def test_a_good_item_with_anything_beside_it_is_saved_or_refused(ben: Someone, control: Control, more: Any) -> None:
    known = ben.get("/api/records?limit=1")["records"]
    record = known[0] if known else contact(ben)
    item = item_of(control.deliver(SUPPORT, mime()), SUPPORT)
    send(ben, "/api/saves", {"item": item, "records": [reference(record)], **more})
