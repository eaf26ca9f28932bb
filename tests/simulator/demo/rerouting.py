"""A way into the simulator for another process: true addresses go in, the simulator's port is what is called."""

import time
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

SENT_AT = "Simulator-Sent-At"  # a header: when the request went off, in seconds since 1970


class Rerouted(BaseAdapter):
    """Sends each request to the simulator, with the real host in the Host header, by the adapter that was there before:
    its limits hold as they do in earnest.

    The answer is presented as that of the true address, so that links, cookies and logs look as they do in earnest.
    """

    def __init__(self, simulator_url: str, adapter: BaseAdapter) -> None:
        super().__init__()
        self._target = simulator_url.rstrip("/")
        self.inner = adapter

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if request.url is None:
            raise requests.exceptions.MissingSchema("a request needs an address")
        sent = request.copy()
        sent.url = self._target + request.path_url
        sent.headers["Host"] = urlsplit(request.url).netloc
        sent.headers[SENT_AT] = str(time.time())
        response = self.inner.send(sent, *args, **kwargs)
        response.url, response.request = request.url, request
        return response

    def close(self) -> None:
        self.inner.close()


def reroute(session: requests.Session, simulator_url: str, prefix: str = "https://") -> requests.Session:
    """Everything that the session would send to addresses with that prefix goes to the simulator."""
    adapter = session.adapters["https://"]
    session.mount(prefix, Rerouted(simulator_url, getattr(adapter, "inner", adapter)))
    return session
