"""The web process as ever, but that it loses its patience with slow clients after a second: what they may take in
earnest would be too long for a test.
"""

import sys

from server import slow_clients
from tests.simulator.__main__ import main

if __name__ == "__main__":
    slow_clients.GATHERED_WITHIN = 1.0
    slow_clients.STANDSTILL = 1
    sys.exit(main(["service", *sys.argv[1:]]))
