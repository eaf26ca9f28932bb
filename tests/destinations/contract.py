"""What every destination must do. A destination's test class inherits it and gives `destination`, `record` and `other`.

`record` and `other` are two records of `tenant`, of kinds that take emails; `record` is found by `address` and `words`.
Where each tenant has a destination of its own, `theirs` is that of the stranger.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from server.destinations.base import Destination, DestinationError, EmailToSave, Missing, Party, Record, SavedEmail
from tests.destinations.contents import RAW, MemoryFile, email_to

FILES = (
    MemoryFile("Angebot für Köln.pdf", b"%PDF-1.7 " * 1000, "application/pdf"),
    MemoryFile("image001.png", b"\x89PNG\r\n\x1a\n\x00", "image/png", True, "logo@1"),
    MemoryFile("image001.png", b"\x89PNG another of the same name", "image/png"),
    MemoryFile("empty.txt", b"", "text/plain"),
)


def email_for(record: Record, key: str = "key-1", **changes: object) -> EmailToSave:
    return email_to(record.type, record.id, key, **changes)


def on(destination: Destination, tenant: str, record: Record) -> list[SavedEmail]:
    return list(all_pages(destination, tenant, record, 100))


def all_pages(destination: Destination, tenant: str, record: Record, limit: int) -> Iterator[SavedEmail]:
    cursor: str | None = None
    while True:
        page = destination.emails(tenant, record.type, record.id, limit, cursor)
        assert len(page.items) <= limit
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


class DestinationContract:
    address = "pat@harbour.example"
    words = "Pat Harbour"
    id_of_nothing = "00000000-0000-0000-0000-000000000000"  # well-formed, and no record has it
    hands_out_files = True

    @pytest.fixture
    def theirs(self, destination: Destination) -> Destination:
        return destination

    def check_files(self, destination: Destination, tenant: str, reference: str, listed: SavedEmail) -> None:
        """The bytes of FILES come back; where the system hands out none, it says so."""
        assert [(each.name, each.size, each.sha256, each.is_inline) for each in listed.files] == [
            (each.name, each.size, each.sha256, each.is_inline) for each in FILES
        ]
        for expected, each in zip(FILES, listed.files, strict=True):
            if self.hands_out_files:
                file, content = destination.attachment(tenant, reference, each.number)
                with content:
                    assert (file, content.read()) == (each, expected.content)
            else:
                with pytest.raises(DestinationError) as refused:
                    destination.attachment(tenant, reference, each.number)
                assert refused.value.code == "not_found"

    def check_original(self, destination: Destination, tenant: str, reference: str) -> None:
        """The message comes back byte for byte; where it is not kept, that is said."""
        if destination.keeps_mime:
            with destination.mime(tenant, reference) as original:
                assert original.read() == RAW
        else:
            with pytest.raises(DestinationError) as refused:
                destination.mime(tenant, reference)
            assert refused.value.code == "not_found"

    # Finding

    def test_it_names_the_kinds_of_records_it_has(self, destination: Destination, record: Record) -> None:
        assert record.type in {each.type for each in destination.types()}

    def test_it_finds_a_record_by_its_name(self, destination: Destination, tenant: str, record: Record) -> None:
        for words in (self.words, self.words.upper(), self.words.split()[0]):
            assert record.id in {each.id for each in destination.search(tenant, words).items}

    def test_it_finds_only_the_kind_that_is_asked_for(
        self, destination: Destination, tenant: str, record: Record, other: Record
    ) -> None:
        found = destination.search(tenant, "", type=record.type).items
        assert {each.type for each in found} == {record.type}

    @pytest.mark.parametrize("words", ["'; --", "100%", "_", "\\", "\0", "\ud800", '"', "%%%", "x" * 5000])
    def test_it_takes_any_words_to_search_for(
        self, destination: Destination, tenant: str, record: Record, words: str
    ) -> None:
        assert record.id not in {each.id for each in destination.search(tenant, "no such " + words).items}

    def test_it_lists_records_page_by_page(
        self, destination: Destination, tenant: str, record: Record, other: Record
    ) -> None:
        first = destination.search(tenant, "", limit=1)
        second = destination.search(tenant, "", limit=1, cursor=first.next)
        assert first.next is not None
        assert {first.items[0].id} & {second.items[0].id} == set()

    @pytest.mark.parametrize("cursor", ["", "x", "AAAA", "W10=", "bnVsbA==", "WzEsICJcdTAwMDAiLCAieCJd"])
    def test_it_refuses_a_cursor_that_is_not_its_own(self, destination: Destination, tenant: str, cursor: str) -> None:
        with pytest.raises(DestinationError) as refused:
            destination.search(tenant, "", cursor=cursor)
        assert refused.value.permanent

    def test_it_suggests_who_is_on_the_email_and_says_why(
        self, destination: Destination, tenant: str, record: Record
    ) -> None:
        found = destination.find_by_addresses(tenant, ["nobody@else.example", self.address.upper()])
        assert found[0].record.id == record.id
        assert found[0].because.endswith(".")
        assert len({each.record.id for each in found}) == len(found)

    @pytest.mark.parametrize("addresses", [[], [""], ["no address"], ["\0@\ud800"], ["x" * 9000 + "@a.example"]])
    def test_it_suggests_nothing_for_nobody(
        self, destination: Destination, tenant: str, record: Record, addresses: list[str]
    ) -> None:
        assert destination.find_by_addresses(tenant, addresses) == []

    def test_it_reads_one_record(self, destination: Destination, tenant: str, record: Record) -> None:
        assert destination.get(tenant, record.type, record.id) == record

    @pytest.mark.parametrize("id", ["", "0", "x' OR 1=1", "\0", "00000000-0000-0000-0000-000000000000"])
    def test_it_says_when_there_is_no_such_record(
        self, destination: Destination, tenant: str, record: Record, id: str
    ) -> None:
        with pytest.raises(DestinationError) as refused:
            destination.get(tenant, record.type, id)
        assert (refused.value.code, refused.value.permanent) == ("not_found", True)

    # Saving

    def test_it_saves_an_email_with_its_original_and_its_files(
        self, destination: Destination, tenant: str, record: Record
    ) -> None:
        saved = destination.save_email(tenant, email_for(record, files=FILES))
        assert not saved.is_repeat
        self.check_original(destination, tenant, saved.reference)
        [email] = on(destination, tenant, record)
        self.check_files(destination, tenant, saved.reference, email)

    def test_it_tells_who_sent_who_saved_and_where_the_email_lies(
        self, destination: Destination, tenant: str, record: Record
    ) -> None:
        cleo = Party("Cleo", "cleo@contoso.example")
        wanted = email_for(record, on_behalf_of=cleo, sent_by=Party("Ben", "ben@contoso.example"), note="A draft.")
        destination.save_email(tenant, wanted)
        [email] = on(destination, tenant, record)
        assert (email.sent_by.address, email.on_behalf_of) == ("ben@contoso.example", cleo)
        assert (email.saved_by.address, email.saved_by_id, email.how) == ("ana@contoso.example", "ana", "manual")
        assert (email.mailbox, email.mailbox_kind) == ("support@contoso.example", "shared")
        assert (email.saved_at, email.note) == (wanted.saved_at, "A draft.")

    def test_it_shows_a_saved_email(self, destination: Destination, tenant: str, record: Record) -> None:
        saved = destination.save_email(tenant, email_for(record, cc=[Party("Ä", "ä@x.example")]))
        content = destination.email(tenant, saved.reference)
        assert (content.text, content.html) == ("Here it is.", "<p>Here it is.</p>")
        assert content.cc == (Party("Ä", "ä@x.example"),)
        assert content.email == on(destination, tenant, record)[0]

    def test_it_saves_the_same_email_to_two_records(
        self, destination: Destination, tenant: str, record: Record, other: Record
    ) -> None:
        first = destination.save_email(tenant, email_for(record, "key-1", files=FILES))
        second = destination.save_email(tenant, email_for(other, "key-2", files=FILES))
        destination.remove_email(tenant, first.reference)
        self.check_original(destination, tenant, second.reference)
        self.check_files(destination, tenant, second.reference, on(destination, tenant, other)[0])

    def test_a_repeated_save_finds_the_first(self, destination: Destination, tenant: str, record: Record) -> None:
        first = destination.save_email(tenant, email_for(record))
        again = destination.save_email(tenant, email_for(record, subject="Another attempt"))
        assert (again.reference, again.is_repeat) == (first.reference, True)
        assert [each.subject for each in on(destination, tenant, record)] == ["Offer"]

    def test_it_finds_what_was_saved_by_its_key(self, destination: Destination, tenant: str, record: Record) -> None:
        assert destination.find_saved(tenant, "key-1") is None
        missing = (Missing("big.iso", 10**10, "file_too_large", "It is too large."),)
        saved = destination.save_email(tenant, email_for(record, missing=missing))
        found = destination.find_saved(tenant, "key-1")
        assert found is not None
        assert (found.reference, found.link, found.missing) == (saved.reference, saved.link, missing)

    def test_it_keeps_what_is_missing(self, destination: Destination, tenant: str, record: Record) -> None:
        missing = (Missing("big.iso", None, "file_too_large", "It is too large."),)
        saved = destination.save_email(tenant, email_for(record, missing=missing))
        assert saved.missing == missing
        assert on(destination, tenant, record)[0].missing == missing

    def test_it_refuses_a_record_that_is_gone(self, destination: Destination, tenant: str, record: Record) -> None:
        gone = replace(record, id=self.id_of_nothing)
        with pytest.raises(DestinationError) as refused:
            destination.save_email(tenant, email_for(gone))
        assert (refused.value.code, refused.value.permanent) == ("record_gone", True)
        assert destination.find_saved(tenant, "key-1") is None

    def test_it_keeps_nothing_of_a_save_that_broke_off(
        self, destination: Destination, tenant: str, record: Record
    ) -> None:
        broken = MemoryFile("cut.bin", b"whole")
        object.__setattr__(broken, "open", lambda: FILES[0].open())
        with pytest.raises(DestinationError) as refused:
            destination.save_email(tenant, email_for(record, files=[broken]))
        assert not refused.value.permanent
        assert on(destination, tenant, record) == []
        assert destination.save_email(tenant, email_for(record, files=FILES)).is_repeat is False

    def test_hostile_text_does_not_stop_a_save(self, destination: Destination, tenant: str, record: Record) -> None:
        hostile = "a\0b\ud800c\U0001f4a9" + "x" * 3_000_000
        party = Party(hostile, hostile)
        file = MemoryFile(hostile, b"1", hostile, False, hostile)
        saved = destination.save_email(
            tenant,
            email_for(
                record,
                subject=hostile,
                text=hostile,
                html=hostile,
                preview=hostile,
                internet_message_id=hostile,
                sent_by=party,
                to=[party],
                files=[file],
                missing=[Missing(hostile, 1, "x", hostile)],
            ),
        )
        content = destination.email(tenant, saved.reference)
        assert content.email.subject.startswith("ab")
        assert "\0" not in content.text + content.email.files[0].name

    # Listing and undoing

    def test_it_lists_emails_the_latest_first_page_by_page(
        self, destination: Destination, tenant: str, record: Record
    ) -> None:
        start = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
        for number in range(5):
            at = start + timedelta(minutes=number // 2)
            destination.save_email(tenant, email_for(record, f"key-{number}", subject=str(number), saved_at=at))
        subjects = [each.subject for each in all_pages(destination, tenant, record, 2)]
        assert sorted(subjects) == ["0", "1", "2", "3", "4"]
        assert subjects[0] == "4"
        assert set(subjects[3:]) == {"0", "1"}

    def test_an_undone_email_is_gone_and_can_be_saved_again(
        self, destination: Destination, tenant: str, record: Record
    ) -> None:
        saved = destination.save_email(tenant, email_for(record, files=FILES))
        destination.remove_email(tenant, saved.reference)
        assert on(destination, tenant, record) == []
        assert destination.find_saved(tenant, "key-1") is None
        with pytest.raises(DestinationError) as refused:
            destination.email(tenant, saved.reference)
        assert refused.value.code == "not_found"
        again = destination.save_email(tenant, email_for(record, files=FILES))
        self.check_original(destination, tenant, again.reference)
        self.check_files(destination, tenant, again.reference, on(destination, tenant, record)[0])

    def test_undoing_twice_is_no_error(self, destination: Destination, tenant: str, record: Record) -> None:
        saved = destination.save_email(tenant, email_for(record))
        for reference in (saved.reference, saved.reference, "no reference"):
            destination.remove_email(tenant, reference)

    def test_it_says_when_there_is_no_such_file(self, destination: Destination, tenant: str, record: Record) -> None:
        saved = destination.save_email(tenant, email_for(record))
        with pytest.raises(DestinationError) as refused:
            destination.attachment(tenant, saved.reference, 0)
        assert refused.value.code == "not_found"

    # For many at once

    def test_what_fits_each_of_many_people_is_told_apart_with_the_reason(
        self, destination: Destination, tenant: str, record: Record
    ) -> None:
        people = [self.address.upper(), "nobody@else.example", "", "no address"]
        found = destination.find_matches(tenant, people)
        first, *others = (found[each] for each in people)
        assert (first[0].record.id, others) == (record.id, [[], [], []])
        assert first[0].because.endswith(".")

    def test_what_fits_each_of_many_subjects_is_what_fits_it_alone(
        self, destination: Destination, tenant: str, record: Record, other: Record
    ) -> None:
        named = [f"Re: {each.number or each.name}, again" for each in (record, other)]
        subjects = [*named, "", "\0 \ud800 '1234'", "Room 7", " ".join(f"N-{number}" for number in range(500))]
        together = destination.find_by_numbers_of_each(tenant, subjects)
        assert together == {each: destination.find_by_numbers(tenant, each) for each in subjects}

    # Tenants

    def test_another_tenant_sees_nothing(
        self, destination: Destination, theirs: Destination, tenant: str, stranger: str, record: Record
    ) -> None:
        saved = destination.save_email(tenant, email_for(record, files=FILES))
        for asked in (destination, theirs):
            assert asked.search(stranger, self.words).items == ()
            assert asked.find_by_addresses(stranger, [self.address]) == []
            assert asked.find_matches(stranger, [self.address])[self.address] == []
            assert asked.find_by_numbers_of_each(stranger, ["SO-1001"]) == {"SO-1001": []}
            assert asked.find_saved(stranger, "key-1") is None
            for refused_call in (
                partial(asked.get, stranger, record.type, record.id),
                partial(asked.emails, stranger, record.type, record.id),
                partial(asked.email, stranger, saved.reference),
                partial(asked.mime, stranger, saved.reference),
                partial(asked.attachment, stranger, saved.reference, 0),
            ):
                with pytest.raises(DestinationError) as refused:
                    refused_call()
                assert refused.value.code == "not_found"

    def test_another_tenant_changes_nothing(
        self, destination: Destination, theirs: Destination, tenant: str, stranger: str, record: Record
    ) -> None:
        saved = destination.save_email(tenant, email_for(record))
        for asked in (destination, theirs):
            asked.remove_email(stranger, saved.reference)
            with pytest.raises(DestinationError) as refused:
                asked.save_email(stranger, email_for(record))
            assert refused.value.code == "record_gone"
        assert [each.reference for each in on(destination, tenant, record)] == [saved.reference]
