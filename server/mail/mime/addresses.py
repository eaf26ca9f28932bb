"""The address lists of From, To, Cc and Bcc (RFC 5322, 3.4), read leniently and in linear time.

`email.utils.getaddresses` is recursive in nested comments; a header of brackets would end in a RecursionError.
"""

import re
from dataclasses import dataclass, field

from server.mail.base import Address
from server.mail.mime.decoding import decode_charset
from server.mail.mime.headers import LONGEST_TEXT, decode_words

LONGEST_LIST = 256 * 1024  # bytes
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|<[^<>]*+>?|[(),;:]|\\.?|[^"<(),;:\\]+|.', re.DOTALL)
_COMMENT = re.compile(r"\([^()]*+\)")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


def addresses_of(raw: bytes) -> list[Address]:
    """Everybody on the list. A party without an address keeps its name; groups are opened."""
    found: list[Address] = []
    party = _Party()
    for token in _TOKEN.findall(decode_charset(raw[:LONGEST_LIST], None)):
        if token in (",", ";") and not party.depth:
            found += party.finish()
            party = _Party()
        elif token == ":" and not party.depth and party.is_group_name():
            party = _Party()
        else:
            party.take(token)
    return found + party.finish()


@dataclass
class _Party:
    """One address in the making. `depth` counts open comment brackets."""

    depth: int = 0
    words: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    bracketed: str | None = None

    def take(self, token: str) -> None:
        if token in ("(", ")") and (token == "(" or self.depth):
            self.depth += 1 if token == "(" else -1
        elif self.depth:
            self.comment.append(token)
        elif token[0] == "<" and ("@" in token or self.bracketed is None):
            self.bracketed = _COMMENT.sub("", token.strip("<>"))
        else:
            self.raw.append(token)
            self.words.append(_unquoted(token))

    def is_group_name(self) -> bool:
        return self.bracketed is None and not any("@" in word for word in self.words)

    def finish(self) -> list[Address]:
        phrase = " ".join("".join(self.words).split())
        comment = " ".join("".join(self.comment).split())
        if self.bracketed is not None:
            address, name = self.bracketed, phrase or comment
        elif "@" in phrase:
            *before, address = [word for word in "".join(self.raw).split() if word] or [""]
            name = " ".join(before) or comment
        else:
            address, name = "", phrase
        address = "".join(decode_words(address).split())[:LONGEST_TEXT]
        name = decode_words(name[:LONGEST_TEXT]).strip("'\" ")
        return [Address(name, address)] if name or address else []


def _unquoted(token: str) -> str:
    """A quoted string without its quotes and escapes; anything else as it stands."""
    if not token.startswith('"'):
        return token
    inside = token[1:-1] if len(token) > 1 and token.endswith('"') else token[1:]
    return _QUOTED_PAIR.sub(r"\1", inside)
