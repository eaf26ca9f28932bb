"""/me, /users/{id} and mailbox settings."""

from typing import Any

from tests.simulator.directory import Account
from tests.simulator.graph import access
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.routing import of_mailbox, route
from tests.simulator.mailbox import Mailbox

USUAL = (
    "businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname "
    "userPrincipalName id"
).split()
BASIC = {*USUAL, "userType", "proxyAddresses", "otherMails", "mailNickname"}
READ_ALL = {"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
PRIVILEGES = "Insufficient privileges to complete the operation."


@route("GET", "/me")
def me(call: Call) -> Answer:
    account = access.person(call)
    if not call.bearer.scopes & {"User.Read", "User.ReadWrite", *READ_ALL}:
        raise GraphError(403, "Authorization_RequestDenied", PRIVILEGES)
    return _shown(call, account, everything=True)


@route("GET", "/users/{user}")
def user(call: Call) -> Answer:
    account = _account_asked(call)
    granted = call.bearer.roles if call.bearer.is_app_only else call.bearer.scopes
    own = not call.bearer.is_app_only and access.person(call).id == account.id and "User.Read" in granted
    if not own and not granted & {*READ_ALL, "User.ReadBasic.All"}:
        raise GraphError(403, "Authorization_RequestDenied", PRIVILEGES)
    return _shown(call, account, everything=own or bool(granted & READ_ALL))


@of_mailbox("GET", "/mailboxSettings")
def mailbox_settings(call: Call) -> Answer:
    mailbox = access.settings(call)
    body = {
        "@odata.context": f"{call.base}/v1.0/$metadata#users('{mailbox.account.id}')/mailboxSettings",
        "archiveFolder": _folder_id(mailbox, "archive"),
        "timeZone": "UTC",
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "automaticRepliesSetting": {"status": "disabled", "externalAudience": "all"},
        "language": {"locale": "en-US", "displayName": "English (United States)"},
        "userPurpose": mailbox.purpose,
    }
    return Answer(json=body)


@of_mailbox("GET", "/mailboxSettings/userPurpose")
def user_purpose(call: Call) -> Answer:
    mailbox = access.settings(call)
    context = f"{call.base}/v1.0/$metadata#users('{mailbox.account.id}')/mailboxSettings/userPurpose"
    return Answer(json={"@odata.context": context, "value": mailbox.purpose})


def _account_asked(call: Call) -> Account:
    """By id or user principal name only: the directory does not know Exchange's other addresses."""
    name = call.params["user"]
    for account in call.world.accounts:
        if account.tenant.id == call.bearer.tenant_id and account.is_called(name):
            return account
    message = f"Resource '{name}' does not exist or one of its queried reference-property objects are not present."
    raise GraphError(404, "Request_ResourceNotFound", message)


def _shown(call: Call, account: Account, everything: bool) -> Answer:
    names = [name for name in call.query.get("$select", "").split(",") if name]
    known = _properties(account)
    for name in names:
        if name not in known:
            message = f"Could not find a property named '{name}' on type 'microsoft.graph.user'."
            raise GraphError(400, "BadRequest", message)
        if not everything and name not in BASIC:
            raise GraphError(403, "Authorization_RequestDenied", PRIVILEGES)
    chosen = {name: known[name] for name in names or USUAL}
    listed = f"({','.join(names)})" if names else ""
    return Answer(json={"@odata.context": f"{call.base}/v1.0/$metadata#users{listed}/$entity", **chosen})


def _properties(account: Account) -> dict[str, Any]:
    given, _, family = account.name.partition(" ")
    licensed = [{"skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965", "disabledPlans": []}] if account.enabled else []
    return {
        "businessPhones": [],
        "displayName": account.name,
        "givenName": given,
        "jobTitle": None,
        "mail": account.address,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": family or None,
        "userPrincipalName": account.address,
        "id": account.id,
        "accountEnabled": account.enabled,
        "assignedLicenses": licensed,
        "mailNickname": account.address.split("@")[0],
        "otherMails": [],
        "proxyAddresses": [f"SMTP:{account.address}", f"smtp:{account.alias}"],
        "userType": "Member",
        "companyName": None,
        "department": None,
    }


def _folder_id(mailbox: Mailbox, name: str) -> str | None:
    folder = mailbox.folder(name)
    return folder.id.rest() if folder else None
