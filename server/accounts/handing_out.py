"""Handing a program an access token of an account, for what the account API does not offer. Only where the operator
allows it: who has such a token reads and sends past Affix, for as long as the token lasts.
"""

from typing import Any

from server.accounts.acting import acting
from server.errors import Forbidden
from server.models import Access
from server.services import Services

NOT_ALLOWED = "The operator of Affix does not let access tokens out (AFFIX_HAND_OUT_TOKENS)."
FOR_ALL = "This account is used with what the tenant granted to Affix itself, which opens more mailboxes than this one."


def token_of(services: Services, tenant_id: str, account: str) -> dict[str, Any]:
    """Raises Forbidden, NotFound and NotUsable."""
    if not services.settings.hand_out_tokens:
        raise Forbidden(NOT_ALLOWED, code="TokensNotAllowed")
    mine = acting(services, tenant_id, account)
    if mine.person is None or mine.account.access == Access.application:
        raise Forbidden(FOR_ALL, code="TokensNotAllowed")
    return {
        "account": account,
        "user": mine.person.address,
        "accessToken": mine.ask(lambda token: token),
        "provider": mine.account.provider,
    }
