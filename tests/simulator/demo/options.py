"""What `scripts/demo` may be told on its command line."""

import argparse
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Options:
    port: int
    folder: Path
    mail: Path | None
    workers: int
    database_url: str | None
    destination: str = "local"

    @property
    def outlook_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def service_url(self) -> str:
        return f"http://localhost:{self.port + 1}"

    @property
    def simulator_url(self) -> str:
        return f"http://localhost:{self.port + 2}"


def parse(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Starts Affix, its workers, a simulated Microsoft 365 and a pretend Outlook. Ctrl-C ends them all.",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=3000,
        help="first of three consecutive ports: Outlook, service, simulator (default: 3000)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT / ".demo",
        help="folder of the database and the logs, kept for the next start (default: .demo)",
    )
    parser.add_argument(
        "--mail",
        type=Path,
        help="folder with more .eml files; those in a folder NAME go to that mailbox, others to their addressees",
    )
    parser.add_argument("--workers", type=_count, default=1, help="number of worker processes (default: 1)")
    parser.add_argument(
        "--database-url", help="a PostgreSQL database of your own instead of the one in the data folder"
    )
    parser.add_argument(
        "--destination",
        choices=["local", "netsuite"],
        default="local",
        help="where mail is saved: records of Affix itself, or simulated NetSuite accounts (default: local)",
    )
    found = parser.parse_args(arguments)
    if found.mail and not found.mail.is_dir():
        parser.error(f"--mail: there is no folder {found.mail}")
    folder = found.data.expanduser().resolve()
    return Options(found.port, folder, found.mail, found.workers, found.database_url, found.destination)


def _port(text: str) -> int:
    if not 1 <= int(text) <= 65533:
        raise ValueError(text)
    return int(text)


def _count(text: str) -> int:
    if not 1 <= int(text) <= 64:
        raise ValueError(text)
    return int(text)
