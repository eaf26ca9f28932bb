"""A worker of gunicorn that gives a thread only to a request that is there whole: who sends a letter every second keeps
nobody waiting. gunicorn's own one gives a thread to whoever has sent its first byte, until it has sent its last one.

Like server/serving.py it imports nothing of the service. With TLS of its own gunicorn reads as ever, within the limits
of time for a single read or write. A proxy in front (scripts/deploy/nginx.conf) does all this too, for more clients.
"""

import re
import socket
import struct
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

GATHERED_WITHIN = 10.0  # seconds for a whole request, from its first byte or, of a new connection, from its beginning
LARGEST_HEAD = 64 * 1024  # bytes
LARGEST_WHOLE = 128 * 1024  # bytes of a body; of a larger one a thread reads as it comes
SHARE_OF_LARGE = 4  # only every fourth thread does so at the same time
STANDSTILL = 30  # seconds in which nothing goes over a connection that a thread reads from or writes to
LONGEST = 900.0  # seconds in which a thread is busy with one request, however little it is that goes over
HEARD_OUT = 2.0  # seconds
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
AS_IT_COMES = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)


@dataclass
class Gathered:
    """What there is of a request. `wanted` is its whole length in bytes, once its head is there."""

    until: float
    data: bytearray = field(default_factory=bytearray)
    looked_at: int = 0
    wanted: int | None = None
    comes_later: bool = False
    is_awaited: bool = False  # by the poller

    def is_ready(self) -> bool:
        """Whether a thread may take it. Raises ValueError for a head that has no end."""
        if self.wanted is None:
            end = self.data.find(END_OF_HEAD, max(0, self.looked_at - len(END_OF_HEAD)))
            self.looked_at = len(self.data)
            if end < 0:
                if self.looked_at > LARGEST_HEAD:
                    raise ValueError("no end of the head")
                return False
            head = bytes(self.data[: end + 2])
            length = LENGTH.search(head)
            body = int(length[1]) if length else 0
            self.wanted = end + len(END_OF_HEAD) + body
            self.comes_later = body > LARGEST_WHOLE or AS_IT_COMES.search(head) is not None
        return self.comes_later or len(self.data) >= self.wanted


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gathering: dict[TConn, Gathered] = {}
        self._waiting: deque[tuple[TConn, float]] = deque()  # for a thread that reads as it comes; until when
        self._reading: set[TConn] = set()  # those that have one
        self._busy: dict[TConn, float] = {}  # since when a thread has it
        self._leaving: dict[TConn, float] = {}  # that got their last answer; until when they are heard out

    def run(self) -> None:
        """Until it is asked to end; then what the service does by itself is brought to an end too."""
        super().run()
        lane = self.wsgi.extensions.get("affix.lane")
        if lane is not None:
            lane.close()

    def enqueue_req(self, conn: TConn) -> None:
        """A new connection, or one on which another request begins."""
        if not conn.initialized:
            with suppress(OSError):
                for which in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                    conn.sock.setsockopt(socket.SOL_SOCKET, which, struct.pack("ll", STANDSTILL, 0))
        if self.cfg.is_ssl:
            self._hand_over(conn)
            return
        began = conn.parser.unreader.take_buffered() if conn.parser else b""
        conn.sock.setblocking(False)
        self._gathering[conn] = Gathered(time.monotonic() + GATHERED_WITHIN, bytearray(began))
        self._gather(conn)

    def _gather(self, conn: TConn, _: object = None) -> None:
        request = self._gathering[conn]
        try:
            more = conn.sock.recv(LARGEST_WHOLE)
            if not more:
                raise EOFError("whoever asked has gone, and waits for no answer")
            request.data += more
        except BlockingIOError:
            pass
        except (OSError, EOFError):
            self._drop(conn)
            return
        try:
            is_ready = request.is_ready()
        except ValueError:
            self._drop(conn)
            return
        if is_ready:
            self._forget(conn)
            conn.init()
            conn.parser.unreader.unread(bytes(request.data))
            if request.comes_later:
                self._waiting.append((conn, time.monotonic() + GATHERED_WITHIN))
                self._let_read()
            else:
                self._hand_over(conn)
        elif not request.is_awaited:
            request.is_awaited = True
            self.poller.register(conn.sock, EVENT_READ, partial(self._gather, conn))

    def _forget(self, conn: TConn) -> None:
        if self._gathering.pop(conn).is_awaited:
            self.poller.unregister(conn.sock)

    def _drop(self, conn: TConn) -> None:
        self._forget(conn)
        self._close(conn)

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def _let_read(self) -> None:
        while self._waiting and len(self._reading) < max(1, self.cfg.threads // SHARE_OF_LARGE):
            conn, _ = self._waiting.popleft()
            self._reading.add(conn)
            self._hand_over(conn)

    def _hand_over(self, conn: TConn) -> None:
        self._busy[conn] = time.monotonic()
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        self._busy.pop(conn, None)
        self._reading.discard(conn)
        goes_on = not fs.cancelled() and fs.exception() is None and fs.result()
        if goes_on or self.cfg.is_ssl:
            super().finish_request(conn, fs)
        else:
            self._part(conn)
        self._let_read()

    def _part(self, conn: TConn) -> None:
        """What is still on its way here is taken, so that the answer is not lost (RFC 9112, 9.6). gunicorn itself lets
        all others wait for that.
        """
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
        except OSError:
            self._close(conn)
            return
        self._leaving[conn] = time.monotonic() + HEARD_OUT
        self.poller.register(conn.sock, EVENT_READ, partial(self._hear_out, conn))

    def _hear_out(self, conn: TConn, _: object) -> None:
        with suppress(OSError):
            if conn.sock.recv(LARGEST_HEAD):
                return
        self._leave(conn)

    def _leave(self, conn: TConn) -> None:
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        self._close(conn)

    def murder_pending(self) -> None:
        """gunicorn calls this every second: away with those whose time is over."""
        super().murder_pending()
        moment = time.monotonic()
        for conn, request in list(self._gathering.items()):
            if not self.alive:  # the end of the process does not wait as long for what is under way
                request.until = min(request.until, moment + HEARD_OUT)
            if request.until < moment:
                self._drop(conn)
        while self._waiting and self._waiting[0][1] < moment:
            self._close(self._waiting.popleft()[0])
        for conn, until in list(self._leaving.items()):
            if until < moment:
                self._leave(conn)
        for conn, since in list(self._busy.items()):
            if since + LONGEST < moment:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)  # its thread finds the end
