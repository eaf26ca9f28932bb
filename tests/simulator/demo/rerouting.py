"""A way into the simulator for another process: true addresses go in, the simulator's port is what is called."""

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter


class Rerouted(HTTPAdapter):
    """Sends each request to the simulator, with the real host in the Host header.

    The answer is presented as that of the true address, so that links, cookies and logs look as they do in earnest.
    """

    def __init__(self, simulator_url: str, pool: int = 64) -> None:
        super().__init__(pool_connections=1, pool_maxsize=pool)
        self._target = simulator_url.rstrip("/")

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if request.url is None:
            raise requests.exceptions.MissingSchema("a request needs an address")
        sent = request.copy()
        sent.url = self._target + request.path_url
        sent.headers["Host"] = urlsplit(request.url).netloc
        response = super().send(sent, *args, **kwargs)
        response.url, response.request = request.url, request
        return response


def reroute(session: requests.Session, simulator_url: str) -> requests.Session:
    """Everything that the session would send to the outside goes to the simulator."""
    session.mount("https://", Rerouted(simulator_url))
    return session
