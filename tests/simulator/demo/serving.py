"""A Flask app on a port of this process, answered by threads."""

import logging
import socket
import threading

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class PortTaken(Exception):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use; --port names another first of three")


class KeptAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are used again, as those to the real service are


def check_free(port: int) -> None:
    """Raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a port just left counts as free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(port) from error


def serve(app: Flask, port: int) -> None:
    """Answer on the loopback port until the process ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=KeptAlive)
    threading.Thread(target=server.serve_forever, daemon=True, name=f"port-{port}").start()
