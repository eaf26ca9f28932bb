"""Ids and addresses that are none: refused before Graph is asked, and never a way to somewhere else."""

from typing import Any

import pytest

from tests.conftest import Control, Someone, mime
from tests.steps import BEN, SUPPORT, context, item_of, refused


@pytest.fixture
def in_support(control: Control) -> dict[str, str]:
    return control.deliver(SUPPORT, mime())


BAD_IDS = ["..", "../x", "a/../b?", "%2F", "a%2Fb", "a b", "a\r\nb", "a\tb", "é", "\uff41", "a#b", "a?b", "a$b", "a'b"]
BAD_IDS += ["\u2215", "-" * 1025, "AAMk\n", "AA\u200bMk"]
BAD_ADDRESSES = [
    "no-address",
    "@contoso.example",
    "support@",
    "support@contoso.example/messages",
    "support@contoso.example\r\nX: y",
    "support@contoso.example\n",
    "../users/cleo@contoso.example",
    "support%2F@contoso.example",
    "sup\u0440ort@contoso.example",
    "support@contoso\uff0eexample",
    "support@contoso.example?x",
    "a b@contoso.example",
    "support@contoso.example@fabrikam.example",
    "x" * 65 + "@contoso.example",
    "support@" + "x" * 256,
]


def test_what_cannot_be_an_id_is_refused_before_graph_is_asked(ben: Someone, control: Control) -> None:
    for bad in BAD_IDS:
        for id_format in ("ews", "rest", "immutable"):
            refused(ben, {"id": bad, "idFormat": id_format}, 400)
    assert control.count("graph") == 0


def test_what_cannot_be_an_address_is_refused_before_graph_is_asked(
    ben: Someone, in_support: Any, control: Control
) -> None:
    for bad in BAD_ADDRESSES:
        for name in ("owner", "profileAddress", "mailbox"):
            assert refused(ben, item_of(in_support, **{name: bad}), 400)["code"] == "invalid_address", bad
    assert control.count("graph") == 0


def test_participants_that_are_no_addresses_are_passed_over(ben: Someone, control: Control) -> None:
    participants = [*BAD_ADDRESSES, *(f"{bad}@contoso.example" for bad in BAD_ADDRESSES)]
    own = item_of(control.deliver(BEN, mime()), participants=participants)
    assert context(ben, own)["mailbox"]["kind"] == "personal"


def test_an_id_that_exchange_cannot_read_is_refused(ben: Someone) -> None:
    for bad in ("AAMk", "A" * 1024, "AAMkADRi=", "====", "----"):
        assert refused(ben, {"id": bad, "idFormat": "rest"}, 400)["code"] == "invalid_id", bad


def test_no_hostile_word_leads_graph_out_of_a_users_mailbox(ben: Someone, in_support: Any, control: Control) -> None:
    for odd in ("!#$&'*+=^_`{|}~-", "me", "..", "$batch", "$value"):
        ben.raw("POST", "/api/context", json={"item": item_of(in_support, f"{odd}@contoso.example")})
        ben.raw("POST", "/api/context", json={"item": item_of(in_support, internetMessageId=f"' or {odd} eq '")})
    asked = {each["route"] for each in control.requests("graph") if each["access"] == "delegated"}
    assert asked <= {"/me", "/users/{id}/messages", "/users/{id}/messages/{id}"}
