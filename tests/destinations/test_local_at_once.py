"""Many at once: one email stays one, and no bytes go astray between savers and removers."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine

from server.destinations.base import DestinationError
from server.destinations.local import LocalDestination
from server.destinations.local.tables import LocalBase
from tests.destinations.contents import RAW, MemoryFile, email_to


def test_twenty_savers_of_one_key_save_one_email(local: LocalDestination, tenant: str) -> None:
    case = local.create(tenant, "case", {"name": "Case"})
    start = Barrier(10)

    def save(_: int) -> tuple[str, bool]:
        start.wait(30)
        saved = local.save_email(tenant, email_to("case", case.id))
        return saved.reference, saved.is_repeat

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(save, range(20)))
    assert len({reference for reference, _ in results}) == 1
    assert sum(not is_repeat for _, is_repeat in results) == 1
    assert len(local.emails(tenant, "case", case.id).items) == 1


def test_savers_and_removers_of_the_same_files_do_not_harm_each_other(local: LocalDestination, tenant: str) -> None:
    case = local.create(tenant, "case", {"name": "Case"})
    files = [MemoryFile(f"{number}.bin", bytes([number]) * 1000) for number in range(5)]

    def save_and_remove(number: int) -> None:
        for turn in range(10):
            mine = files if (number + turn) % 2 else files[::-1]
            reference = local.save_email(tenant, email_to("case", case.id, f"{number}", files=mine)).reference
            with local.mime(tenant, reference) as original:
                assert original.read() == RAW
            for listed, file in enumerate(mine):
                with local.attachment(tenant, reference, listed)[1] as content:
                    assert content.read() == file.content
            local.remove_email(tenant, reference)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(save_and_remove, range(6)))
    assert local.emails(tenant, "case", case.id).items == ()


def test_a_database_that_is_away_is_a_passing_error(tmp_path: object) -> None:
    away = create_engine(f"postgresql+psycopg://postgres@/postgres?host={tmp_path}")
    with pytest.raises(DestinationError) as refused:
        LocalDestination(away).search("tenant", "x")
    assert (refused.value.permanent, refused.value.code) == (False, "unreachable")
    assert refused.value.retry_after is not None


def test_the_migrations_make_the_tables_that_the_code_uses(engine: Engine) -> None:
    def is_ours(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or (name or "").startswith("local_")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours, "compare_type": True})
        assert compare_metadata(context, LocalBase.metadata) == []
