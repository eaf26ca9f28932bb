"""Machines of a network of their own: each a network namespace of Linux, with one cable to where the tests run."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLONE_NEWNET = 0x40000000  # setns(2)
NAMESPACES = Path("/run/netns")


@dataclass(frozen=True)
class Cable:
    """`host` is the address of the tests' own machine, as it is seen from the other end, and `address` that end's."""

    name: str
    host: str
    address: str

    def pull(self) -> None:
        """The machine is gone: nothing that is sent to it arrives, nothing comes from it, and nobody is told."""
        _ip("link", "set", self.name, "down")

    def plug_in(self) -> None:
        _ip("link", "set", self.name, "up")


@contextmanager
def network(machines: int) -> Iterator[list[Cable]]:
    """So many machines, each at a cable of its own. Raises CalledProcessError or OSError where that is not allowed."""
    mine = os.getpid()
    cables = [_cable(mine, number) for number in range(machines)]
    try:
        for each in cables:
            _ip("netns", "add", each.name)
            _ip("link", "add", each.name, "type", "veth", "peer", "name", "eth0", "netns", each.name)
            _ip("addr", "add", f"{each.host}/30", "dev", each.name)
            _ip("link", "set", each.name, "up")
            _ip("-n", each.name, "addr", "add", f"{each.address}/30", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", each.name, "link", "set", device, "up")
        yield cables
    finally:
        for each in cables:
            # With the namespace both ends of its cable go, once its last process has ended.
            subprocess.run(["ip", "link", "del", each.name], capture_output=True, check=False)
            subprocess.run(["ip", "netns", "del", each.name], capture_output=True, check=False)


def enter(name: str) -> None:
    """This process is at that machine from now on. Raises OSError."""
    with (NAMESPACES / name).open() as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def why_not() -> str | None:
    """Why there can be no such network here; None if there can."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    try:
        with network(1):
            return None
    except FileNotFoundError:
        return "there is no program ip"
    except subprocess.CalledProcessError as error:
        return f"network namespaces are not allowed: {error.stderr.strip()}"


def _cable(process: int, number: int) -> Cable:
    """Of two runs at the same time each has its own names and addresses."""
    start = f"10.{64 + process // 64 % 128}.{process % 64 * 4 + number // 64}"
    first = number % 64 * 4
    return Cable(f"ax{process}n{number}", f"{start}.{first + 1}", f"{start}.{first + 2}")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
