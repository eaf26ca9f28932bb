"""CPU time and memory of another process, as Linux accounts for them."""

import platform
import re
import time
from pathlib import Path

import psutil


def cpu_seconds(pid: int) -> float:
    """User and system time of the process with all its threads, to the nanosecond.

    The number of another process's clock is made as clock_getcpuclockid(3) does; /proc/PID/stat has steps of 10 ms.
    """
    return time.clock_gettime((~pid << 3) | 2)


def peak_memory(pid: int) -> int:
    """The most bytes that the process ever had resident, since its start or since `forget_peak`."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    if found is None:
        raise ProcessLookupError(pid)
    return int(found[1]) * 1024


def machine() -> str:
    """What the figures were measured on, in general terms."""
    gigabytes = psutil.virtual_memory().total / 1024**3
    load = " ".join(f"{each:.1f}" for each in psutil.getloadavg())
    python = ".".join(platform.python_version_tuple()[:2])
    return f"{psutil.cpu_count()} processors, {gigabytes:.0f} GB of memory, Python {python}, load average {load}"
