"""Settings, read once from the environment (AFFIX_...). A secret may also come from a file named by AFFIX_..._FILE."""

import base64
import binascii
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.errors import Misconfigured

PREFIX = "AFFIX_"
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
MEGABYTE = 1024 * 1024
LOCAL = ("localhost", "127.0.0.1")
HOST = re.compile(r"[A-Za-z0-9.-]+")
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?/?")

Names = Annotated[tuple[str, ...], NoDecode]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode]
Count = Annotated[int, Field(ge=0)]
Days = Annotated[int, Field(ge=1)]


class Settings(BaseSettings):
    """All settings. Lists are written with commas."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    client_id: str
    client_secret: SecretStr | None = None
    client_certificate: Path | None = None
    tenants: Names
    secret_keys: Secrets
    base_url: str = "https://localhost:3000"
    app_id_uris: Names = ()
    extra_client_ids: Names = ()
    accept_v1_tokens: bool = False
    login_host: str = "login.microsoftonline.com"
    graph_host: str = "graph.microsoft.com"

    database_url: SecretStr | None = None
    data_dir: Path = Path("~/.affix")
    database_pool: int = 20

    built_in_destination: bool = True
    mark_messages: bool = True
    keep_mime: bool = True
    attachments: Literal["none", "files", "all"] = "files"
    max_message_bytes: int = 25 * MEGABYTE
    max_file_bytes: int = 10 * MEGABYTE
    purpose_max_age: int = 24 * 3600
    access_max_age: int = 15 * 60

    license_seats: Count | None = None
    license_shared_mailboxes: bool = True

    activity_days: Days | None = None
    file_days: Days | None = None

    lease_seconds: int = 20
    sweep_seconds: int = 5
    poll_seconds: int = 60
    safety_seconds: int = 12 * 3600
    notifications: bool = True
    notification_origin: str | None = None
    max_attempts: int = 8
    worker_threads: int = 12
    web_workers: int = 2
    web_threads: int = 32
    bind: str = "127.0.0.1:8000"
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    webhook_hosts: Names = ()

    redirect_origins: Names = ()
    api_rate: Annotated[int, Field(ge=1)] = 600
    outbox_messages: Annotated[int, Field(ge=1)] = 10_000
    outbox_bytes: Annotated[int, Field(ge=1)] = 5 * 1024 * MEGABYTE

    hand_out_tokens: bool = False

    frame_ancestors: Names = (
        "https://outlook.office.com",
        "https://outlook.office365.com",
        "https://outlook.live.com",
        "https://outlook.cloud.microsoft",
    )
    cors_origins: Names = ()
    log_level: str = "INFO"

    @field_validator(
        "tenants",
        "app_id_uris",
        "extra_client_ids",
        "secret_keys",
        "webhook_hosts",
        "redirect_origins",
        "frame_ancestors",
        "cors_origins",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("license_seats", "activity_days", "file_days", mode="before")
    @classmethod
    def _empty_is_no_limit(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("client_id", "tenants", "extra_client_ids")
    @classmethod
    def _guids(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        lowered = value.lower() if isinstance(value, str) else tuple(each.lower() for each in value)
        for each in (lowered,) if isinstance(lowered, str) else lowered:
            if not GUID.match(each):
                raise ValueError(f"{each!r} is not a GUID")
        return lowered

    @field_validator("webhook_hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not HOST.fullmatch(each):
                raise ValueError(f"{each!r} is not the name of a host")
        return tuple(each.lower() for each in value)

    @field_validator("redirect_origins", "frame_ancestors", "cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not ORIGIN.fullmatch(each):
                raise ValueError(f"{each!r} is not an origin such as https://crm.example.com")
        return tuple(each.rstrip("/").lower() for each in value)

    @field_validator("secret_keys")
    @classmethod
    def _keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in value:
            try:
                length = len(base64.b64decode(key.get_secret_value(), validate=True))
            except binascii.Error as error:
                raise ValueError("a key is not base64") from error
            if length != 32:
                raise ValueError("a key must be 32 bytes, in base64")
        return value

    @field_validator("base_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        if not ORIGIN.fullmatch(value):
            raise ValueError("must be an origin such as https://affix.example.com")
        return value.rstrip("/")

    @field_validator("notification_origin")
    @classmethod
    def _reachable_origin(cls, value: str | None) -> str | None:
        if not value:
            return None
        if not (ORIGIN.fullmatch(value) and _is_reachable(value)):
            raise ValueError("must be an https origin that Microsoft 365 can reach, such as https://affix.example.com")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        if not self.tenants:
            raise ValueError("AFFIX_TENANTS must name at least one tenant")
        if not self.secret_keys:
            raise ValueError("AFFIX_SECRET_KEYS must hold at least one key")
        if not (self.client_secret or self.client_certificate):
            raise ValueError("AFFIX_CLIENT_CERTIFICATE or AFFIX_CLIENT_SECRET must be set")
        return self

    @property
    def notification_url(self) -> str | None:
        """Where Microsoft announces changes; None where it is not to, or could not reach us."""
        origin = self.notification_origin or self.base_url
        return f"{origin}/graph/notifications" if self.notifications and _is_reachable(origin) else None

    @property
    def default_app_id_uri(self) -> str:
        """The App ID URI that Office expects: api://<host of the pane>/<client id>."""
        return f"api://{self.base_url.split('://', 1)[1]}/{self.client_id}"


def _is_reachable(origin: str) -> bool:
    """From Microsoft 365, as far as an address can tell."""
    scheme, _, host = origin.partition("://")
    return scheme == "https" and re.split("[:/]", host)[0].lower() not in LOCAL


def load(**overrides: Any) -> Settings:
    """Read the settings. Raises Misconfigured with all that is missing or malformed, never with a value."""
    from_files = {
        name: Path(os.environ[PREFIX + name.upper() + "_FILE"]).read_text().strip()
        for name in Settings.model_fields
        if PREFIX + name.upper() + "_FILE" in os.environ
    }
    try:
        return Settings(**{**from_files, **overrides})
    except ValidationError as error:
        raise Misconfigured("; ".join(_problem(each["loc"], each["msg"]) for each in error.errors())) from None


def _problem(where: tuple[int | str, ...], what: str) -> str:
    return f"{PREFIX}{str(where[0]).upper()}: {what}" if where else what
