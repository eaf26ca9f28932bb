"""The built-in destination: contacts, companies, deals and cases in Affix's own database."""

from server.destinations.local.destination import LocalDestination
from server.destinations.local.importing import import_records

__all__ = ["LocalDestination", "import_records"]
