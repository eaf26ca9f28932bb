"""How NetSuite says no over REST (section_156570709583), and every wording that no public page shows, in one place."""

from typing import Any

MEDIA_TYPE = "application/vnd.oracle.resource+json; type=error"

TITLES = {
    400: ("Bad Request", "4.1"),
    401: ("Unauthorized", "4.2"),
    403: ("Forbidden", "4.4"),
    404: ("Not Found", "4.5"),
    405: ("Method Not Allowed", "4.6"),
    406: ("Not Acceptable", "4.7"),
    413: ("Request Entity Too Large", "4.14"),
    415: ("Unsupported Media Type", "4.16"),
    429: ("Too Many Requests", "4"),  # younger than RFC 2616
    500: ("Internal Server Error", "5.1"),
    503: ("Service Unavailable", "5.4"),
}


class Refused(Exception):
    """NetSuite says no. `where` is any of path, url, header and queryParam: what the refusal is about."""

    def __init__(self, status: int, code: str, detail: str, **where: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail, self.where = status, code, detail, where

    def body(self) -> dict[str, Any]:
        title, section = TITLES.get(self.status, ("Error", "5"))
        return {
            "type": f"https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.{section}",
            "title": title,
            "status": self.status,
            "o:errorDetails": [
                {
                    "detail": self.detail,
                    "o:errorCode": self.code,
                    **{f"o:error{name[0].upper()}{name[1:]}": value for name, value in self.where.items()},
                }
            ],
        }
