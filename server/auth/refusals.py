"""What an error answer of Entra's token endpoint means for the person, the administrator or the operator.

Decided by `error`, `suberror` and the presence of `claims`. Texts and AADSTS numbers change without notice, so a number
only chooses a sentence: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from collections.abc import Mapping
from typing import Any

from server.auth.entra_http import PAUSE
from server.errors import AffixError, Busy, ConsentRequired, InsufficientClaims, InteractionRequired, Misconfigured
from server.settings import Settings

NO_CONSENT = frozenset({"consent_required", "consent_declined"})
PERSON_NEEDED = frozenset({"invalid_grant", "interaction_required", "login_required", "access_denied"})
MOMENTARY = frozenset({"temporarily_unavailable", "server_error", "slow_down"})

BLOCKED = "The sign-in rules of your organisation do not allow this. Ask your administrator."
EXPIRED = "The sign-in is no longer valid. Sign in again."
ACCOUNT_GONE = frozenset({50057, 50034, 50105, 51004})  # disabled, deleted, no longer assigned, unknown
SENTENCES = {
    50057: "This account is disabled. Ask your administrator.",
    50105: "This account is not assigned to Affix. Ask your administrator.",
    50020: "This account belongs to another organisation.",
    51004: "This account is not known to the organisation.",
    **dict.fromkeys((53000, 53001, 53002, 53003, 530035), BLOCKED),
    **dict.fromkeys((50173, 50132, 50133, 700082, 70043, 70008), EXPIRED),
}


class GrantLost(InteractionRequired):
    """The stored grant of a person no longer works; only that person can renew it. The message says why.

    With the code "account_gone" nobody can: the person is no longer there, or no longer let in.
    """

    code = "grant_lost"


def refusal(answer: Mapping[str, Any], tenant_id: str, settings: Settings) -> AffixError:
    """The error to raise for an answer that has no token."""
    error, suberror, claims = answer.get("error"), answer.get("suberror"), answer.get("claims")
    if error in MOMENTARY:
        return Busy("Microsoft's sign-in service is busy.", retry_after=PAUSE)
    if isinstance(claims, str) and claims:
        return InsufficientClaims(claims)
    # An app that is unknown in a tenant (unauthorized_client) gets there by an administrator's consent.
    if error in NO_CONSENT or suberror in NO_CONSENT or error == "unauthorized_client":
        return ConsentRequired(
            "An administrator has to approve Affix first.", consentUrl=consent_url(tenant_id, settings)
        )
    if error in PERSON_NEEDED:
        return InteractionRequired(sentence(answer))
    return Misconfigured("Affix is not set up correctly for this organisation.")


def consent_url(tenant_id: str, settings: Settings) -> str:
    """Where an administrator approves all permissions of Affix at once."""
    return f"https://{settings.login_host}/{tenant_id}/adminconsent?client_id={settings.client_id}"


def sentence(answer: Mapping[str, Any]) -> str:
    """Says to a person what is wrong."""
    return next((SENTENCES[number] for number in numbers(answer) if number in SENTENCES), EXPIRED)


def is_account_gone(answer: Mapping[str, Any]) -> bool:
    """Whether the account itself is over, not only its sign-in."""
    return not ACCOUNT_GONE.isdisjoint(numbers(answer))


def numbers(answer: Mapping[str, Any]) -> list[int]:
    """The AADSTS numbers, for the log and for texts."""
    found = answer.get("error_codes")
    return [each for each in found if isinstance(each, int)] if isinstance(found, list) else []
