"""Mail for the simulated mailboxes: the sample of this repository, and whatever folder the command line names."""

import csv
from pathlib import Path

from tests.simulator.mime import read_mail
from tests.simulator.world import World

SAMPLE = Path(__file__).parent.parent / "sample"
NOBODYS = "ana@contoso.example"  # gets what is addressed to no simulated mailbox


def load_sample(world: World) -> int:
    """Put every message of the sample where its index says. The result is the number of messages."""
    with (SAMPLE / "index.csv").open(newline="") as index:
        rows = list(csv.DictReader(index))
    for row in rows:
        raw = (SAMPLE / row["file"]).read_bytes()
        sent_at = read_mail(raw).sent_at
        world.deliver(row["mailbox"], raw, row["folder"], received_at=sent_at, is_read=row["folder"] != "inbox")
    return len(rows)


def load_folder(world: World, folder: Path) -> int:
    """Deliver every .eml file below `folder`. The result is the number of messages."""
    count = 0
    for file in sorted(folder.rglob("*.eml")):
        raw = file.read_bytes()
        for address in _addressees(world, file.parent.name, raw):
            world.deliver(address, raw, received_at=read_mail(raw).sent_at)
            count += 1
    return count


def _addressees(world: World, folder_name: str, raw: bytes) -> list[str]:
    """The mailbox that the folder is named after, else every simulated one that the message is addressed to."""
    if named := world.account(folder_name):
        return [named.address]
    mail = read_mail(raw)
    found = {mailbox.address for to in (*mail.to, *mail.cc) if (mailbox := world.mailbox(to.address))}
    return sorted(found) or [NOBODYS]
