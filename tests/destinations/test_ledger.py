"""Saved once for ever at systems over a network: whoever dies, whatever answer is lost, however many try at once."""

import random
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import requests
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import Engine, text

from server.destinations import Parts
from server.destinations.base import DestinationError, EmailToSave, Missing, Record
from server.destinations.ledger import LedgerBase, Progress, Put
from tests.destinations.contents import MemoryFile, email_to
from tests.destinations.contract import email_for, on
from tests.destinations.keyed import registered
from tests.destinations.sample import Config, SampleDestination

FILES = (MemoryFile("a.pdf", b"a" * 100), MemoryFile("b.pdf", b"b" * 100), MemoryFile("c.pdf", b"c" * 100))
MOST_TRIES = 50


class Died(BaseException):
    """As a process that is killed: nothing of ours runs any more."""


class TroubledDestination(SampleDestination):
    """The sample, where the next requests can go wrong. `sent` are the files that were sent, `puts` the emails."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.sent: list[str] = []
        self.puts = 0
        self.before: Any = lambda: None
        self.after: Any = lambda: None
        self.between: Any = lambda number: None
        self.refuses: Mapping[int, Missing] = {}
        self.looking: Any = lambda: None

    def put(self, email: EmailToSave, files: Any, progress: Progress) -> Put:
        self.before()
        for number, each in files:
            if progress.place(number, each.sha256) is None:
                self.between(number)
                self.sent.append(each.name)
                self.files[f"{email.key} {number}"] = each.content
                progress.note(number, each.sha256, f"{email.key} {number}")
        put = super().put(email, [each for each in files if each[0] not in self.refuses], progress)
        self.puts += 1
        self.after()
        return Put(put.reference, refused=self.refuses, original=put.original)

    def look_up(self, key: str) -> Put | None:
        self.looking()
        return super().look_up(key)


def lost() -> None:
    raise DestinationError("There was no answer.", permanent=False, code="unreachable")


def died(*_: Any) -> None:
    raise Died


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    with registered(TroubledDestination):
        yield


@pytest.fixture
def process(engine: Engine, tenant: str) -> Any:
    """Another process's destination, of the same system."""

    def start(name: str = "erp") -> TroubledDestination:
        return TroubledDestination(
            name, tenant, Config(token=SecretStr(tenant)), Parts(requests.Session(), engine, *[None] * 2)
        )  # type: ignore[arg-type]

    return start


@pytest.fixture
def erp(process: Any) -> TroubledDestination:
    return process()  # type: ignore[no-any-return]


@pytest.fixture
def record(erp: TroubledDestination, tenant: str) -> Record:
    return erp.create(tenant, "person", {"name": "Pat"})


def lease_is_over(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE ledger_entries SET in_hand_until = now() - interval '1 second'"))


def entries(engine: Engine, tenant: str) -> list[str | None]:
    """The references in the ledger."""
    with engine.connect() as connection:
        mine = text("SELECT reference FROM ledger_entries WHERE tenant_id = :tenant ORDER BY saved_at")
        return list(connection.scalars(mine, {"tenant": tenant}))


def test_what_another_process_has_in_hand_is_left_to_it(process: Any, tenant: str, record: Record) -> None:
    slow, quick = process(), process()
    begun, go_on = Event(), Event()

    def pause() -> None:
        begun.set()
        assert go_on.wait(30)

    slow.before = pause
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(slow.save_email, tenant, email_for(record))
        assert begun.wait(30)
        with pytest.raises(DestinationError) as refused:
            quick.save_email(tenant, email_for(record))
        assert (refused.value.code, refused.value.permanent) == ("busy", False)
        assert refused.value.retry_after is not None
        assert on(quick, tenant, record) == []
        go_on.set()
        saved = first.result(30)
    again = quick.save_email(tenant, email_for(record))
    assert (saved.is_repeat, again.is_repeat, again.reference) == (False, True, saved.reference)
    assert (slow.puts, quick.puts) == (1, 0)


def test_what_is_known_to_be_there_costs_no_request(erp: TroubledDestination, tenant: str, record: Record) -> None:
    saved = erp.save_email(tenant, email_for(record))
    erp.before = erp.looking = lost
    assert erp.save_email(tenant, email_for(record)).reference == saved.reference
    found = erp.find_saved(tenant, "key-1")
    assert found is not None and found.reference == saved.reference


def test_a_died_attempt_is_looked_up_before_it_is_repeated(
    process: Any, engine: Engine, tenant: str, record: Record
) -> None:
    first, second = process(), process()
    first.after = died
    with pytest.raises(Died):
        first.save_email(tenant, email_for(record, files=FILES))
    with pytest.raises(DestinationError) as refused:
        second.save_email(tenant, email_for(record, files=FILES))
    assert refused.value.code == "busy"
    lease_is_over(engine)
    saved = second.save_email(tenant, email_for(record, files=FILES))
    assert (saved.is_repeat, first.puts, second.puts, second.sent) == (True, 1, 0, [])
    [email] = on(second, tenant, record)
    assert [each.name for each in email.files] == ["a.pdf", "b.pdf", "c.pdf"]
    with second.attachment(tenant, saved.reference, 1)[1] as content:
        assert content.read() == FILES[1].content


def test_after_a_crash_files_that_are_there_are_not_sent_again(
    process: Any, engine: Engine, tenant: str, record: Record
) -> None:
    first, second = process(), process()
    first.between = lambda number: died() if number == 2 else None
    with pytest.raises(Died):
        first.save_email(tenant, email_for(record, files=FILES))
    lease_is_over(engine)
    saved = second.save_email(tenant, email_for(record, files=FILES))
    assert (first.sent, second.sent, saved.is_repeat) == (["a.pdf", "b.pdf"], ["c.pdf"], False)
    for number, file in enumerate(FILES):
        with second.attachment(tenant, saved.reference, number)[1] as content:
            assert content.read() == file.content


def test_each_file_renews_the_hold_on_the_email(process: Any, engine: Engine, tenant: str, record: Record) -> None:
    slow, quick = process(), process()
    refusals: list[str] = []

    def another_tries(number: int) -> None:
        if number == 0:
            lease_is_over(engine)
            return
        with pytest.raises(DestinationError) as refused:
            quick.save_email(tenant, email_for(record, files=FILES))
        refusals.append(refused.value.code)

    slow.between = another_tries
    slow.save_email(tenant, email_for(record, files=FILES))
    assert (refusals, quick.puts) == (["busy", "busy"], 0)


def test_a_lost_answer_is_found_by_the_next_try_and_by_whoever_asks(process: Any, tenant: str, record: Record) -> None:
    first, second = process(), process()
    first.after = lost
    for key, find in (("key-1", True), ("key-2", False)):
        with pytest.raises(DestinationError) as refused:
            first.save_email(tenant, email_for(record, key))
        assert not refused.value.permanent
        found = second.find_saved(tenant, key) if find else second.save_email(tenant, email_for(record, key))
        assert found is not None and found.is_repeat
    assert (first.puts, second.puts, len(on(second, tenant, record))) == (2, 0, 2)


def test_a_refusal_leaves_nothing_behind_but_never_hides_what_may_be_there(
    erp: TroubledDestination, engine: Engine, tenant: str, record: Record
) -> None:
    def refuse() -> None:
        raise DestinationError("No.", permanent=True)

    erp.before = refuse
    with pytest.raises(DestinationError):
        erp.save_email(tenant, email_for(record))
    assert entries(engine, tenant) == []
    erp.before, erp.after = lambda: None, lost
    with pytest.raises(DestinationError):
        erp.save_email(tenant, email_for(record))
    erp.looking = refuse
    with pytest.raises(DestinationError):
        erp.save_email(tenant, email_for(record))
    assert entries(engine, tenant) == [None]
    erp.looking = lambda: None
    assert erp.save_email(tenant, email_for(record)).is_repeat
    assert erp.puts == 1


def test_whatever_goes_wrong_one_email_comes_of_it(process: Any, engine: Engine, tenant: str, record: Record) -> None:
    dice = random.Random(4)
    stored = 0
    for number in range(60):
        key, tries = f"key-{number}", 0
        while True:
            saver = process()
            saver.before, saver.after, saver.looking = (dice.choice([lost, died, *[lambda: None] * 3]) for _ in "123")
            saver.between = dice.choice([died, *[lambda number: None] * 3])
            try:
                saver.save_email(tenant, email_for(record, key, files=FILES[: number % 4]))
                break
            except Died:
                lease_is_over(engine)
            except DestinationError as error:
                assert error.code == "unreachable"
            finally:
                stored += saver.puts
            tries += 1
            assert tries < MOST_TRIES
    assert (stored, len(on(process(), tenant, record)), len(process().mails)) == (60, 60, 60)


def test_twenty_savers_at_once_save_one_email(process: Any, tenant: str, record: Record) -> None:
    savers = [process() for _ in range(20)]

    def save(saver: TroubledDestination) -> str:
        for _ in range(10_000):
            try:
                return saver.save_email(tenant, email_for(record, files=FILES)).reference
            except DestinationError as error:
                assert error.code == "busy"
        raise AssertionError("it never became free")

    with ThreadPoolExecutor(10) as pool:
        references = set(pool.map(save, savers))
    assert (len(references), sum(each.puts for each in savers)) == (1, 1)
    assert sorted(name for each in savers for name in each.sent) == ["a.pdf", "b.pdf", "c.pdf"]


def test_files_that_the_system_refuses_are_missing_with_its_reason(
    erp: TroubledDestination, tenant: str, record: Record
) -> None:
    refused = Missing("b.pdf", 100, "refused", "It wants no such files.")
    erp.refuses = {1: refused}
    before = Missing("big.iso", None, "file_too_large", "It is too large.")
    saved = erp.save_email(tenant, email_for(record, files=FILES, missing=[before]))
    assert saved.missing == (before, refused)
    [email] = on(erp, tenant, record)
    assert ([each.number for each in email.files], email.missing) == ([0, 2], (before, refused))
    assert erp.save_email(tenant, email_for(record, files=FILES)).missing == (before, refused)
    with pytest.raises(DestinationError) as gone:
        erp.attachment(tenant, saved.reference, 1)
    assert gone.value.code == "not_found"


def test_what_is_known_to_be_too_much_is_not_even_tried(
    erp: TroubledDestination, tenant: str, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {0: Missing("a.pdf", 100, "file_too_large", "It is too large.")}
    monkeypatch.setattr(TroubledDestination, "too_much", lambda self, email: refused)
    saved = erp.save_email(tenant, email_for(record, files=FILES))
    assert (saved.missing, erp.sent) == ((refused[0],), ["b.pdf", "c.pdf"])


def test_an_email_that_cannot_be_taken_off_stays_in_the_list(
    erp: TroubledDestination, tenant: str, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = erp.save_email(tenant, email_for(record, files=FILES))
    taken: list[list[str]] = []

    def refuse(self: Any, reference: str, files: list[str]) -> None:
        taken.append(sorted(files))
        raise DestinationError("Messages cannot be deleted there.", permanent=True, code="undo_refused")

    with monkeypatch.context() as patch:
        patch.setattr(TroubledDestination, "take_off", refuse)
        with pytest.raises(DestinationError) as refused:
            erp.remove_email(tenant, saved.reference)
    assert refused.value.code == "undo_refused"
    assert taken == [[f"key-1 {number}" for number in (0, 1, 2)] + ["key-1 original"]]
    assert len(on(erp, tenant, record)) == 1
    erp.remove_email(tenant, saved.reference)
    assert on(erp, tenant, record) == []


def test_two_systems_of_one_tenant_keep_their_own_lists(process: Any, tenant: str, record: Record) -> None:
    one, other = process("one"), process("other")
    saved = one.save_email(tenant, email_for(record))
    assert other.find_saved(tenant, "key-1") is None
    assert on(other, tenant, record) == []
    other.remove_email(tenant, saved.reference)
    assert len(on(one, tenant, record)) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "a\0b", "\ud800"])
def test_a_key_is_short_text(erp: TroubledDestination, tenant: str, record: Record, key: str) -> None:
    with pytest.raises(DestinationError) as refused:
        erp.save_email(tenant, email_to("person", record.id, key))
    assert (refused.value.code, refused.value.permanent) == ("invalid_request", True)


def test_the_migrations_make_the_table_that_the_code_uses(engine: Engine) -> None:
    def is_ours(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or name == "ledger_entries"

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours, "compare_type": True})
        assert compare_metadata(context, LedgerBase.metadata) == []
