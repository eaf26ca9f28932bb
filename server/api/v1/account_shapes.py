"""Bodies about accounts, with the names that clients of the account API use. What is not named here is ignored."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel, StringConstraints

from server.accounts.adding import Change, Hook
from server.accounts.proving import Asked
from server.accounts.verifying import CHECKS, MOST_PATIENCE, USUAL_PATIENCE, CheckName
from server.api.shapes import AtLeastOne, Moment, Shape
from server.api.v1.authentication_shapes import AccountId, Address, Label, Name, Url
from server.api.v1.settings import CustomHeader
from server.models import AccountState

Reference = Annotated[str, StringConstraints(max_length=256, pattern=r"^[^\x00]*$")]
Token = Annotated[str, StringConstraints(max_length=16384, pattern=r"^[^\x00]*$")]


class Auth(Shape):
    """`user` is whose tokens these are, or the mailbox of application access; `delegatedUser` the mailbox, by address
    or user id; `delegatedAccount` the main account whose right is used.
    """

    user: Reference | None = None
    delegated_user: Reference | None = Field(None, alias="delegatedUser")
    delegated_account: Reference | None = Field(None, alias="delegatedAccount")


class OAuth2(Shape):
    """`provider` is an OAuth2 application (GET /v1/oauth2). With `authorize` nothing is stored: the answer has a link
    to sign in with, after which the person goes to `redirectUrl`.
    """

    authorize: bool = False
    provider: Label | None = None
    auth: Auth | None = None
    access_token: Token | None = Field(None, alias="accessToken")
    refresh_token: Token | None = Field(None, alias="refreshToken")
    redirect_url: Url | None = Field(None, alias="redirectUrl")


class AccountFields(Shape):
    """`email` is for showing; without `delegatedUser` it names the mailbox. `expectedEmail` is who may sign in.
    `notifyFrom`: messages that came before are not told as new. `webhooks` is an address that is told of this account
    alone, "" for none.
    """

    name: Name | None = None
    email: Address | None = None
    expected_email: Address | None = Field(None, alias="expectedEmail")
    notify_from: Moment | None = Field(None, alias="notifyFrom")
    oauth2: OAuth2 | None = None
    webhooks: Url | None = None
    webhooks_custom_headers: Annotated[list[CustomHeader], Field(max_length=20)] | None = Field(
        None, alias="webhooksCustomHeaders"
    )
    imap: dict[str, Any] | bool | None = None
    smtp: dict[str, Any] | bool | None = None

    @property
    def is_of_imap(self) -> bool:
        return bool(self.imap or self.smtp)

    @property
    def hook(self) -> Hook | None:
        named = self.webhooks_custom_headers
        headers = {each.key: each.value for each in named} if named is not None else None
        return Hook(self.webhooks, headers) if self.webhooks is not None else None

    def asked(self, account: str) -> Asked:
        oauth2 = self.oauth2 or OAuth2.model_validate({})
        auth = oauth2.auth or Auth.model_validate({})
        return Asked(
            account=account,
            name=self.name,
            email=self.email or None,
            provider=oauth2.provider,
            user=auth.user or None,
            delegated_user=auth.delegated_user or None,
            delegated_account=auth.delegated_account or None,
            access_token=oauth2.access_token or None,
            refresh_token=oauth2.refresh_token or None,
            expected_email=self.expected_email or None,
            notify_from=self.notify_from,
        )


class AccountRequest(AtLeastOne, AccountFields):
    """Without `account` an id is made up."""

    account: AccountId | None = None


class AccountUpdate(AtLeastOne, AccountFields):
    """What is not named stays as it is."""

    def change(self, account: str) -> Change:
        parts = (self, self.oauth2, self.oauth2.auth if self.oauth2 else None)
        named = frozenset(name for part in parts if part is not None for name in part.model_fields_set)
        return Change(self.asked(account), named)


class FlushRequest(AtLeastOne):
    flush: bool = True
    notify_from: Moment | None = Field(None, alias="notifyFrom")


class VerifyRequest(AtLeastOne, AccountFields):
    """`mailboxes`: name the folders too."""

    mailboxes: bool = False


class Trial(Shape):
    """Some of the checks, and how many seconds they may take together."""

    checks: Annotated[list[CheckName], Field(min_length=1)] = Field(default_factory=lambda: list(CHECKS))
    timeout: Annotated[int, Field(ge=1, le=int(MOST_PATIENCE))] = int(USUAL_PATIENCE)


class Finding(BaseModel):
    """In words, and what to do where it is not well."""

    check: CheckName
    ok: bool
    message: str


class Findings(BaseModel):
    account: str
    ok: bool
    checks: list[Finding]


class AccountPage(BaseModel):
    """`page` counts from 0. `query` is a part of the id, the name or the address."""

    page: Annotated[int, Field(ge=0, le=100000)] = 0
    page_size: Annotated[int, Field(ge=1, le=1000)] = Field(20, alias="pageSize")
    state: AccountState | None = None
    query: Annotated[str, StringConstraints(max_length=256, pattern=r"^[^\x00]*$")] | None = None


class AccountMade(BaseModel):
    account: str
    state: Literal["new", "existing"]


class SignInLink(BaseModel):
    redirect: str


class AccountAdded(RootModel[AccountMade | SignInLink]):
    """With `oauth2.authorize` a link to sign in with."""


class Named(BaseModel):
    account: str


class Deleted(BaseModel):
    account: str
    deleted: bool


class LastError(BaseModel):
    """Words, what to do among them, and a code."""

    response: str
    serverResponseCode: str


class ListedAccount(BaseModel):
    """`app` is its OAuth2 application, `syncTime` when its mailbox was looked at last."""

    account: str
    name: str
    email: str
    type: Literal["outlook", "outlookService", "delegated", "invalid"]
    app: str | None
    state: AccountState
    syncTime: str | None
    lastError: LastError | None


class AccountList(BaseModel):
    total: int
    page: int
    pages: int
    accounts: list[ListedAccount]


class SubscriptionState(BaseModel):
    state: Literal["creating", "created", "renewing", "error"]
    time: str | None
    error: str | None = None


class OutlookSubscription(BaseModel):
    id: str | None
    expirationDateTime: str | None
    state: SubscriptionState


class AccountShown(ListedAccount):
    """`mailbox` is the address of its mailbox, `access` with whose right that is used, `delegationError` what is wrong
    with its main account, `outlookSubscription` how Microsoft 365's announcements go.
    """

    notifyFrom: str
    expectedEmail: str | None
    webhooks: str | None
    mailbox: str | None
    access: Literal["own", "direct", "delegated", "application", "unset"]
    oauth2: dict[str, Any]
    delegationError: str | None
    outlookSubscription: OutlookSubscription | None


class AccessToken(BaseModel):
    account: str
    user: str
    accessToken: str
    provider: str | None


class Reconnected(AccountShown):
    reconnect: bool


class Synced(BaseModel):
    sync: bool


class Flushed(BaseModel):
    flush: bool


class Verified(BaseModel):
    """Whether such an account could be added; what kept it from that, in words and as a code; the folders if asked."""

    success: bool
    user: str | None = None
    mailbox: str | None = None
    error: str | None = None
    code: str | None = None
    mailboxes: list[dict[str, Any]] | None = None
