"""The destinations that Affix can save to, by name.

A new one is a folder beside local/, a line here and a test class on tests/destinations/contract.py.
"""

from collections.abc import Mapping

from sqlalchemy import Engine

from server.destinations.base import Destination
from server.destinations.local import LocalDestination


def build_destinations(engine: Engine) -> Mapping[str, Destination]:
    """Every destination that is switched on, by the name that records carry."""
    configured: tuple[Destination, ...] = (LocalDestination(engine),)
    return {destination.name: destination for destination in configured}
