"""The company of the public guide to shared mailboxes: its mailboxes and people, in a tenant of the simulated Microsoft
365, and steps by which a program connects them.
"""

from dataclasses import dataclass
from typing import Any

from tests.conftest import Control, Someone
from tests.simulator.directory import Account, Right
from tests.simulator.mailbox import Mailbox
from tests.simulator.seed import AFFIX_APP, CONTOSO
from tests.simulator.world import World

PEOPLE = {"user@company.com": "A User", "admin@company.com": "Administrator"}
SHARED = {
    "support@company.com": "Support Mailbox",
    "sales@company.com": "Sales Mailbox",
    "info@company.com": "Info Mailbox",
}


@dataclass(frozen=True)
class Company:
    """`user@` and `admin@` are people; both may read, write and send as each of the shared mailboxes."""

    world: World
    control: Control

    def tokens(self, person: str) -> dict[str, str]:
        """What a program holds that signed this person in by itself: {"accessToken", "refreshToken"}."""
        return tokens_of(self.control, person)

    def allow(self, person: str, mailbox: str, *kinds: str) -> None:
        for kind in kinds:
            self.world.rights.append(Right(person, mailbox, kind))


def company_of(world: World, control: Control) -> Company:
    with world.lock:
        for address, name in PEOPLE.items():
            add_mailbox(world, address, name)
        for address, name in SHARED.items():
            add_mailbox(world, address, name, "shared")
            world.rights += [Right(each, address, kind) for each in PEOPLE for kind in ("full", "sendAs")]
    return Company(world, control)


def add_mailbox(world: World, address: str, name: str, purpose: str = "user") -> None:
    """Also the account behind it, as everybody and every shared mailbox has one."""
    account = Account(name, address, CONTOSO, enabled=purpose == "user")
    world.accounts.append(account)
    world.mailboxes.append(Mailbox(account, purpose, world._heard))


def tokens_of(control: Control, person: str) -> dict[str, str]:
    """Tokens of a person for Graph, given to the app registration of Affix."""
    made = control("POST", "tokens", json={"user": person, "kind": "graph", "app": AFFIX_APP})
    return {"accessToken": made["token"], "refreshToken": made["refreshToken"]}


def own_tokens(control: Control, account: str, user: str, mailbox: str | None = None) -> dict[str, Any]:
    """The body that adds an account with tokens of the program's own: of the person's mailbox, or of another one."""
    auth = {"user": user, **({"delegatedUser": mailbox} if mailbox else {})}
    return {
        "account": account,
        "name": account,
        "email": mailbox or user,
        "oauth2": {"provider": "affix", "auth": auth, **tokens_of(control, user)},
    }


def delegated(account: str, mailbox: str, main: str) -> dict[str, Any]:
    """The body that adds a shared mailbox to a main account."""
    auth = {"delegatedUser": mailbox, "delegatedAccount": main}
    return {"account": account, "name": account, "email": mailbox, "oauth2": {"auth": auth}}


def connected(
    program: Someone, control: Control, account: str, user: str, mailbox: str | None = None
) -> dict[str, Any]:
    """An account that was just added with tokens of the program's own."""
    answer: dict[str, Any] = program("POST", "/v1/account", own_tokens(control, account, user, mailbox), expect=200)
    return answer


def shown(program: Someone, account: str) -> dict[str, Any]:
    answer: dict[str, Any] = program("GET", f"/v1/account/{account}", expect=200)
    return answer
