"""Mail addresses and the domains behind them."""

import re

LONGEST = 320  # characters (RFC 5321, 4.5.3.1)
MOST = 200  # addresses looked up for one message

_ADDRESS = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,255}")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))+")

# Where everybody can have an address, the domain says nothing about the company.
_PUBLIC = frozenset(
    "gmail.com googlemail.com outlook.com outlook.de outlook.fr hotmail.com hotmail.co.uk hotmail.de hotmail.fr "
    "live.com live.co.uk live.de live.fr msn.com passport.com yahoo.com yahoo.co.uk yahoo.co.jp yahoo.co.in "
    "yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.ca ymail.com rocketmail.com icloud.com me.com mac.com aol.com "
    "gmx.de gmx.net gmx.at gmx.ch gmx.com web.de freenet.de t-online.de proton.me protonmail.com pm.me mail.com "
    "mail.ru yandex.ru yandex.com zoho.com fastmail.com hey.com tutanota.com tuta.io qq.com 163.com 126.com "
    "sina.com naver.com daum.net orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it "
    "terra.com.br uol.com.br bol.com.br comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net "
    "charter.net btinternet.com sky.com talktalk.net bigpond.com optusnet.com.au rogers.com shaw.ca sympatico.ca "
    "bluewin.ch ziggo.nl kpnmail.nl telenet.be skynet.be seznam.cz wp.pl o2.pl onet.pl interia.pl".split()
)


def is_address(text: str) -> bool:
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    return len(text) <= 255 and _DOMAIN.fullmatch(text) is not None


def is_public(domain: str) -> bool:
    return domain in _PUBLIC


def company_domains(addresses: set[str]) -> set[str]:
    """The domains of these addresses and those above them, without the ones that anybody can have an address at."""
    found: set[str] = set()
    for address in addresses:
        labels = address.rpartition("@")[2].split(".")[-6:]
        if ".".join(labels) not in _PUBLIC:
            found.update(".".join(labels[first:]) for first in range(len(labels) - 1))
    return found - _PUBLIC
