"""With whose right Graph is asked, and how often Entra has to be."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest
import requests

from server.auth.callers import Caller, CallerTokens
from server.auth.graph_tokens import GraphTokens
from server.auth.refusals import GrantLost
from server.auth.sealing import Sealer, sealing_context
from server.errors import (
    AffixError,
    Busy,
    ConsentRequired,
    InsufficientClaims,
    InteractionRequired,
    Misconfigured,
    Unauthenticated,
)
from server.settings import Settings
from tests.auth.conftest import KEY, make_settings
from tests.auth.memory import MemoryGrants
from tests.auth.pane import asked, bearer, exchanges, oid, pane_token, renewals
from tests.simulator.faults import Fault
from tests.simulator.seed import AFFIX_APP, AFFIX_SECRET, CONTOSO, FABRIKAM
from tests.simulator.world import World

TOKEN_ENDPOINT = "*/oauth2/v2.0/token"
CHALLENGE = json.dumps({"access_token": {"nbf": {"essential": True, "value": "1893456000"}}})
Come = Callable[..., Caller]


@pytest.fixture
def come(callers: CallerTokens, world: World) -> Come:
    """A person opens the pane: come("ana"). Each time with a token of its own."""
    return lambda person, **claims: callers.caller(bearer(pane_token(world, person, **claims)))


@pytest.fixture
def other_process(
    settings: Settings, http: requests.Session, world: World, grants: MemoryGrants, sealer: Sealer
) -> GraphTokens:
    """Meets the first one only in the stored grants."""
    return GraphTokens(settings, http, grants, sealer, now=world.time)


def inside(token: str) -> dict[str, Any]:
    """What a Graph token says. Only tests look: to the service it is opaque."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def mark(world: World, kind: str, person: str) -> None:
    """Tokens issued to the person until now are "revoked" at Entra."""
    getattr(world.marks, kind)[oid(world, person)] = world.serial()


# As the caller


def test_a_caller_gets_a_delegated_token_of_its_own(tokens: GraphTokens, come: Come, world: World) -> None:
    claims = inside(tokens.for_caller(come("ana")))
    assert (claims["oid"], claims["idtyp"], claims["tid"]) == (oid(world, "ana"), "user", CONTOSO.id)
    assert "Mail.ReadWrite.Shared" in claims["scp"].split()
    assert claims["xms_cc"] == ["CP1"]


def test_a_person_costs_one_exchange_whatever_the_pane_sends(tokens: GraphTokens, come: Come, world: World) -> None:
    assert len({tokens.for_caller(come("ana")) for _ in range(10)}) == 1
    assert (exchanges(world), renewals(world)) == (1, 0)
    assert asked(world) == 3  # keys, metadata of the tenant, exchange


def test_people_do_not_share_tokens(tokens: GraphTokens, come: Come, world: World) -> None:
    for person in ("ana", "ben", "cleo", "mallory", "eve") * 3:
        assert inside(tokens.for_caller(come(person)))["oid"] == oid(world, person)
    assert exchanges(world) == 5


def test_another_process_uses_the_token_that_is_stored(
    tokens: GraphTokens, other_process: GraphTokens, come: Come, world: World
) -> None:
    assert tokens.for_caller(come("ana")) == other_process.for_caller(come("ana"))
    assert (exchanges(world), renewals(world)) == (1, 0)


def test_a_token_that_is_over_is_renewed_without_another_exchange(
    tokens: GraphTokens, come: Come, grants: MemoryGrants, sealer: Sealer, world: World
) -> None:
    caller = come("ana")
    first = tokens.for_caller(caller)
    outlive(grants, sealer, (caller.tenant_id, caller.oid))
    world.advance(30 * 3600)
    second = tokens.for_caller(caller)
    assert first != second == tokens.for_caller(caller)
    assert (exchanges(world), renewals(world)) == (1, 1)


def outlive(grants: MemoryGrants, sealer: Sealer, person: tuple[str, str]) -> None:
    """Msal reads the true clock, so what it has stored is made to look old."""
    sealed, version = grants.rows[person]
    cache = json.loads(sealer.open(sealed, sealing_context(*person, "graph")))
    for entry in cache["AccessToken"].values():
        entry["expires_on"] = "1000000000"
    grants.rows[person] = (sealer.seal(json.dumps(cache).encode(), sealing_context(*person, "graph")), version)


def test_a_new_process_renews_what_is_stored_and_over(
    tokens: GraphTokens, other_process: GraphTokens, come: Come, world: World
) -> None:
    caller = come("ana")
    rejected = tokens.for_caller(caller)
    renewed = tokens.for_caller(caller, rejected=rejected)
    assert renewed != rejected
    assert other_process.for_caller(caller) == renewed
    assert (exchanges(world), renewals(world)) == (1, 1)


def test_what_is_stored_is_sealed(tokens: GraphTokens, come: Come, grants: MemoryGrants, world: World) -> None:
    token = tokens.for_caller(come("ana"))
    ((sealed, version),) = grants.rows.values()
    assert version == 1
    for secret in (token, *world.refresh_tokens, "ana@contoso.example"):
        assert secret.encode() not in sealed


def test_a_grant_in_the_row_of_another_person_is_worth_nothing(
    tokens: GraphTokens, come: Come, grants: MemoryGrants, world: World, other_process: GraphTokens
) -> None:
    ana, eve = (CONTOSO.id, oid(world, "ana")), (FABRIKAM.id, oid(world, "eve"))
    tokens.for_caller(come("ana"))
    grants.rows[eve] = grants.rows[ana]
    with pytest.raises(GrantLost):
        other_process.for_person(*eve)
    assert inside(other_process.for_caller(come("eve")))["oid"] == oid(world, "eve")


def test_a_new_sealing_key_is_used_when_a_grant_is_next_touched(
    settings: Settings, http: requests.Session, grants: MemoryGrants, come: Come, tokens: GraphTokens, world: World
) -> None:
    tokens.for_caller(come("ana"))
    new = base64.b64encode(b"n" * 32).decode()
    sealer = Sealer([new, KEY])
    person = (CONTOSO.id, oid(world, "ana"))
    assert sealer.needs_resealing(grants.rows[person][0])
    GraphTokens(settings, http, grants, sealer, now=world.time).for_person(*person)
    assert not sealer.needs_resealing(grants.rows[person][0])
    GraphTokens(settings, http, grants, Sealer([new]), now=world.time).for_person(*person)
    assert (exchanges(world), renewals(world)) == (1, 0)


def test_what_is_forgotten_is_found_again_in_the_store(tokens: GraphTokens, come: Come, world: World) -> None:
    caller = come("ana")
    first = tokens.for_caller(caller)
    tokens.forget(caller.tenant_id, caller.oid)
    assert tokens.for_caller(caller) == first
    assert exchanges(world) == 1


def test_a_grant_that_was_changed_meanwhile_is_not_overwritten(
    settings: Settings, http: requests.Session, sealer: Sealer, come: Come, world: World
) -> None:
    person = (CONTOSO.id, oid(world, "ana"))

    class Overtaken(MemoryGrants):
        def load(self, tenant_id: str, oid: str) -> tuple[bytes | None, int]:
            found = super().load(tenant_id, oid)
            self.rows[person] = (b"newer", found[1] + 1)
            return found

    overtaken = Overtaken()
    GraphTokens(settings, http, overtaken, sealer).for_caller(come("ana"))
    assert overtaken.rows[person] == (b"newer", 1)


# Claims challenges (A16)


@pytest.mark.parametrize("spelling", ["json", "base64", "url", "unpadded"])
def test_a_challenge_is_answered_by_one_renewal(tokens: GraphTokens, come: Come, world: World, spelling: str) -> None:
    caller = come("ana")
    encoded = base64.b64encode(CHALLENGE.encode()).decode()
    spelt = {
        "json": CHALLENGE,
        "base64": encoded,
        "url": base64.urlsafe_b64encode(CHALLENGE.encode()).decode(),
        "unpadded": encoded.rstrip("="),
    }[spelling]
    first = tokens.for_caller(caller)
    second = tokens.for_caller(caller, claims=spelt)
    assert first != second == tokens.for_caller(caller)
    assert (exchanges(world), renewals(world)) == (1, 1)


def test_a_challenge_is_answered_after_the_token_was_forgotten(tokens: GraphTokens, come: Come, world: World) -> None:
    caller = come("ana")
    dead = tokens.for_caller(caller)
    tokens.forget(caller.tenant_id, caller.oid)
    assert tokens.for_caller(caller, claims=CHALLENGE) != dead
    assert (exchanges(world), renewals(world)) == (1, 1)


def test_a_challenge_that_needs_the_person_goes_to_the_pane(tokens: GraphTokens, come: Come, world: World) -> None:
    caller = come("ana")
    tokens.for_caller(caller)
    mark(world, "revoked", "ana")
    with pytest.raises(InsufficientClaims) as error:
        tokens.for_caller(caller, claims=CHALLENGE)
    assert error.value.claims == CHALLENGE
    assert (exchanges(world), renewals(world)) == (2, 1)


def test_the_token_that_was_challenged_is_not_found_again(
    tokens: GraphTokens, other_process: GraphTokens, come: Come, world: World
) -> None:
    old = come("ana")
    dead = tokens.for_caller(old)
    mark(world, "revoked", "ana")
    with pytest.raises(InsufficientClaims):
        tokens.for_caller(old, claims=CHALLENGE)
    fresh = come("ana")
    assert tokens.for_caller(fresh) != dead
    assert other_process.for_caller(fresh) != dead


def test_a_challenge_that_another_process_has_answered_costs_nothing(
    tokens: GraphTokens, other_process: GraphTokens, come: Come, world: World
) -> None:
    caller = come("ana")
    dead = tokens.for_caller(caller)
    assert other_process.for_caller(caller) == dead
    renewed = tokens.for_caller(caller, claims=CHALLENGE, rejected=dead)
    assert other_process.for_caller(caller, claims=CHALLENGE, rejected=dead) == renewed
    assert tokens.for_caller(caller, claims=CHALLENGE, rejected=dead) == renewed
    assert (exchanges(world), renewals(world)) == (1, 1)


def test_a_challenge_of_entra_itself_goes_to_the_pane(tokens: GraphTokens, come: Come, world: World) -> None:
    world.marks.mfa.add(oid(world, "ana"))
    with pytest.raises(InsufficientClaims) as error:
        tokens.for_caller(come("ana"))
    assert "capolids" in error.value.claims
    assert tokens.for_caller(come("ana", amr=["pwd", "mfa"]))


@pytest.mark.parametrize("claims", ["", "!", "WzFd", "{", "{]", "[]"])
def test_a_challenge_that_cannot_be_read_asks_for_a_sign_in(tokens: GraphTokens, come: Come, claims: str) -> None:
    with pytest.raises(InteractionRequired):
        tokens.for_caller(come("ana"), claims=claims)


# Refusals


def test_missing_consent_names_the_address_where_it_is_given(tokens: GraphTokens, come: Come, world: World) -> None:
    consent = world.consents[CONTOSO.id, AFFIX_APP]
    given, consent.delegated = consent.delegated, set()
    with pytest.raises(ConsentRequired) as error:
        tokens.for_caller(come("ana"))
    url = f"https://login.microsoftonline.com/{CONTOSO.id}/adminconsent?client_id={AFFIX_APP}"
    assert error.value.extra == {"consentUrl": url}
    consent.delegated = given
    assert tokens.for_caller(come("ana"))


def test_consent_that_was_given_helps_at_once_and_with_the_same_token(
    tokens: GraphTokens, come: Come, world: World
) -> None:
    caller, consent = come("ana"), world.consents[CONTOSO.id, AFFIX_APP]
    given, consent.delegated = consent.delegated, set()
    with pytest.raises(ConsentRequired):
        tokens.for_caller(caller)
    consent.delegated = given
    assert tokens.for_caller(caller)


def test_an_application_that_a_tenant_does_not_have_needs_consent(
    tokens: GraphTokens, come: Come, world: World
) -> None:
    caller = come("ana")
    del world.registrations[AFFIX_APP]
    with pytest.raises(ConsentRequired):
        tokens.for_caller(caller)


def test_a_revoked_person_has_to_sign_in_again(tokens: GraphTokens, come: Come, world: World) -> None:
    caller = come("ana")
    mark(world, "revoked", "ana")
    with pytest.raises(InteractionRequired) as error:
        tokens.for_caller(caller)
    assert error.value.message == "The sign-in is no longer valid. Sign in again."
    assert tokens.for_caller(come("ana"))


def test_a_disabled_person_is_told_so(tokens: GraphTokens, come: Come, world: World) -> None:
    account = world.account("ana")
    assert account is not None
    account.enabled = False
    with pytest.raises(InteractionRequired, match="disabled"):
        tokens.for_caller(come("ana"))


def test_a_pane_whose_token_has_run_out_is_asked_for_another(tokens: GraphTokens, come: Come, world: World) -> None:
    world.advance(1000)
    caller = come("ana", exp=int(world.time()) - 30)
    mark(world, "revoked", "ana")
    with pytest.raises(Unauthenticated):
        tokens.for_caller(caller)


def test_a_revoked_grant_is_replaced_by_an_exchange_when_the_person_is_there(
    tokens: GraphTokens, other_process: GraphTokens, come: Come, world: World
) -> None:
    dead = tokens.for_caller(come("ana"))
    mark(world, "revoked", "ana")
    fresh = come("ana")
    assert other_process.for_caller(fresh, rejected=dead) != dead
    assert (exchanges(world), renewals(world)) == (2, 1)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"status": 429, "headers": {"Retry-After": "17"}}, 17),
        ({"status": 503, "headers": {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}}, 3600),
        ({"status": 500}, 5),
        ({"status": 504}, 5),
        ({"cut": True}, 5),
        ({"status": 200, "body": ["no", "object"]}, 5),
        ({"status": 400, "body": {"error": "temporarily_unavailable"}}, 5),
    ],
)
def test_trouble_at_entra_is_busy_with_whole_seconds(
    tokens: GraphTokens, come: Come, world: World, fault: dict[str, Any], seconds: int
) -> None:
    world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, times=1, **fault))
    with pytest.raises(Busy) as busy:
        tokens.for_caller(come("ana"))
    assert busy.value.extra == {"retryAfter": seconds}


def test_a_person_who_is_throttled_blocks_nobody_else_and_is_not_tried_before_its_time(
    tokens: GraphTokens, come: Come, world: World
) -> None:
    world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, 429, {"Retry-After": "30"}, times=1))
    ana = come("ana")
    with pytest.raises(Busy):
        tokens.for_caller(ana)
    assert tokens.for_caller(come("ben"))
    world.advance(10)
    with pytest.raises(Busy) as busy:
        tokens.for_caller(ana)
    assert busy.value.retry_after in (20, 21)
    assert exchanges(world) == 2
    world.advance(21)
    assert tokens.for_caller(ana)


def test_trouble_without_a_wait_is_tried_again_at_once(tokens: GraphTokens, come: Come, world: World) -> None:
    world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, 503, times=1))
    with pytest.raises(Busy):
        tokens.for_caller(come("ana"))
    assert tokens.for_caller(come("ana"))


@pytest.mark.parametrize("status", [503, 404])
def test_metadata_that_cannot_be_read_is_not_taken_for_a_refusal_of_the_person(
    tokens: GraphTokens, come: Come, world: World, status: int
) -> None:
    world.faults.order(Fault("entra", "GET", "*/.well-known/openid-configuration", status, times=1))
    with pytest.raises(Busy if status == 503 else Misconfigured):
        tokens.for_caller(come("ana"))
    assert tokens.for_caller(come("ana"))


def test_a_token_in_its_last_minutes_is_still_used_while_entra_is_busy(tokens: GraphTokens, world: World) -> None:
    world.limits.token_lifetime = (3600, 3600)
    token = tokens.for_app(CONTOSO.id)
    world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, 503))
    world.advance(3600 - 100)
    assert tokens.for_app(CONTOSO.id) == token
    world.advance(100)
    with pytest.raises(Busy):
        tokens.for_app(CONTOSO.id)


def test_an_answer_for_somebody_else_is_neither_used_nor_kept(
    tokens: GraphTokens, come: Come, grants: MemoryGrants, world: World
) -> None:
    caller = replace(come("ana"), token=come("ben").token)
    with pytest.raises(Misconfigured):
        tokens.for_caller(caller)
    assert grants.rows == {}


# Our own credential


def test_a_wrong_secret_is_said_loudly_and_not_tried_again_for_a_while(
    http: requests.Session, come: Come, grants: MemoryGrants, sealer: Sealer, world: World
) -> None:
    tokens = GraphTokens(make_settings(client_secret="outdated"), http, grants, sealer, now=world.time)
    ana = come("ana")
    for person in ("ana", "ben", "cleo") * 3:
        with pytest.raises(Misconfigured):
            tokens.for_caller(come(person))
    with pytest.raises(Misconfigured):
        tokens.for_app(CONTOSO.id)
    assert asked(world, method="POST") == 1
    world.registrations[AFFIX_APP].secrets.add("outdated")
    world.advance(31)
    assert tokens.for_caller(ana)


def test_a_tenant_that_refuses_our_credential_stops_no_other(tokens: GraphTokens, come: Come, world: World) -> None:
    """As when an administrator there has put Affix out of use."""
    body = {"error": "invalid_client", "error_description": "AADSTS7000229", "error_codes": [7000229]}
    world.faults.order(Fault("entra", "POST", f"*/{FABRIKAM.id}/oauth2/v2.0/token", status=401, body=body))
    for _ in range(3):
        with pytest.raises(Misconfigured):
            tokens.for_caller(come("eve"))
        assert tokens.for_caller(come("ana"))
    assert tokens.for_app(CONTOSO.id)


def test_an_outdated_secret_does_not_take_away_a_token_that_still_works(
    tokens: GraphTokens, come: Come, world: World
) -> None:
    token = tokens.for_caller(come("ana"))
    world.registrations[AFFIX_APP].secrets = {"another"}
    assert tokens.for_caller(come("ana")) == token


# A person who is not there


def test_a_stored_grant_works_without_the_person(
    tokens: GraphTokens, other_process: GraphTokens, come: Come, world: World
) -> None:
    dead = tokens.for_caller(come("ana"))
    person = (CONTOSO.id, oid(world, "ana"))
    assert other_process.for_person(*person) == dead
    renewed = other_process.for_person(*person, rejected=dead)
    assert inside(renewed)["oid"] == person[1]
    assert (exchanges(world), renewals(world)) == (1, 1)


def test_a_person_who_never_came_has_no_grant(tokens: GraphTokens, world: World) -> None:
    with pytest.raises(GrantLost) as error:
        tokens.for_person(CONTOSO.id, oid(world, "ben"))
    assert (error.value.code, error.value.message) == (
        "grant_lost",
        "This person has not connected a mailbox to Affix yet.",
    )
    assert asked(world, method="POST") == 0


@pytest.mark.parametrize("why", ["revoked", "disabled", "mfa", "consent", "idle", "challenge"])
def test_a_grant_that_is_refused_is_lost_with_a_reason(tokens: GraphTokens, come: Come, world: World, why: str) -> None:
    dead = tokens.for_caller(come("ana"))
    account = world.account("ana")
    assert account is not None
    if why == "revoked":
        mark(world, "revoked", "ana")
    elif why == "disabled":
        account.enabled = False
    elif why == "mfa":
        world.marks.mfa.add(account.id)
    elif why == "consent":
        world.consents[CONTOSO.id, AFFIX_APP].delegated = set()
    elif why == "idle":
        world.advance(world.limits.refresh_lifetime + 1)
    claims = CHALLENGE if why == "challenge" else None
    if why == "challenge":
        mark(world, "revoked", "ana")
    with pytest.raises(GrantLost) as error:
        tokens.for_person(CONTOSO.id, account.id, claims, rejected=dead)
    assert error.value.message.endswith(".")
    assert exchanges(world) == 1


def test_a_grant_is_not_lost_because_entra_is_busy(tokens: GraphTokens, come: Come, world: World) -> None:
    dead = tokens.for_caller(come("ana"))
    world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, 503, times=1))
    person = (CONTOSO.id, oid(world, "ana"))
    with pytest.raises(Busy):
        tokens.for_person(*person, rejected=dead)
    assert tokens.for_person(*person, rejected=dead) != dead


# The application itself


def test_the_application_has_a_token_per_tenant_that_is_asked_once(tokens: GraphTokens, world: World) -> None:
    found = {tokens.for_app(tenant) for tenant in (CONTOSO.id, FABRIKAM.id) * 5}
    assert {inside(token)["tid"] for token in found} == {CONTOSO.id, FABRIKAM.id}
    assert {inside(token)["idtyp"] for token in found} == {"app"}
    assert asked(world, grant="client_credentials") == 2


def test_a_tenant_may_share_its_id_with_no_person(tokens: GraphTokens, come: Come, world: World) -> None:
    tokens.for_caller(come("ana"))
    assert inside(tokens.for_app(CONTOSO.id))["idtyp"] == "app"
    assert inside(tokens.for_caller(come("ana")))["idtyp"] == "user"


def test_the_application_never_touches_a_stored_grant(tokens: GraphTokens, grants: MemoryGrants) -> None:
    tokens.for_app(CONTOSO.id)
    assert grants.rows == {}


def test_the_applications_token_can_be_replaced_after_graph_refused_it(tokens: GraphTokens, world: World) -> None:
    dead = tokens.for_app(CONTOSO.id)
    renewed = tokens.for_app(CONTOSO.id, rejected=dead)
    assert dead != renewed == tokens.for_app(CONTOSO.id, rejected=dead)
    assert asked(world, grant="client_credentials") == 2


def test_a_tenant_that_microsoft_does_not_know_is_a_matter_of_setup(tokens: GraphTokens) -> None:
    with pytest.raises(Misconfigured):
        tokens.for_app("99999999-9999-4999-8999-999999999999")


# Secrets


def test_no_error_shows_a_secret(
    tokens: GraphTokens, come: Come, world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    caller = come("ana")
    secrets = [AFFIX_SECRET, caller.token]
    token = tokens.for_caller(caller)
    for fault in ({"cut": True}, {"status": 500}, {"status": 400, "body": {"error": "invalid_grant"}}):
        world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, times=2, **fault))  # type: ignore[arg-type]
        with pytest.raises(AffixError) as error:
            tokens.for_caller(caller, rejected=token)
        assert not any(secret in repr(error.getrepr(showlocals=False, chain=True)) for secret in secrets)
        world.faults.clear()
    printed = caplog.text + "".join(capsys.readouterr())
    assert not any(secret in printed for secret in (*secrets, *world.refresh_tokens))
