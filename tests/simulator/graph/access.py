"""Who may do what: token, scopes and roles, rights on the mailbox, the fence round an application.

https://learn.microsoft.com/graph/permissions-reference, https://learn.microsoft.com/graph/outlook-share-messages-folders,
https://learn.microsoft.com/exchange/permissions-exo/application-rbac
"""

from functools import lru_cache
from typing import Any

import jwt
from jwt.types import Options

from tests.simulator import keys
from tests.simulator.directory import GRAPH_APP, GRAPH_URI, OFFICE_APP, Account
from tests.simulator.entra.tokens import encoded_claims, serial_of
from tests.simulator.graph.call import Bearer, Call, GraphError
from tests.simulator.mailbox import Folder, Mailbox

DENIED = "Access is denied. Check credentials and try again."
CHALLENGE = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    f'client_id="{GRAPH_APP}"'
)
UNCHECKED: Options = {"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
READING = ("Mail.Read", "Mail.ReadWrite")
WRITING = ("Mail.ReadWrite",)


def verified_bearer(call: Call) -> Bearer:
    """The token of the request. Raises GraphError 401."""
    scheme, _, token = call.header("Authorization").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthorised("Access token is empty.")
    claims = _signed_by_entra(token)
    if claims is None:
        raise _unauthorised("CompactToken parsing failed with error code: 80049217")
    if claims.get("aud") not in {GRAPH_URI, GRAPH_APP}:
        raise _unauthorised("Access token validation failure. Invalid audience.")
    marks, serial = call.world.marks, serial_of(claims)
    if claims.get("exp", 0) < call.world.time() or serial <= marks.expired.get(claims.get("oid", ""), -1):
        raise _unauthorised("Lifetime validation failed, the token is expired.")
    ended = max(marks.challenged.get(claims["oid"], -1), marks.revoked.get(claims["oid"], -1))
    if serial <= ended and "CP1" in claims.get("xms_cc", ()):
        raise _challenged(int(call.world.time()))
    return Bearer(claims)


@lru_cache(maxsize=4096)
def _signed_by_entra(token: str) -> dict[str, Any] | None:
    """The claims, if the signature holds."""
    try:
        public = keys.private_key("graph").public_key()
        claims: dict[str, Any] = jwt.decode(token, public, algorithms=["RS256"], options=UNCHECKED)
    except jwt.PyJWTError:
        return None
    return claims


@lru_cache(maxsize=4096)
def _claimed(authorization: str) -> dict[str, Any] | None:
    """What a token says, unverified."""
    try:
        claims: dict[str, Any] = jwt.decode(authorization.partition(" ")[2], options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    return claims


def who_is_asked(call: Call) -> str | None:
    """The address of the mailbox that the request is about, for counting; from an unverified token where it is /me."""
    claims = _claimed(call.header("Authorization"))
    if claims is None:
        return None
    if "user" in call.params:
        mailbox = call.world.mailbox(call.params["user"], claims.get("tid"))
    else:
        mailbox = call.world.mailbox(str(claims.get("oid")), claims.get("tid"))
    return mailbox.address if mailbox else None


def claimed(call: Call) -> tuple[str, str]:
    """The application and the kind of access, as the (still unverified) token says."""
    claims = _claimed(call.header("Authorization"))
    if claims is None:
        return "unknown", "none"
    return str(claims.get("appid")), "application" if claims.get("idtyp") == "app" else "delegated"


def counts(app: str) -> bool:
    return app != OFFICE_APP


def person(call: Call) -> Account:
    """The person of a delegated token. Raises GraphError for an app-only one."""
    if call.bearer.is_app_only:
        raise GraphError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    account = call.world.account(str(call.bearer.claims["oid"]), call.bearer.tenant_id)
    if account is None:
        raise _unauthorised("The identity of the calling application or person could not be established.")
    return account


def mailbox_asked(call: Call) -> Mailbox:
    """The mailbox in the address. Raises GraphError where there is none in the caller's tenant."""
    name = call.params.get("user")
    if name is None:
        name = person(call).id
    mailbox = call.world.mailbox(name, call.bearer.tenant_id)
    if mailbox is None:
        raise GraphError(404, "ErrorInvalidUser", f"The requested user '{name}' is invalid.")
    if not mailbox.active:
        sentence = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
        raise GraphError(404, "MailboxNotEnabledForRESTAPI", sentence)
    return mailbox


def mail(call: Call, writing: bool = False) -> Mailbox:
    """The mailbox in the address, if the caller may read (or change) mail in it. Raises GraphError."""
    mailbox = mailbox_asked(call)
    wanted = WRITING if writing else READING
    if call.bearer.is_app_only:
        check_application(call, mailbox, wanted)
        return mailbox
    own = mailbox.account.id == person(call).id
    enough = {f"{name}.Shared" for name in wanted} | (set(wanted) if own else set())
    if not enough & call.bearer.scopes:
        raise GraphError(403, "ErrorAccessDenied", DENIED)
    if not own and not _opens(call, mailbox, writing):
        raise GraphError(403, "ErrorAccessDenied", DENIED)
    return mailbox


def check_folder(call: Call, mailbox: Mailbox, folder: Folder) -> None:
    """A delegate may have been given some folders only. Raises GraphError."""
    if call.bearer.is_app_only or mailbox.account.id == person(call).id:
        return
    for right in call.world.rights_of(person(call), mailbox):
        if right.opens_mail and (right.folders is None or mailbox.path_of(folder).split("/")[0] in right.folders):
            return
    raise GraphError(403, "ErrorAccessDenied", DENIED)


def settings(call: Call, writing: bool = False) -> Mailbox:
    """The mailbox in the address, if the caller may read its settings: nobody may read another person's, but for an
    application. Raises GraphError."""
    mailbox = mailbox_asked(call)
    wanted = ("MailboxSettings.ReadWrite",) if writing else ("MailboxSettings.Read", "MailboxSettings.ReadWrite")
    if call.bearer.is_app_only:
        check_application(call, mailbox, wanted)
    elif mailbox.account.id != person(call).id or not call.bearer.scopes & set(wanted):
        raise GraphError(403, "ErrorAccessDenied", DENIED)
    return mailbox


def _opens(call: Call, mailbox: Mailbox, writing: bool) -> bool:
    rights = call.world.rights_of(person(call), mailbox)
    return any(right.opens_mail and (right.write or not writing) for right in rights)


def check_application(call: Call, mailbox: Mailbox, wanted: tuple[str, ...]) -> None:
    """Roles of the token reach every mailbox (but for an access policy); those of the fence reach its mailboxes."""
    consent = call.world.consent(call.bearer.tenant_id, call.bearer.app)
    fenced_in = mailbox.address in consent.fence.mailboxes and bool(consent.fence.roles & set(wanted))
    if not fenced_in and not call.bearer.roles & set(wanted):
        raise GraphError(403, "ErrorAccessDenied", DENIED)
    if consent.access_policy is not None and mailbox.address not in consent.access_policy:
        raise GraphError(403, "ErrorAccessDenied", "Access to OData is disabled.")


def _unauthorised(message: str) -> GraphError:
    return GraphError(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": CHALLENGE})


def _challenged(now: int) -> GraphError:
    """https://learn.microsoft.com/entra/identity-platform/app-resilience-continuous-access-evaluation"""
    claims = encoded_claims({"access_token": {"nbf": {"essential": True, "value": str(now)}}})
    challenge = f'{CHALLENGE}, error="insufficient_claims", claims="{claims}"'
    message = (
        "Continuous access evaluation resulted in challenge with result: InteractionRequired "
        "and code: TokenIssuedBeforeRevocationTimestamp"
    )
    return GraphError(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": challenge})
