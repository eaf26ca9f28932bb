"""With whose right an account is used: its own person's, or that of the main account that it refers to."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.errors import Invalid, NotFound
from server.models import Access, Account, Person


class BadDelegation(Invalid):
    """An account refers to a main account that cannot carry it."""

    code = "BadDelegation"


def account_of(session: Session, tenant_id: str, account: str) -> Account:
    """Raises NotFound. What another tenant has is not there."""
    mine = select(Account).where(Account.tenant_id == tenant_id, Account.account == account)
    found = session.scalars(mine).one_or_none()
    if found is None:
        raise NotFound("There is no account with this id.", code="AccountNotFound")
    return found


def root_of(account: Account) -> Account:
    """The account whose right carries this one: itself, unless it is delegated. Raises BadDelegation."""
    for each in _upwards(account):
        if each.access == Access.unset:
            raise BadDelegation(f"Nobody has signed in for the main account “{each.account}” yet.")
        if each.access != Access.delegated:
            return each
    raise BadDelegation(f"The account “{account.account}” leads back to itself through its main accounts.")


def _upwards(account: Account) -> Iterator[Account]:
    """The account and its main accounts, each once. Raises BadDelegation where one is not there."""
    seen = set()
    each = account
    while each.id not in seen:
        seen.add(each.id)
        yield each
        if each.main is None:
            named = each.delegated_account
            raise BadDelegation(f"The main account “{named}” is not there. Add it, or name another one.")
        each = each.main


def carrier_of(session: Session, account: Account) -> Person | None:
    """Whose grant carries the account; None is Affix itself, by what the tenant granted to it. Raises BadDelegation."""
    root = root_of(account)
    if root.person is None and root.access != Access.application:
        raise BadDelegation(f"Nobody has signed in for the account “{root.account}” yet.")
    return root.person


def users_of(session: Session, account: Account) -> list[Account]:
    """The accounts that have this one as their main account, directly or through others, by id."""
    found: dict[object, Account] = {}
    waiting = [account]
    while waiting:
        theirs = select(Account).where(Account.main_id == waiting.pop().id).order_by(Account.account)
        for each in session.scalars(theirs):
            if each.id not in found and each.id != account.id:
                found[each.id] = each
                waiting.append(each)
    return sorted(found.values(), key=lambda each: each.account)
