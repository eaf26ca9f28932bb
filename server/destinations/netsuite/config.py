"""The settings of one NetSuite account, as an administrator enters them and as they are kept sealed."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from server.destinations.netsuite import certificate
from server.destinations.netsuite.facts import Facts

RecordName = Literal[
    "customer", "prospect", "lead", "contact", "vendor", "partner", "employee", "job",
    "estimate", "opportunity", "salesorder", "invoice", "cashsale", "supportcase",
]  # fmt: skip
ALL_TYPES: tuple[RecordName, ...] = (
    "contact", "customer", "vendor", "partner", "job", "lead", "prospect",
    "opportunity", "estimate", "salesorder", "invoice", "cashsale", "supportcase", "employee",
)  # fmt: skip

_ADDRESS = re.compile(r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[\w.-]+)*")
_DIGITS = r"^[0-9]{1,18}$"
_SCRIPT = r"^[A-Za-z0-9_]{1,60}$"


def _address(text: str) -> str:
    if text and _ADDRESS.fullmatch(text.rstrip("/")) is None:
        raise ValueError("This is no https address.")
    return text.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]


class Certificate(BaseModel):
    """One certificate that was uploaded to NetSuite for this integration, and its private key."""

    # What was entered is not repeated in an error: it may be the key.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str = Field(
        title="Certificate id", description="As NetSuite shows it beside the certificate.", pattern=r"^[!-~]{1,200}$"
    )
    private_key: SecretStr = Field(title="Private key", description="PEM, without a password. It never leaves Affix.")
    certificate: str | None = Field(
        None, title="Certificate", description="PEM. Only read for the date when it ends, so that you are told in time."
    )

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        key, _ = certificate.signer(self.private_key.get_secret_value())
        if self.certificate and not certificate.belongs_to(self.certificate, key):
            raise ValueError("The certificate is not of this private key.")
        return self


class Config(BaseModel):
    """Settings of a NetSuite account."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, title="NetSuite")

    account: str = Field(
        title="Account id",
        description="For example 1234567 or 1234567_SB1 (Setup > Company > Company Information).",
        pattern=r"^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$",
        max_length=40,
        frozen=True,
    )
    client_id: str = Field(
        title="Client id",
        description="Of the integration record, with the client credentials grant and the scopes REST web services "
        "and RESTlets.",
        pattern=r"^[!-~]{1,200}$",
    )
    certificates: tuple[Certificate, ...] = Field(
        title="Certificates",
        description="The newest first. When NetSuite refuses one the next is tried, so that one can follow another "
        "without a stop.",
        min_length=1,
        max_length=5,
    )
    folder: str | None = Field(
        None,
        title="Folder",
        description="Internal id of the File Cabinet folder for attachments. Without one they are not saved.",
        pattern=_DIGITS,
    )
    restlet_script: str | None = Field(
        None,
        title="RESTlet script",
        description="Script id or internal id of the Affix RESTlet. Without it files are attached to the record, not "
        "to the message.",
        pattern=_SCRIPT,
    )
    restlet_deployment: str | None = Field(
        None, title="RESTlet deployment", description="Deployment id or number of the Affix RESTlet.", pattern=_SCRIPT
    )
    at_once: int = Field(
        1,
        title="Requests at once",
        description="How many requests Affix may have under way in this account, of the number that the account shares "
        "with all its integrations.",
        ge=1,
        le=64,
    )
    types: tuple[RecordName, ...] = Field(
        ALL_TYPES,
        title="Record types",
        description="What is searched and saved to. Take out what the account or the role does not have.",
        min_length=1,
    )
    keep_original: bool = Field(
        False, title="Keep the original", description="Save the message as it came (.eml) beside its attachments."
    )
    match_domains: bool = Field(
        True,
        title="Match web addresses",
        description="Suggest customers, vendors and partners whose web address is in the domain of a sender.",
    )
    subsidiary: str | None = Field(
        None,
        title="Subsidiary",
        description="Internal id of the subsidiary of new contacts and leads, in a OneWorld account.",
        pattern=_DIGITS,
    )
    rest_url: Address = Field("", title="REST address", description="Only if it is not the usual one of the account.")
    restlet_url: Address = Field(
        "", title="RESTlet address", description="Only if it is not the usual one of the account."
    )
    app_url: Address = Field("", title="Address for people", description="Only if it is not the usual one.")
    facts: Facts = Field(
        Facts(), title="Details of the account", description="What differs between accounts; see the README."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.restlet_script is None) != (self.restlet_deployment is None):
            raise ValueError("The RESTlet needs both its script and its deployment.")
        if len({each.id for each in self.certificates}) < len(self.certificates):
            raise ValueError("Each certificate can be named once.")
        return self

    @property
    def label(self) -> str:
        """The account in host names: 1234567_SB1 is 1234567-sb1."""
        return self.account.lower().replace("_", "-")

    @property
    def rest(self) -> str:
        return self.rest_url or f"https://{self.label}.suitetalk.api.netsuite.com"

    @property
    def restlets(self) -> str:
        return self.restlet_url or f"https://{self.label}.restlets.api.netsuite.com"

    @property
    def app(self) -> str:
        return self.app_url or f"https://{self.label}.app.netsuite.com"

    @property
    def has_restlet(self) -> bool:
        return self.restlet_script is not None
