"""What stands before the web machines: each request goes to the next of them that takes it."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import requests
from werkzeug.wrappers import Request, Response

from tests.launching import LIMIT

OF_ONE_HOP = {"connection", "transfer-encoding", "content-encoding", "content-length", "keep-alive", "host"}
REACHED_WITHIN = 2.0  # seconds


class Front:
    """A WSGI application. `served` counts the answers of each machine."""

    def __init__(self, *machines: str) -> None:
        self.machines = list(machines)
        self.served: Counter[str] = Counter()
        self._turn = itertools.count()
        self._session = requests.Session()
        self._session.trust_env = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        first = next(self._turn)
        for number in range(len(self.machines)):
            machine = self.machines[(first + number) % len(self.machines)]
            try:
                answer = self._ask(machine, request)
            except requests.ConnectTimeout:
                continue
            except requests.ConnectionError as error:
                if "Failed to establish" not in str(error):  # it may have been acted on already
                    return Response(status=502)(environ, start_response)
                continue
            self.served[machine] += 1
            kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in OF_ONE_HOP]
            return Response(answer.content, answer.status_code, kept)(environ, start_response)
        return Response(status=503)(environ, start_response)

    def _ask(self, machine: str, request: Request) -> requests.Response:
        path = request.full_path if request.query_string else request.path
        headers = {name: value for name, value in request.headers if name.lower() not in OF_ONE_HOP}
        return self._session.request(
            request.method,
            machine + path,
            headers=headers,
            data=request.get_data(),
            timeout=(REACHED_WITHIN, LIMIT),
            allow_redirects=False,
        )
