"""Who exists in the simulated Entra: tenants, accounts, app registrations, and what was consented to."""

import uuid
from dataclasses import dataclass, field
from typing import Any

CONSUMER_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
GRAPH_URI = "https://graph.microsoft.com"
OFFICE_APP = "ea5a67f6-b6f3-4338-b240-c655ddc3cc8e"

DELEGATED_DEFAULT = frozenset(
    "User.Read Mail.ReadWrite Mail.ReadWrite.Shared Mail.Send Mail.Send.Shared offline_access openid profile".split()
)
APPLICATION_DEFAULT = frozenset({"MailboxSettings.Read", "Mail.Read"})
OFFICE_DELEGATED = DELEGATED_DEFAULT | {"MailboxSettings.ReadWrite", "User.ReadBasic.All", "People.Read"}


@dataclass(frozen=True)
class Tenant:
    id: str
    domain: str


@dataclass
class Account:
    """A person, or the (disabled, unlicensed) account that every shared mailbox and room has."""

    name: str
    address: str
    tenant: Tenant
    enabled: bool = True
    app_roles: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, self.address))

    @property
    def alias(self) -> str:
        local, _, domain = self.address.partition("@")
        return f"{local}.alias@{domain}"

    def is_called(self, name: str) -> bool:
        """By object id or user principal name, as Entra finds people."""
        return name.lower() in {self.id, self.address.lower()}

    def receives_at(self, name: str) -> bool:
        """By any of its addresses too, as Exchange finds mailboxes."""
        return self.is_called(name) or name.lower() == self.alias.lower()


@dataclass
class Registration:
    """An application known to Entra."""

    client_id: str
    name: str
    uris: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    certificates: dict[str, Any] = field(default_factory=dict)  # x5t#S256 -> public key
    redirects: list[str] = field(default_factory=list)
    spa_redirects: list[str] = field(default_factory=list)  # platform "Single-page application"
    scopes: tuple[str, ...] = ()
    is_microsoft: bool = False

    def is_audience(self, resource: str) -> bool:
        """The client id, api://<client id>, or a registered App ID URI (with any port of localhost)."""
        known = {self.client_id, f"api://{self.client_id}", *self.uris}
        local = resource.startswith("api://localhost") and resource.endswith(f"/{self.client_id}")
        return resource in known or (local and bool(self.scopes))


@dataclass
class Fence:
    """RBAC for Applications: roles that hold only for some mailboxes, and are not in the token."""

    roles: set[str] = field(default_factory=set)
    mailboxes: set[str] = field(default_factory=set)


@dataclass
class Consent:
    """What an administrator of one tenant allowed one application."""

    delegated: set[str] = field(default_factory=set)
    application: set[str] = field(default_factory=set)
    fence: Fence = field(default_factory=Fence)
    access_policy: set[str] | None = None  # old application access policy: the only mailboxes allowed


@dataclass
class Right:
    """What one person may do with another mailbox: "full", "delegate", "sendAs" or "sendOnBehalf"."""

    person: str
    mailbox: str
    right: str
    write: bool = True
    folders: frozenset[str] | None = None  # well-known names; None is every folder

    @property
    def opens_mail(self) -> bool:
        return self.right in {"full", "delegate"}
