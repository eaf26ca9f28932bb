"""The msal applications of Affix, and what their answers mean."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msal  # type: ignore[import-untyped]
import requests
import structlog

from server.auth.entra_http import EntraHttp, EntraUnavailable
from server.auth.live_tokens import LiveToken, Throttled, live_token
from server.auth.refusals import numbers, refusal
from server.errors import AffixError, Busy, Misconfigured
from server.settings import Settings

CREDENTIAL_PAUSE = 30.0  # seconds in which a tenant's Entra is left alone after it refused our secret or certificate
PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----")
UNUSABLE = "Affix cannot prove to Microsoft that it is Affix. Its operator has to renew the secret or certificate."

log = structlog.get_logger(__name__)


class Entra:
    """Makes an msal application for one exchange, and reads the answer.

    An application lives for one exchange only: msal keeps refusals of one person (a 400 for 60 seconds, a 429 until its
    end) and would give them to others, or to the same person after the cause is gone.
    """

    def __init__(self, settings: Settings, http: requests.Session, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._http = EntraHttp(http, now)
        self._now = now
        self._stopped_until: dict[str, float] = {}  # by tenant: what one of them refuses is no other's trouble
        self.scopes = [f"https://{settings.graph_host}/.default"]

    @contextmanager
    def application(self, tenant_id: str, cache: msal.TokenCache) -> Iterator[Any]:
        """A confidential client application of that tenant, while the block lasts. Raises Busy and Misconfigured."""
        if self._now() < self._stopped_until.get(tenant_id, 0.0):
            raise Misconfigured(UNUSABLE)
        try:
            yield self._made(tenant_id, cache)
        except EntraUnavailable as error:
            kind = Throttled if error.told else Busy
            raise kind("Microsoft's sign-in service is busy.", retry_after=error.retry_after) from None

    def accepted(self, answer: Mapping[str, Any]) -> LiveToken:
        return live_token(answer["access_token"], float(answer["expires_in"]), self._now())

    def refusal(self, answer: Mapping[str, Any], tenant_id: str) -> AffixError:
        """The error of an answer without a token. Logs what an operator needs, which no token is part of."""
        codes, correlation_id = numbers(answer), answer.get("correlation_id")
        kind = {"error": answer.get("error"), "suberror": answer.get("suberror"), "codes": codes}
        if answer.get("error") == "invalid_client":
            self._stopped_until[tenant_id] = self._now() + CREDENTIAL_PAUSE
            log.critical("Entra refuses our own credential", tenant=tenant_id, correlation=correlation_id, **kind)
            return Misconfigured(UNUSABLE)
        log.warning("Entra gave no token", tenant=tenant_id, correlation=correlation_id, **kind)
        return refusal(answer, tenant_id, self._settings)

    def _made(self, tenant_id: str, cache: msal.TokenCache) -> Any:
        try:
            return msal.ConfidentialClientApplication(
                self._settings.client_id,
                client_credential=self._credential(),
                authority=f"https://{self._settings.login_host}/{tenant_id}",
                instance_discovery=False,  # the host is ours to know; asking another one about it adds only a failure
                http_client=self._http,
                token_cache=cache,
                client_capabilities=["cp1"],  # claims challenges of Graph are answered
            )
        except ValueError:
            raise Misconfigured("Microsoft does not know this organisation, or our certificate is unusable.") from None

    def _credential(self) -> str | dict[str, str]:
        """The certificate if there is one. It is read for each exchange, so that a new one needs no restart."""
        if self._settings.client_certificate is not None:
            return _certificate(self._settings.client_certificate)
        if self._settings.client_secret is not None:
            return self._settings.client_secret.get_secret_value()
        raise Misconfigured(UNUSABLE)


def _certificate(path: Path) -> dict[str, str]:
    """msal's form of a PEM file that holds a private key and its certificate."""
    try:
        text = path.read_text()
    except OSError:
        raise Misconfigured("The file of AFFIX_CLIENT_CERTIFICATE cannot be read.") from None
    blocks = list(PEM_BLOCK.finditer(text))
    key = next((each[0] for each in blocks if each[1].endswith("PRIVATE KEY")), None)
    certificate = next((each[0] for each in blocks if each[1] == "CERTIFICATE"), None)  # others are of its chain
    if key is None or certificate is None:
        raise Misconfigured("The file of AFFIX_CLIENT_CERTIFICATE must hold a private key and a certificate.")
    return {"private_key": key, "public_certificate": certificate}
