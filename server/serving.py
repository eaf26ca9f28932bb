"""How gunicorn serves, beside what the settings say; `affix run` hands this file to it by its path.

It imports nothing of the service. The first process of gunicorn reads it, and forks all others off itself: what it had
imported would be in them too, and a reload (SIGHUP) would start them with the code of before.
"""

import os
import runpy
import socket
from pathlib import Path

wsgi_app = "server.wsgi:app"
worker_class = runpy.run_path(str(Path(__file__).with_name("slow_clients.py")))["Worker"]
graceful_timeout = 30  # seconds for what is in hand when a process is asked to end
keepalive = 30
control_socket_disable = True  # one file for all gunicorns of a user: the second one would complain

# systemd's word on where it wants to hear that the service is ready (sd_notify(3)). gunicorn would say so when none of
# its processes has loaded the service yet, and an instance that is restarted meanwhile would leave nobody to answer.
# Kept in the environment, since this file is read again at each reload.
_told_at = os.environ.setdefault("READY_SOCKET", os.environ.pop("NOTIFY_SOCKET", ""))


def post_worker_init(worker: object) -> None:
    """Called in each process when it has loaded the service, right before it accepts connections."""
    if not _told_at:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.connect("\0" + _told_at[1:] if _told_at.startswith("@") else _told_at)
        told.send(b"READY=1")
