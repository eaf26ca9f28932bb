"""Passes requests on to another local server and streams the answers back, unchanged unless a rewrite is asked for."""

from collections.abc import Callable, Iterator
from http.cookiejar import DefaultCookiePolicy

import requests
from flask import Response, request

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# Of one connection only, RFC 9110 section 7.6.1; the host is that of the server behind.
NOT_PASSED_ON = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "host",
}
# What is rewritten must come whole, readable, and anew: the server's answer "not modified" is about another text.
IN_THE_WAY_OF_REWRITING = {"accept-encoding", "if-none-match", "if-modified-since", "range"}
CONNECT_SECONDS, READ_SECONDS = 5, 130

Rewrite = Callable[[bytes, dict[str, str]], bytes]


class Proxy:
    """One server behind the window."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = requests.Session()
        self._http.trust_env = False
        # Several people share this session: nobody's cookies may reach anybody else.
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._http.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=64))

    def forward(self, below: str = "", rewrite: Rewrite | None = None) -> Response:
        """Answer the current request with what the server behind says at the same path without `below`."""
        dropped = NOT_PASSED_ON | IN_THE_WAY_OF_REWRITING if rewrite else NOT_PASSED_ON
        headers = {name: value for name, value in request.headers if name.lower() not in dropped}
        headers.setdefault("Accept-Encoding", "identity")
        try:
            answer = self._http.request(
                request.method,
                self._url + raw_path().removeprefix(below),
                headers=headers,
                data=request.get_data(),
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            )
        except requests.RequestException:
            return Response("The server behind this address does not answer.", 502, content_type="text/plain")
        return passed_back(answer, rewrite)


def raw_path() -> str:
    """Path and query exactly as they came: ids of mail hold slashes that must stay percent-encoded."""
    return str(request.environ.get("RAW_URI") or request.environ["REQUEST_URI"])


def passed_back(answer: requests.Response, rewrite: Rewrite | None) -> Response:
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in NOT_PASSED_ON}
    if rewrite and answer.headers.get("Content-Type", "").startswith("text/html") and request.method == "GET":
        body = rewrite(answer.content, headers)
        headers.pop("Content-Length", None)
        return Response(body, answer.status_code, headers)
    response = Response(pieces(answer), answer.status_code, headers)
    response.call_on_close(answer.close)
    return response


def pieces(answer: requests.Response) -> Iterator[bytes]:
    """The body as it arrives, still compressed if it was."""
    yield from answer.raw.stream(64 * 1024, decode_content=False)
