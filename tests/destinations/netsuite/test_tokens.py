"""Signing in: the assertion that NetSuite believes, one token for all, the next certificate when one is refused."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest

from server.destinations.netsuite import certificate
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.errors import NetSuiteError
from server.destinations.netsuite.tokens import Tokens
from server.http import Session
from tests.conftest import Control
from tests.destinations.netsuite.conftest import CLIENT_ID, FreeSeats
from tests.simulator.netsuite.accounts import Account
from tests.simulator.world import World

TOKENS = "/services/rest/auth/oauth2/v1/token"


@pytest.fixture
def tokens(account: Account, config: Config, http: Session, world: World) -> Tokens:
    return Tokens(config, http, clock_of(world))


def clock_of(world: World) -> Callable[[], datetime]:
    return lambda: datetime.fromtimestamp(world.time(), UTC)


def asked(control: Control) -> int:
    return sum(each["count"] for each in control.requests("netsuite") if each["route"] == TOKENS)


def refused_with(tokens: Tokens, **kwargs: Any) -> NetSuiteError:
    with pytest.raises(NetSuiteError) as refused:
        tokens.get(**kwargs)
    return refused.value


def fault(control: Control, **order: Any) -> None:
    control("POST", "faults", json=[{"service": "netsuite", "path": TOKENS, **order}])


def test_one_token_serves_many_requests(tokens: Tokens, control: Control) -> None:
    assert len({tokens.get() for _ in range(5)}) == 1
    assert asked(control) == 1


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("as_list", [True, False])
def test_netsuite_believes_the_assertion(
    account: Account, settings_of_account: dict[str, Any], http: Session, kind: Any, as_list: bool
) -> None:
    made = certificate.make(kind)
    account.register("another", CLIENT_ID, made.certificate)
    settings_of_account["certificates"] = [{"id": "another", "private_key": made.private_key}]
    config = Config.model_validate({**settings_of_account, "facts": {"scope_as_list": as_list}})
    token = Tokens(config, http).get()
    assert account.tokens[token].scopes == {"rest_webservices", "restlets"}


@pytest.mark.parametrize("config", [{"restlet_script": None, "restlet_deployment": None}], indirect=True)
def test_without_a_restlet_it_asks_for_records_only(tokens: Tokens, account: Account) -> None:
    assert account.tokens[tokens.get()].scopes == {"rest_webservices"}


def test_the_assertion_is_short_lived_and_says_who_asks_whom(account: Account, config: Config, http: Session) -> None:
    sent: list[dict[str, list[str]]] = []
    http.hooks["response"].append(lambda answer, **_: sent.append(parse_qs(answer.request.body)))
    Tokens(config, http).get()
    [form] = sent
    [assertion] = form["client_assertion"]
    claims = jwt.decode(assertion, options={"verify_signature": False})
    header = jwt.get_unverified_header(assertion)
    assert (header["kid"], header["typ"], header["alg"]) == ("cert-1", "JWT", "ES256")
    assert (claims["iss"], claims["aud"]) == (CLIENT_ID, config.rest + TOKENS)
    assert claims["exp"] - claims["iat"] == 300


def test_a_token_is_renewed_shortly_before_it_ends(tokens: Tokens, world: World, control: Control) -> None:
    first = tokens.get()
    world.advance(3600 - 121)
    assert tokens.get() == first
    world.advance(2)
    assert tokens.get() != first
    assert asked(control) == 2


def test_many_who_need_a_token_at_once_ask_once(tokens: Tokens, control: Control) -> None:
    fault(control, delay_ms=50, times=1)
    found: list[str] = []
    start = threading.Barrier(12)

    def ask() -> None:
        start.wait(10)
        found.append(tokens.get())

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert len(found) == 12
    assert len(set(found)) == 1
    assert asked(control) == 1


def test_a_rejected_token_is_replaced_once_for_all_who_had_it(tokens: Tokens, control: Control) -> None:
    first = tokens.get()
    second = tokens.get(rejected=first)
    assert second != first
    assert tokens.get(rejected=first) == second
    assert asked(control) == 2


def test_the_next_certificate_is_tried_when_one_is_refused(
    account: Account, settings_of_account: dict[str, Any], http: Session, control: Control
) -> None:
    """The new one stands in the settings before it is mapped in NetSuite, and the old one until it is taken away."""
    new = certificate.make()
    old = settings_of_account["certificates"][0]
    settings_of_account["certificates"] = [{"id": "cert-2", "private_key": new.private_key}, old]
    config = Config.model_validate(settings_of_account)
    assert Tokens(config, http).get() in account.tokens
    account.register("cert-2", CLIENT_ID, new.certificate)
    account.certificates.pop("cert-1")
    assert Tokens(config, http).get() in account.tokens
    assert asked(control) == 3


def test_an_outage_is_no_reason_for_another_certificate(
    account: Account, settings_of_account: dict[str, Any], http: Session, control: Control
) -> None:
    second = {"id": "cert-2", "private_key": certificate.make().private_key}
    settings_of_account["certificates"].append(second)
    fault(control, status=503)
    assert refused_with(Tokens(Config.model_validate(settings_of_account), http)).code == "unreachable"
    assert asked(control) == 1


def test_a_certificate_that_ended_gives_way_to_the_next(
    account: Account, settings_of_account: dict[str, Any], http: Session, world: World
) -> None:
    short = certificate.make(days=1)
    account.register("short", CLIENT_ID, short.certificate)
    settings_of_account["certificates"].insert(0, {"id": "short", "private_key": short.private_key})
    tokens = Tokens(Config.model_validate(settings_of_account), http, clock_of(world))
    tokens.get()
    world.advance(2 * 24 * 3600)
    assert tokens.get() in account.tokens


def test_when_no_certificate_is_taken_somebody_has_to_reconnect(tokens: Tokens, account: Account) -> None:
    account.certificates.clear()
    error = refused_with(tokens)
    assert (error.code, error.permanent) == ("reconnect", False)
    assert error.retry_after
    assert "cert-1" in error.message
    assert "The certificate is not mapped" in error.message


def test_a_refused_login_is_not_repeated_at_once(
    tokens: Tokens, account: Account, made: certificate.Made, world: World, control: Control
) -> None:
    account.certificates.clear()
    for _ in range(5):
        assert refused_with(tokens).code == "reconnect"
    assert asked(control) == 1
    account.register("cert-1", CLIENT_ID, made.certificate)
    world.advance(21)
    assert tokens.get() in account.tokens


def test_a_role_without_the_permission_to_log_in_is_told_as_netsuite_says_it(tokens: Tokens, account: Account) -> None:
    account.withheld.add("Log in using OAuth 2.0 Access Tokens")
    assert "may not log in using OAuth 2.0" in refused_with(tokens).message


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"status": 500}, "unreachable"),
        ({"status": 503}, "unreachable"),
        ({"status": 429, "headers": {"Retry-After": "7"}}, "throttled"),
        ({"cut": True}, "unreachable"),
        ({"status": 200, "body": "<html>Sign in</html>"}, "unreachable"),
        ({"status": 200, "body": {"token_type": "bearer"}}, "unreachable"),
        ({"status": 200, "body": {"access_token": "a\nb"}}, "unreachable"),
        ({"status": 200, "body": {"access_token": "x", "expires_in": "soon"}}, "unreachable"),
        ({"status": 200, "body": []}, "unreachable"),
        ({"status": 302, "headers": {"Location": "https://evil.example/"}}, "unreachable"),
    ],
)
def test_trouble_passes_and_the_next_attempt_is_made_at_once(
    tokens: Tokens, control: Control, account: Account, order: dict[str, Any], code: str
) -> None:
    fault(control, times=1, **order)
    error = refused_with(tokens)
    assert (error.code, error.permanent, error.is_outcome_unknown) == (code, False, False)
    if "headers" in order and code == "throttled":
        assert error.retry_after == 7
    assert tokens.get() in account.tokens


def test_a_token_that_netsuite_forgot_costs_one_request_more(
    client: Client, account: Account, control: Control
) -> None:
    client.rest("GET", ("record", "v1", "employee"))
    account.tokens.clear()
    assert client.rest("GET", ("record", "v1", "employee")).status == 200
    assert asked(control) == 2


def test_a_login_that_stays_refused_ends_in_reconnect(client: Client, control: Control) -> None:
    control("POST", "faults", json=[{"service": "netsuite", "path": "/services/rest/record/*", "status": 401}])
    with pytest.raises(NetSuiteError) as refused:
        client.rest("POST", ("record", "v1", "message"), body={})
    assert (refused.value.code, refused.value.is_outcome_unknown) == ("reconnect", False)
    assert asked(control) == 2


def test_a_token_that_is_refused_as_soon_as_it_is_new_is_not_replaced_again_and_again(
    client: Client, control: Control
) -> None:
    control("POST", "faults", json=[{"service": "netsuite", "path": "/services/rest/record/*", "status": 401}])
    for _ in range(5):
        with pytest.raises(NetSuiteError) as refused:
            client.rest("GET", ("record", "v1", "customer"))
        assert refused.value.code == "reconnect"
    assert asked(control) == 2


def test_two_accounts_have_tokens_of_their_own(
    world: World, client: Client, config: Config, http: Session, made: certificate.Made
) -> None:
    other = world.netsuite.account("7654321_SB1")
    assert other is not None
    other.register("cert-1", CLIENT_ID, made.certificate)
    second = Client(config.model_copy(update={"account": "7654321_SB1"}), http, FreeSeats())
    assert second.tokens.get() in other.tokens
    assert client.tokens.get() not in other.tokens


def test_neither_token_nor_key_is_in_what_is_logged_or_said(
    tokens: Tokens, account: Account, made: certificate.Made, capsys: pytest.CaptureFixture[str]
) -> None:
    account.certificates.clear()
    error = refused_with(tokens)
    printed = capsys.readouterr()
    for text in (error.message, json.dumps(vars(error), default=str), printed.out, printed.err):
        assert "eyJ" not in text
        assert made.private_key.splitlines()[1] not in text
