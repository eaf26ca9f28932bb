"""API keys: who makes them, whom they let in, and until when."""

import hashlib
import re
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from server import api_keys
from server.errors import Unauthenticated
from server.services import Services
from tests.api_keys.steps import ADDRESS, PATH, make_key, make_older, program_with, rows
from tests.conftest import Control, Someone
from tests.simulator.seed import CONTOSO


def test_a_key_is_shown_once_and_only_a_hash_of_it_is_kept(ana: Someone, app: APIFlask, services: Services) -> None:
    ana.get("/api/me")  # who she is, as Graph tells it
    made = make_key(ana, "read", "accounts", expiresInDays=30)
    assert re.fullmatch(r"affix_[0-9a-f]{32}_[0-9a-f]{64}", made["key"])
    assert (made["name"], made["scopes"], made["state"]) == ("Help desk", ["accounts", "read"], "active")
    secret = made["key"].rsplit("_", 1)[1]
    [shown] = ana.get(PATH)["apiKeys"]
    assert shown["prefix"] == made["key"].rsplit("_", 1)[0]
    assert shown["createdBy"]["address"] == "ana@contoso.example"
    assert "key" not in shown and secret not in str(shown) + str(ana.get("/api/admin/audit"))
    with services.database.engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        dump = "".join(str(connection.scalars(text(f'SELECT t::text FROM "{name}" t')).all()) for name in tables)
    assert secret not in dump and secret.encode().hex() not in dump
    [row] = rows(services, "api_keys")
    assert bytes(row["digest"]) == hashlib.sha256(secret.encode()).digest()
    program_with(app, made["key"]).get(ADDRESS)


def test_whatever_is_no_good_key_is_refused_without_a_reason(
    ana: Someone, ben: Someone, app: APIFlask, services: Services, control: Control
) -> None:
    key, revoked, expired = (make_key(ana)["key"] for _ in range(3))
    ids = {each["prefix"]: each["id"] for each in ana.get(PATH)["apiKeys"]}
    ana("DELETE", f"{PATH}/{ids[revoked.rsplit('_', 1)[0]]}")
    with services.database.session.begin() as session:
        over = "UPDATE api_keys SET expires_at = now() WHERE id = :id"
        session.execute(text(over), {"id": ids[expired.rsplit("_", 1)[0]]})
    prefix, secret = key.rsplit("_", 1)
    other = "0" if secret[-1] != "0" else "1"
    bad = {
        "nothing": [],
        "no scheme": [("Authorization", key)],
        "another scheme": [("Authorization", f"Basic {key}")],
        "twice": [("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {key}")],
        "another header": [("X-Api-Key", key)],
        "a cookie": [("Cookie", f"access_token={key}")],
        **{
            name: [("Authorization", f"Bearer {value}")]
            for name, value in {
                "another secret": f"{prefix}_{secret[:-1]}{other}",
                "a shorter secret": key[:-1],
                "a longer secret": key + "0",
                "in capitals": key.upper(),
                "an unknown id": f"affix_{'0' * 32}_{secret}",
                "the hash": f"{prefix}_{hashlib.sha256(secret.encode()).hexdigest()}",
                "only the prefix": prefix,
                "revoked": revoked,
                "expired": expired,
                "a person's token": ana.token,
                "digits of another alphabet": f"{prefix}_{'٣' * 64}",
            }.items()
        },
    }
    answers = set()
    for what, headers in bad.items():
        answer = app.test_client().get(f"{ADDRESS}?access_token={key}", headers=headers)
        assert answer.status_code == 401, what
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        answers.add(answer.get_data())
    assert len(answers) == 1
    program_with(app, key).get(ADDRESS)
    assert control.count("graph") == 0


def test_a_key_is_no_persons_token(ana: Someone, app: APIFlask) -> None:
    program = program_with(app, make_key(ana, "accounts", "read", "send", "webhooks")["key"])
    for path in ("/api/me", PATH, "/api/admin/audit"):
        assert program.raw("GET", path).status_code == 401


def test_a_key_opens_what_its_scopes_say_and_nothing_else(ana: Someone, app: APIFlask) -> None:
    program = program_with(app, make_key(ana, "read", "send", "webhooks")["key"])
    error = program("POST", ADDRESS, {"no": "body"}, expect=403)["error"]
    assert (error["code"], error["scope"]) == ("missing_scope", "accounts")
    assert "accounts" in error["message"]


def test_keys_end_by_themselves(ana: Someone, app: APIFlask, services: Services) -> None:
    program = program_with(app, make_key(ana)["key"])
    make_older(services, 364.9)
    program.get(ADDRESS)
    make_older(services, 0.2)
    program("GET", ADDRESS, expect=401)
    assert [each["state"] for each in ana.get(PATH)["apiKeys"]] == ["expired"]


def test_a_revoked_key_lets_nobody_in_any_more_in_no_process(ana: Someone, app: APIFlask, services: Services) -> None:
    made = make_key(ana)
    program = program_with(app, made["key"])
    program.get(ADDRESS)
    holder = api_keys.opened(services, f"Bearer {made['key']}")
    assert ana("DELETE", f"{PATH}/{made['id']}")["state"] == "revoked"
    program("GET", ADDRESS, expect=401)
    with pytest.raises(Unauthenticated):  # let in a moment before it was revoked, but not on its way yet
        api_keys.begin_use(services, holder, "GET", "/v1/oauth2", None)
    first = ana.get(PATH)["apiKeys"][0]["revokedAt"]
    assert ana("DELETE", f"{PATH}/{made['id']}")["revokedAt"] == first


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 101},
        {"scopes": []},
        {"scopes": ["accounts", "all"]},
        {"expiresInDays": 0},
        {"expiresInDays": 731},
        {"expiresInDays": "30"},
    ],
)
def test_a_key_without_a_name_scopes_or_an_end_is_not_made(ana: Someone, wrong: dict[str, Any]) -> None:
    ana("POST", PATH, {"name": "X", "scopes": ["read"], **wrong}, expect=400)
    assert ana.get(PATH)["apiKeys"] == []


def test_a_tenant_has_its_own_keys(ana: Someone, ben: Someone, eve_program: Someone, app: APIFlask) -> None:
    made = make_key(ana)
    ours = program_with(app, made["key"]).post(ADDRESS, {"provider": "outlook", "name": "Ours"})["id"]
    assert eve_program.raw("GET", f"{ADDRESS}/{ours}").status_code == 404
    ben("POST", PATH, {"name": "X", "scopes": ["read"]}, expect=403)
    ben("DELETE", f"{PATH}/{made['id']}", expect=403)


def test_an_administrator_of_another_tenant_reaches_no_key(ana: Someone, eve_admin: Someone) -> None:
    made = make_key(ana)
    assert eve_admin.get(PATH)["apiKeys"] == []
    for method, path in (("DELETE", f"{PATH}/{made['id']}"), ("GET", f"{PATH}/{made['id']}/uses")):
        eve_admin(method, path, expect=404)
    assert ana.get(PATH)["apiKeys"][0]["state"] == "active"


def test_a_tenant_that_may_not_use_affix_any_more_has_no_keys_either(
    ana: Someone, app: APIFlask, services: Services
) -> None:
    made = make_key(ana)
    with services.database.session.begin() as session:
        session.execute(text("UPDATE api_keys SET tenant_id = :other"), {"other": CONTOSO.id[:-1] + "0"})
    program_with(app, made["key"])("GET", ADDRESS, expect=401)
