"""Which addresses may be told anything. A receiver is named by people, and its name's owner decides where that leads:
never into our own network, neither when the address is entered nor when something is sent.

As in Stripe's smokescreen only unicast addresses of the public internet are good, and no IPv6 address that carries an
IPv4 address inside. https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import ipaddress
import re
import socket
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

LONGEST_URL = 2000
RESOLVED_WITHIN = 5.0  # seconds
# No user, no fragment, nothing that two readers could read differently. Other letters are written as punycode.
URL = re.compile(
    r"https://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?([/?][A-Za-z0-9\-._~:/?@!$&'()*+,;=%\[\]]*)?"
)
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
HTTPS = 443
# Of databases and the like, and those that browsers refuse (https://fetch.spec.whatwg.org/#port-blocking).
BAD_PORTS = frozenset(
    int(each)
    for each in (
        "1433 1521 1719 1720 1723 2049 2375 2376 2379 2380 3306 3389 3659 4045 4190 5060 5061 5432 5672 5984 5985 5986 "
        "6000 6379 6566 6665 6666 6667 6668 6669 6679 6697 9200 9300 10080 10250 11211 15672 27017"
    ).split()
)
# Python calls these global, or did in some release.
NOT_PUBLIC_V4 = tuple(
    ipaddress.IPv4Network(each)
    for each in ("0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15")
)
PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")  # all that was ever given out
NOT_PUBLIC_V6 = tuple(
    ipaddress.IPv6Network(each)
    for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")  # Teredo is in the first, 6to4 the third
)
ISATAP = (0x00005EFE, 0x02005EFE)  # before the IPv4 address at the end

# A name server may take its time. Whoever asks for a name that is being looked up waits for the same answer.
_resolving = ThreadPoolExecutor(64, thread_name_prefix="resolve")
_looked_up: dict[tuple[str, int], "Future[list[Any]]"] = {}
_lock = Lock()


class Refused(Exception):
    """Nothing is sent there. `code`, and a sentence for whoever entered the address."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class NotFound(Refused):
    """The name leads nowhere at the moment."""


@dataclass(frozen=True)
class Place:
    """Where an address leads: the name that the certificate has to bear, and the port."""

    host: str
    port: int


def place_of(url: str, known_hosts: Collection[str] = ()) -> Place:
    """By its letters alone; `known_hosts` may be any names. Raises Refused."""
    found = URL.fullmatch(url) if len(url) <= LONGEST_URL else None
    if found is None:
        raise Refused("invalid_url", f"This is no https address of at most {LONGEST_URL} plain characters.")
    host, port = found[1].lower(), int(found[2][1:]) if found[2] else HTTPS
    if _host_as_others_read_it(url) != host.strip("[]"):
        raise Refused("invalid_url", "This address can be read in two ways.")
    if port != HTTPS and not (1023 < port < 65536 and port not in BAD_PORTS):
        raise Refused("invalid_port", f"Port {port} is not for webhooks. Use 443, or one above 1023.")
    if host not in known_hosts:
        _check_name(host)
    return Place(host.strip("[]"), port)


def vetted(url: str, known_hosts: Collection[str] = ()) -> list[str]:
    """The addresses to connect to, the best first: those to which the name leads now. All of them have to be public.
    A host that the operator named is not looked up: it is its own address. Raises Refused.
    """
    place = place_of(url, known_hosts)
    if place.host in known_hosts:
        return [place.host]
    addresses = _resolved(place)
    if not all(map(is_public, addresses)):
        raise Refused("private_address", f"{place.host} does not lead to a public address, so nothing is sent there.")
    return addresses


def is_public(address: str) -> bool:
    """Whether it is a unicast address of the public internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast and not any(found in each for each in NOT_PUBLIC_V4)
    if found.scope_id or found not in PUBLIC_V6 or not found.is_global:
        return False
    return (int(found) >> 32) & 0xFFFFFFFF not in ISATAP and not any(found in each for each in NOT_PUBLIC_V6)


def _host_as_others_read_it(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _check_name(host: str) -> None:
    """What is written as a number in another way than usual would be an address only for some who read it."""
    if host.startswith("["):
        return
    labels = host.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(each) for each in labels) or len(host) > 253:
        raise Refused("invalid_host", "Write the whole name of the receiver, such as hooks.example.com.")
    if NUMBER.fullmatch(labels[-1]):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise Refused("invalid_host", "Write the receiver's name instead of its number.") from None


def _looking_up(host: str, port: int) -> "Future[list[Any]]":
    with _lock:
        looking = _looked_up.get((host, port))
        if looking is None or looking.done():
            looking = _resolving.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
            _looked_up[host, port] = looking
            looking.add_done_callback(lambda _: _looked_up.pop((host, port), None))
        return looking


def _resolved(place: Place) -> list[str]:
    try:
        found = _looking_up(place.host, place.port).result(RESOLVED_WITHIN)
    except (OSError, UnicodeError):  # also when it takes too long
        raise NotFound("unknown_host", f"{place.host} is not known to the name servers at the moment.") from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not addresses:
        raise NotFound("unknown_host", f"{place.host} has no address.")
    return addresses
