"""So many requests at once at a place that is reached over a network, and none while it wants to be left alone.

A place is a mailbox or an account of a business system as one tenant knows it, by any name in lower case. `Seats` is
for the threads of one process; with `Processes` as its `others` it holds for all that share a database.
"""

from server.traffic.pauses import Pauses
from server.traffic.processes import Processes
from server.traffic.seats import MOST_SEATS, Seats, TooBusy
from server.traffic.tenants import OfTenant

__all__ = ["MOST_SEATS", "OfTenant", "Pauses", "Processes", "Seats", "TooBusy"]
