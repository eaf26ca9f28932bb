"""A TCP proxy that lies between two parties and does to their connections what networks do."""

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

CHUNK = 16 * 1024  # bytes read at once
RETRANSMISSION = (0.2, 1.0)  # seconds by which a lost segment comes late: the first timeouts of TCP
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: what is not sent yet is thrown away, and a RST goes out instead of a FIN


class Proxy:
    """Hands on what comes to `port` of this machine. All of it may be changed at any moment, from any thread.

    `latency`: seconds by which each piece comes late, in both directions. `loss`: the share of the pieces that come
    later still, as segments do which have to be sent again. `made`: connections so far.
    """

    def __init__(self, upstream: tuple[str, int] | Path, seed: int = 7) -> None:
        """`upstream`: host and port, or the path of a Unix socket."""
        self.latency = 0.0
        self.loss = 0.0
        self.made = 0
        self._upstream = upstream
        self._chance = random.Random(seed)
        self._breaks: list[tuple[int, bool]] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._flows = self._wait(_opened_event())
        self.port = 0
        self.listen()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Again at the same port."""
        self._wait(self._listen())

    def refuse(self) -> None:
        """Nobody listens any more, and the connections that there are get reset."""
        self._wait(self._refuse())

    def freeze(self) -> None:
        """Half open: connections are made and stay, and nothing goes through them, nor is anybody told."""
        self._wait(self._pause())

    def thaw(self) -> None:
        """All goes on from where it stood."""
        self._wait(self._resume())

    def reset(self) -> None:
        """A RST on every connection, in both directions."""
        self._wait(self._end(is_reset=True))

    def cut(self) -> None:
        """A FIN on every connection, in both directions, wherever it is: below TLS too, without a word of farewell."""
        self._wait(self._end(is_reset=False))

    def break_answers(self, *after: int, is_reset: bool = True) -> None:
        """So many next connections break once that many bytes of the answer went through: by RST, or else by FIN."""
        self._breaks.extend((count, is_reset) for count in after)

    def close(self) -> None:
        self.refuse()
        self._wait(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # In the loop's thread

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _refuse(self) -> None:
        if self._server:
            self._server.close()
        await self._end(is_reset=True)

    async def _pause(self) -> None:
        self._flows.clear()

    async def _resume(self) -> None:
        self._flows.set()

    async def _end(self, is_reset: bool) -> None:
        for writer in list(self._writers):
            _close(writer, is_reset)
        await asyncio.sleep(0)

    async def _cancel(self) -> None:
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.made += 1
        self._writers.add(writer)
        limit, is_reset = self._breaks.pop(0) if self._breaks else (None, False)
        there: asyncio.StreamWriter | None = None
        try:
            answers, there = await self._reached()
            self._writers.add(there)
            ways = [self._carry(reader, there, None), self._carry(answers, writer, limit)]
            running = [asyncio.create_task(way) for way in ways]
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
            for each in running:
                each.cancel()
            if not any(isinstance(each.exception(), _Broken) for each in done):
                is_reset = any(each.exception() for each in done)  # what one side did, the other one hears
        except OSError:
            is_reset = True  # nobody is there: the one who asked is told at once
        finally:
            for end in (writer, there):
                if end:
                    self._writers.discard(end)
                    _close(end, is_reset)

    async def _reached(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        await self._flows.wait()
        if isinstance(self._upstream, Path):
            return await asyncio.open_unix_connection(self._upstream)
        return await asyncio.open_connection(*self._upstream)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, limit: int | None) -> None:
        """One direction, until its end. Raises _Broken after `limit` bytes."""
        carried = 0
        while piece := await source.read(CHUNK):
            late = self.latency
            if self._chance.random() < self.loss:
                late += self._chance.uniform(*RETRANSMISSION)
            if late:
                await asyncio.sleep(late)
            await self._flows.wait()
            if limit is not None and carried + len(piece) >= limit:
                sink.write(piece[: limit - carried])
                await sink.drain()
                raise _Broken
            sink.write(piece)
            await sink.drain()
            carried += len(piece)
        await self._flows.wait()
        if sink.can_write_eof():
            sink.write_eof()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


class _Broken(ConnectionError):
    """A connection that is to break here."""


async def _opened_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


def _close(writer: asyncio.StreamWriter, is_reset: bool) -> None:
    if is_reset and not writer.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        writer.transport.abort()
    elif not writer.is_closing():
        writer.close()
