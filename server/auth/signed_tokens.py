"""Opens a signed token (JSON Web Signature, RFC 7515): who really signed it, and what it says.

What it has to say is for callers.py to judge. Only one form is read, compact with RS256, so a token has no algorithm to
choose. A general library (joserfc, PyJWT) takes half as much time again, or three times, on each first use of a token.
"""

import binascii
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature

from server.auth.signing_keys import SigningKey, SigningKeys

_URL_ALPHABET = str.maketrans("-_", "+/")


class Refused(Exception):
    """Why a token is not accepted. For the log only, so it never holds anything that the token says."""


def open_token(token: str, keys: SigningKeys) -> tuple[SigningKey, dict[str, Any]]:
    """The key that signed it and its claims. Raises Refused, or Busy if there are no keys to check with."""
    try:
        head, payload, signature = token.split(".")
        key = keys.find(_key_name(head))
        if key is None:
            raise Refused("unknown key")
        key.verify(_octets(signature), f"{head}.{payload}".encode())
        return key, _object(payload)
    except InvalidSignature:
        raise Refused("wrong signature") from None
    except (ValueError, RecursionError):
        raise Refused("malformed") from None


@lru_cache(maxsize=64)  # all tokens signed with one key have the same header
def _key_name(head: str) -> str:
    """The name of the key. Only RS256 is ever verified; a header that says otherwise is refused all the same."""
    header: Mapping[str, Any] = _object(head)
    if header.get("alg") != "RS256":
        raise Refused("wrong algorithm")
    # Header names that nobody knows are ignored (RFC 7515, 4), but `crit` forbids that, and none of them is known here.
    if "crit" in header:
        raise Refused("critical header")
    if header.get("typ", "JWT") not in ("JWT", "at+jwt"):
        raise Refused("wrong type of token")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise Refused("no key named")
    return kid


def _object(part: str) -> dict[str, Any]:
    found = _STRICT.decode(_octets(part).decode())
    if not isinstance(found, dict):
        raise Refused("not an object")
    return found


def _octets(part: str) -> bytes:
    """Base64url without padding (RFC 7515, 2). Raises ValueError for any other spelling of the same octets."""
    if "+" in part or "/" in part or "=" in part:
        raise ValueError("not base64url")
    return binascii.a2b_base64(part.translate(_URL_ALPHABET) + "=" * (-len(part) % 4), strict_mode=True)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that has a name twice is refused: two readers could see two different values."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_constant)
