"""What a rule looks for, checked and in one spelling: an address, a domain, and the options of a rule that matches."""

import re
from collections.abc import Mapping
from typing import Any

from server.destinations.base import Destination
from server.detection import ADDRESS
from server.errors import Invalid

# Contact > customer > vendor > partner; the company is what the built-in destination calls a customer. Of a system that
# has none of them all types count, in its own order.
ORDER = ("contact", "customer", "company", "vendor", "partner")
DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")


def options_of(
    destination: Destination, asked: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The options as a rule keeps them, whole and clean; what is not asked for stays as before. Raises Invalid."""
    kept = before or {}
    types = [each.type for each in destination.types()]
    order = asked.get("order") or kept.get("order") or [each for each in ORDER if each in types] or types
    unknown = [each for each in order if each not in types]
    if unknown:
        raise Invalid(f"There are no records of the type {unknown[0]}. There are: {', '.join(types)}.")
    domains = [domain_of(each) for each in asked.get("excluded_domains", kept.get("excludedDomains", ()))]
    addresses = [address_of(each) for each in asked.get("excluded_addresses", kept.get("excludedAddresses", ()))]
    return {
        "order": list(dict.fromkeys(order)),
        "excludedDomains": sorted(set(domains)),
        "excludedAddresses": sorted(set(addresses)),
        "unmatched": asked.get("unmatched", kept.get("unmatched", "skip")),
    }


def address_of(text: str) -> str:
    """Raises Invalid."""
    value = text.strip().lower()
    if not ADDRESS.match(value):
        raise Invalid("This is not an email address.", code="invalid_address")
    return value


def domain_of(text: str) -> str:
    """With or without an @ before it. Raises Invalid."""
    value = text.strip().lower().removeprefix("@")
    if not DOMAIN.match(value):
        raise Invalid("This is not the domain of an email address, such as adatum.example.", code="invalid_domain")
    return value
