"""Who somebody is, what a mailbox is for, and who may ask."""

from collections.abc import Callable

import pytest

from tests.test_simulator.cast import Caller, Control, at, refusal

PERSON = Callable[..., Caller]
SHARED = "/users/support@contoso.example"


def test_me_is_the_person_of_the_token(on_behalf_of: PERSON) -> None:
    me = on_behalf_of("ben").get("/me").json()
    assert (me["mail"], me["displayName"]) == ("ben@contoso.example", "Ben") and "proxyAddresses" not in me
    chosen = on_behalf_of("ben").get("/me?$select=id,proxyAddresses,accountEnabled").json()
    assert chosen["proxyAddresses"] == ["SMTP:ben@contoso.example", "smtp:ben.alias@contoso.example"]
    assert chosen["accountEnabled"] is True and chosen["id"] == me["id"] and "mail" not in chosen


def test_me_needs_a_person_and_the_scope(person: PERSON, app_only: Callable[[], Caller]) -> None:
    assert refusal(app_only().get("/me")) == (400, "BadRequest")
    assert refusal(person("ben", "Mail.Read").get("/me")) == (403, "Authorization_RequestDenied")
    assert refusal(person("ben", "User.Read").get("/me?$select=shoeSize")) == (400, "BadRequest")


def test_other_people_need_more_than_user_read(person: PERSON) -> None:
    assert refusal(person("ben", "User.Read").get("/users/cleo@contoso.example"))[0] == 403
    basic = person("ben", "User.ReadBasic.All")
    assert basic.get("/users/cleo@contoso.example").json()["displayName"] == "Cleo"
    assert refusal(basic.get("/users/cleo@contoso.example?$select=accountEnabled"))[0] == 403
    everything = person("ben", "User.Read.All").get(f"{SHARED}?$select=accountEnabled,assignedLicenses").json()
    assert (everything["accountEnabled"], everything["assignedLicenses"]) == (False, [])


def test_the_directory_knows_neither_aliases_nor_other_tenants(person: PERSON) -> None:
    reader = person("ben", "User.Read.All")
    for stranger in ("cleo.alias@contoso.example", "eve@fabrikam.example", "nobody@contoso.example"):
        assert refusal(reader.get(at(stranger))) == (404, "Request_ResourceNotFound")


def test_a_person_reads_the_purpose_of_the_own_mailbox_only(person: PERSON) -> None:
    ben = person("ben", "MailboxSettings.Read", "Mail.ReadWrite.Shared")
    assert ben.get("/me/mailboxSettings").json()["userPurpose"] == "user"
    assert ben.get("/me/mailboxSettings/userPurpose").json()["value"] == "user"
    for path in ("/mailboxSettings", "/mailboxSettings/userPurpose"):
        assert refusal(ben.get(SHARED + path)) == (403, "ErrorAccessDenied"), "full access does not help"
        assert refusal(ben.get(at("cleo@contoso.example", path))) == (403, "ErrorAccessDenied")


def test_an_application_reads_every_purpose(app_only: Callable[[], Caller], control: Control) -> None:
    affix = app_only()
    found = {
        name: affix.get(at(f"{name}@contoso.example", "/mailboxSettings/userPurpose")).json()["value"]
        for name in ("ana", "support", "room1", "cleo.alias")
    }
    assert found == {"ana": "user", "support": "shared", "room1": "room", "cleo.alias": "user"}
    control.world(userPurpose={"support": "equipment"})
    assert affix.get(f"{SHARED}/mailboxSettings").json()["userPurpose"] == "equipment"


def test_an_application_without_the_permission_is_refused(app_only: Callable[[], Caller], control: Control) -> None:
    control.world(consent={"application": ["Mail.Read"]})
    assert refusal(app_only().get(f"{SHARED}/mailboxSettings/userPurpose")) == (403, "ErrorAccessDenied")


def test_a_fence_lets_an_application_into_its_mailboxes_only(app_only: Callable[[], Caller], control: Control) -> None:
    fence = {"roles": ["Mail.Read", "MailboxSettings.Read"], "mailboxes": ["support"]}
    control.world(consent={"application": [], "fence": fence})
    affix = app_only()
    for path in ("/messages", "/mailboxSettings/userPurpose"):
        assert affix.get(SHARED + path).status_code == 200
        assert refusal(affix.get(at("cleo@contoso.example", path))) == (403, "ErrorAccessDenied")
    control.world(consent={"application": ["Mail.Read"]})
    assert app_only().get(at("cleo@contoso.example", "/messages")).status_code == 200, (
        "an unfenced grant defeats the fence"
    )


def test_an_access_policy_shuts_an_application_out(app_only: Callable[[], Caller], control: Control) -> None:
    control.world(consent={"accessPolicy": ["support"]})
    affix = app_only()
    assert affix.get(f"{SHARED}/messages").status_code == 200
    answer = affix.get(at("cleo@contoso.example", "/messages"))
    assert refusal(answer) == (403, "ErrorAccessDenied")
    assert answer.json()["error"]["message"] == "Access to OData is disabled."


def test_mailboxes_of_nobody_and_of_other_tenants_do_not_exist(on_behalf_of: PERSON, control: Control) -> None:
    ben = on_behalf_of("ben")
    for stranger in ("eve@fabrikam.example", "nobody@contoso.example", "x y@contoso.example"):
        assert refusal(ben.get(at(stranger, "/messages"))) == (404, "ErrorInvalidUser")
    control.world(inactive={"support": True})
    assert refusal(ben.get(f"{SHARED}/messages")) == (404, "MailboxNotEnabledForRESTAPI")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"exp": 1700000000}, "Lifetime validation failed, the token is expired."),
        ({"aud": "5f0c1a52-8d36-4b7e-9a41-2c6d7e8f9a01"}, "Access token validation failure. Invalid audience."),
    ],
)
def test_a_wrong_token_is_refused(person: PERSON, changes: dict[str, object], message: str) -> None:
    answer = person("ben", claims=changes).get("/me")
    assert refusal(answer) == (401, "InvalidAuthenticationToken")
    assert answer.json()["error"]["message"] == message
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_tokens_of_others_and_no_token_are_refused(person: PERSON, control: Control) -> None:
    ben = person("ben")
    for token in (control.token("ben"), "rubbish", ""):
        assert refusal(Caller(ben.http, token).get("/me")) == (401, "InvalidAuthenticationToken")


def test_tokens_expire_on_order(on_behalf_of: PERSON, control: Control) -> None:
    ben = on_behalf_of("ben")
    control.world(expireTokens="ben")
    answer = ben.get("/me")
    assert (
        refusal(answer) == (401, "InvalidAuthenticationToken") and "claims=" not in answer.headers["WWW-Authenticate"]
    )
    assert on_behalf_of("ben").get("/me").status_code == 200


@pytest.mark.parametrize("event", ["claimsChallenge", "revoke"])
def test_a_capable_client_is_challenged_for_new_claims(on_behalf_of: PERSON, control: Control, event: str) -> None:
    capable, other = on_behalf_of("ben", cae=True), on_behalf_of("ben")
    control.world(**{event: "ben"})
    answer = capable.get("/me")
    assert refusal(answer) == (401, "InvalidAuthenticationToken")
    assert 'error="insufficient_claims", claims="' in answer.headers["WWW-Authenticate"]
    assert other.get("/me").status_code == 200, "who did not declare cp1 keeps the token until it expires"
    assert on_behalf_of("ben", cae=True).get("/me").status_code == 200
