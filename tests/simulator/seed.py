"""The world at the start: Contoso, Fabrikam, their people and mailboxes, Affix, Office and a stranger's app."""

from dataclasses import dataclass

from tests.simulator.directory import (
    APPLICATION_DEFAULT,
    DELEGATED_DEFAULT,
    OFFICE_APP,
    OFFICE_DELEGATED,
    Account,
    Consent,
    Registration,
    Right,
    Tenant,
)

CONTOSO = Tenant("11111111-2222-4333-8444-555555555555", "contoso.example")
FABRIKAM = Tenant("22222222-3333-4444-8555-666666666666", "fabrikam.example")
AFFIX_APP = "5f0c1a52-8d36-4b7e-9a41-2c6d7e8f9a01"
AFFIX_SECRET = "demo-client-secret"
OTHER_APP = "7a1d2c3b-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
ADMINISTRATOR = "Affix.Administrator"


@dataclass(frozen=True)
class Resident:
    """One mailbox of the start, and the account behind it."""

    name: str
    address: str
    tenant: Tenant
    purpose: str = "user"
    app_roles: tuple[str, ...] = ()


RESIDENTS = (
    Resident("Ana", "ana@contoso.example", CONTOSO, app_roles=(ADMINISTRATOR,)),
    Resident("Ben", "ben@contoso.example", CONTOSO),
    Resident("Cleo", "cleo@contoso.example", CONTOSO),
    Resident("Mallory", "mallory@contoso.example", CONTOSO),
    Resident("Support", "support@contoso.example", CONTOSO, "shared"),
    Resident("Sales", "sales@contoso.example", CONTOSO, "shared"),
    Resident("Room 1", "room1@contoso.example", CONTOSO, "room"),
    Resident("Eve", "eve@fabrikam.example", FABRIKAM),
)

RIGHTS = (
    Right("ana@contoso.example", "support@contoso.example", "full"),
    Right("ana@contoso.example", "support@contoso.example", "sendAs"),
    Right("ana@contoso.example", "sales@contoso.example", "full"),
    Right("ana@contoso.example", "sales@contoso.example", "sendAs"),
    Right("ben@contoso.example", "support@contoso.example", "full"),
    Right("ben@contoso.example", "support@contoso.example", "sendAs"),
    Right("ben@contoso.example", "cleo@contoso.example", "delegate"),
    Right("ben@contoso.example", "cleo@contoso.example", "sendOnBehalf"),
)


def accounts() -> list[Account]:
    return [
        Account(who.name, who.address, who.tenant, enabled=who.purpose == "user", app_roles=who.app_roles)
        for who in RESIDENTS
    ]


def registrations() -> list[Registration]:
    return [
        Registration(
            AFFIX_APP,
            "Affix",
            uris=[f"api://{AFFIX_APP}"],
            secrets={AFFIX_SECRET},
            redirects=["http://localhost/oauth/callback"],
            spa_redirects=["http://localhost/addin/admin.html"],
            scopes=("access_as_user",),
        ),
        Registration(OTHER_APP, "Another app", uris=[f"api://{OTHER_APP}"], secrets={"other-secret"}, scopes=("use",)),
        Registration(OFFICE_APP, "Microsoft Office", is_microsoft=True),
    ]


def consents() -> dict[tuple[str, str], Consent]:
    """By tenant and application."""
    given = {}
    for tenant in (CONTOSO, FABRIKAM):
        given[tenant.id, AFFIX_APP] = Consent(set(DELEGATED_DEFAULT), set(APPLICATION_DEFAULT))
        given[tenant.id, OFFICE_APP] = Consent(set(OFFICE_DELEGATED))
        given[tenant.id, OTHER_APP] = Consent({"User.Read"})
    return given
