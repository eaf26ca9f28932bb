"""The one session through which Affix talks to the world: with time limits, without proxies and cookies."""

from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter

TIMEOUT = (5.0, 30.0)  # seconds: to connect, and between two bytes


class Session(requests.Session):
    """A requests session with default time limits.

    msal takes this session too and then ignores its own limits, so they have to live here. `trust_env` is off because
    REQUESTS_CA_BUNDLE and .netrc would otherwise override what the caller decided.
    """

    def __init__(self, pool: int = 64) -> None:
        super().__init__()
        self.trust_env = False
        # One session serves everybody: what Entra sets for one person must not go along for another.
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", HTTPAdapter(pool_connections=8, pool_maxsize=pool))

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = TIMEOUT
        return super().request(method, url, *args, **kwargs)
